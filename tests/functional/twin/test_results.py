"""What ended runs leave, copied out of a real bucket."""

from __future__ import annotations

import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from twin.results import Results

if TYPE_CHECKING:
    from twin.cloud import Cloud

BUCKET = "artifacts"


def no_tasks(_dag: str, _run: str) -> list[dict[str, Any]]:
    return []


@pytest.fixture
def results(cloud: Cloud) -> Results:
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    return Results(cloud, BUCKET, no_tasks)


def put(results: Results, key: str, body: bytes) -> None:
    results.cloud.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)


def archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def test_everything_of_a_run_is_copied(results: Results) -> None:
    outcome = {"dataset_id": "d1", "training_job": "job"}
    put(results, "runs/wine/r1.json", json.dumps(outcome).encode())
    put(results, "datasets/wine/d1/manifest.json", b'{"rows": {}}')
    packed = archive(**{"./evaluation.json": b"{}", "model.onnx": b"heavy"})
    put(results, "models/wine/job/output/model.tar.gz", packed)

    folder = results.keep("retrain-wine", "r1")

    kept = {file.name for file in folder.iterdir()}
    assert kept == {"outcome.json", "manifest.json", "evaluation.json", "tasks.json"}


def test_why_rows_were_refused_is_copied(results: Results) -> None:
    put(results, "runs/wine/r1.json", json.dumps({"dataset_id": "d1"}).encode())
    put(results, "datasets/wine/d1/refused.json", b'{"rows": {}}')

    folder = results.keep("retrain-wine", "r1")

    assert (folder / "refused.json").read_bytes() == b'{"rows": {}}'


def test_a_run_without_a_record_leaves_its_tasks(results: Results) -> None:
    folder = results.keep("retrain-wine", "r1")

    assert [file.name for file in folder.iterdir()] == ["tasks.json"]


def test_a_run_that_never_trained_leaves_its_outcome(results: Results) -> None:
    put(results, "runs/wine/r1.json", json.dumps({"dataset_id": None}).encode())

    folder = results.keep("retrain-wine", "r1")

    assert (folder / "outcome.json").exists()
    assert not (folder / "evaluation.json").exists()
