"""Documents and raw objects in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dags import store
from dags.errors import StepError
from dags.identity import RawObject
from tests.unit.dags.builders import stack_settings

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

BUCKET = stack_settings().artifact_bucket


def test_a_missing_document_is_none(clients: FakeClients) -> None:
    assert store.read_json(clients.typed.s3, BUCKET, "code/current.json") is None


def test_a_broken_document_is_named(clients: FakeClients) -> None:
    clients.s3.objects[BUCKET, "code/current.json"] = b'{"format": '

    with pytest.raises(StepError, match=rf"s3://{BUCKET}/code/current.json: found no JSON"):
        store.read_json(clients.typed.s3, BUCKET, "code/current.json")


def test_equal_documents_give_equal_bytes(clients: FakeClients) -> None:
    store.write_json(clients.typed.s3, BUCKET, "a", {"x": 1, "y": 2})
    store.write_json(clients.typed.s3, BUCKET, "b", {"y": 2, "x": 1})

    assert clients.s3.objects[BUCKET, "a"] == clients.s3.objects[BUCKET, "b"]


def test_an_object_exists_or_not(clients: FakeClients) -> None:
    clients.s3.put("there", {})

    found = [store.exists(clients.typed.s3, BUCKET, key) for key in ("there", "not-there")]

    assert found == [True, False]


def test_current_versions_of_raw_objects_are_pinned(clients: FakeClients) -> None:
    clients.s3.put_raw("raw/abalone/b.csv", "v1", latest=False)
    clients.s3.put_raw("raw/abalone/b.csv", "v2")
    clients.s3.put_raw("raw/abalone/a.csv", "v9")
    clients.s3.put_raw("raw/abalone/")
    clients.s3.put_raw("raw/other/c.csv")

    found = store.raw_objects(clients.typed.s3, "data", "abalone")

    assert found == (
        RawObject("raw/abalone/a.csv", "v9", 10),
        RawObject("raw/abalone/b.csv", "v2", 10),
    )


def test_an_object_without_version_is_refused(clients: FakeClients) -> None:
    clients.s3.put_raw("raw/abalone/a.csv", "null")

    with pytest.raises(StepError, match="an object without a version"):
        store.raw_objects(clients.typed.s3, "data", "abalone")
