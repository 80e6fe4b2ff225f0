"""Runs of the DAG in a real Airflow, against moto: those that end before they start a job.

Whole runs, with jobs that do their work, are end-to-end tests of the twin.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.dags.conftest import airflow, fill
from tests.unit.dags import builders
from tests.unit.dags.builders import stack_settings
from twin.cloud import Cloud
from twin.settings import Workspace
from twin.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

STACK = stack_settings()
EVIL = {"role_arn": "arn:aws:iam::999999999999:role/evil"}
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Serve an account with the stack's buckets, and one built push that has no data yet."""
    from moto.moto_api._internal.models import moto_api_backend

    workspace = Workspace(tmp_path_factory.mktemp("account"))
    workspace.last.mkdir(parents=True)
    moto_api_backend.reset()
    served = Cloud(workspace, Timeline(workspace.last / "timeline.jsonl"))
    served.serve()
    for bucket in (STACK.data_bucket, STACK.artifact_bucket):
        served.client("s3").create_bucket(Bucket=bucket)
    push(served)
    yield served
    served.stop()


def push(cloud: Cloud) -> None:
    """Stage a commit, build its image and make it current."""
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName=STACK.repository_name)
    digest = ecr.put_image(
        repositoryName=STACK.repository_name,
        imageManifest=json.dumps({"schemaVersion": 2, "mediaType": MANIFEST}),
        imageTag=builders.COMMIT,
    )["image"]["imageId"]["imageDigest"]
    write(cloud, f"code/{builders.COMMIT}/manifest.json", builders.code_manifest())
    write(cloud, "code/current.json", {**builders.current(), "image_digest": digest})


def write(cloud: Cloud, key: str, document: object) -> None:
    body = json.dumps(document).encode()
    cloud.client("s3").put_object(Bucket=STACK.artifact_bucket, Key=key, Body=body)


@pytest.fixture(scope="module")
def runs(account: Cloud, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return what came of two runs: an empty conf, and one that asks for another role."""
    home = tmp_path_factory.mktemp("airflow")
    return airflow(
        home,
        "run",
        str(fill(home / "dags")),
        json.dumps({}),
        json.dumps(EVIL),
        AWS_ENDPOINT_URL=account.url,
        AWS_DEFAULT_REGION=account.region,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",  # noqa: S106  # moto takes any
    )


def record(cloud: Cloud, run: dict[str, Any]) -> dict[str, Any]:
    key = f"runs/abalone/{run['run_id']}.json"
    found = cloud.client("s3").get_object(Bucket=STACK.artifact_bucket, Key=key)
    return json.loads(found["Body"].read())


def test_a_run_without_data_ends_waiting_after_two_tasks(
    account: Cloud, runs: list[dict[str, Any]]
) -> None:
    run = runs[0]

    done = {task for task, state in run["states"].items() if state == "success"}
    written = record(account, run)
    assert run["state"] == "success"
    assert done == {"resolve", "outcome"}
    assert set(run["states"].values()) == {"success", "skipped"}
    assert (written["outcome"], written["commit"]) == ("waiting", builders.COMMIT)


def test_a_run_with_a_bad_conf_fails_before_any_job_and_is_recorded(
    account: Cloud, runs: list[dict[str, Any]]
) -> None:
    run = runs[1]

    written = record(account, run)
    assert run["state"] == "failed"
    assert run["states"]["resolve"] == "failed"
    assert run["states"]["etl"] == "upstream_failed"
    assert (written["outcome"], written["step"]) == ("failed", "resolve")
