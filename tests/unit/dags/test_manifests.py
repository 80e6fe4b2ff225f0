"""What staging and the image build wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dags import manifests
from dags.errors import StepError
from tests.unit.dags import builders
from tests.unit.dags.builders import COMMIT, stack_settings

if TYPE_CHECKING:
    from dags.manifests import Code
    from tests.unit.dags.fakes import FakeClients

BUCKET = stack_settings().artifact_bucket
MANIFEST = f"code/{COMMIT}/manifest.json"


def read_code(clients: FakeClients, model: str = "abalone") -> Code:
    return manifests.read_code(clients.typed.s3, BUCKET, COMMIT, model)


def test_nothing_is_current_before_the_first_image(clients: FakeClients) -> None:
    assert manifests.read_current(clients.typed.s3, BUCKET) is None


def test_the_current_commit_is_read(pushed: FakeClients) -> None:
    found = manifests.read_current(pushed.typed.s3, BUCKET)

    assert found == manifests.Current(COMMIT, 12, builders.DIGEST)


def test_a_broken_current_document_is_named(clients: FakeClients) -> None:
    clients.s3.put("code/current.json", {"format": 1, "commit": COMMIT, "number": "12"})

    with pytest.raises(StepError, match=r"code/current.json: .*number.*image_digest"):
        manifests.read_current(clients.typed.s3, BUCKET)


def test_a_commits_code_is_read(pushed: FakeClients) -> None:
    code = read_code(pushed)

    assert (code.number, code.etl_tree, code.image_tree) == (
        12,
        builders.ETL_TREE,
        builders.IMAGE_TREE,
    )


def test_a_commit_that_was_not_staged_is_named(clients: FakeClients) -> None:
    with pytest.raises(StepError, match=f"{MANIFEST}: found nothing"):
        read_code(clients)


def test_a_model_that_the_commit_lacks_is_named(pushed: FakeClients) -> None:
    with pytest.raises(StepError, match="no model 'wine'"):
        read_code(pushed, "wine")


def test_a_manifest_that_leads_out_of_its_folder_is_refused(pushed: FakeClients) -> None:
    models = {"abalone": "code/other/models/abalone.json"}
    pushed.s3.put(MANIFEST, builders.code_manifest(models=models, etl="evil/etl.zip"))

    with pytest.raises(StepError, match=r"etl: found .*models.abalone: found"):
        read_code(pushed)


def test_a_manifest_of_another_commit_is_refused(pushed: FakeClients) -> None:
    pushed.s3.put(MANIFEST, builders.code_manifest(commit=builders.NEWER_COMMIT))

    with pytest.raises(StepError, match="commit: found"):
        read_code(pushed)


def test_the_staged_model_is_the_model_file(pushed: FakeClients) -> None:
    found = manifests.read_model(pushed.typed.s3, BUCKET, read_code(pushed))

    assert found == builders.model()


def test_a_staged_model_that_breaks_the_schema_is_named(pushed: FakeClients) -> None:
    key = f"code/{COMMIT}/models/abalone.json"
    pushed.s3.put(key, {**builders.model().to_json(), "traning": {}})

    with pytest.raises(StepError, match="traning"):
        manifests.read_model(pushed.typed.s3, BUCKET, read_code(pushed))
