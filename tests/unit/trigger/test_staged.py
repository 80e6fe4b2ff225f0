"""What the builds staged, as the trigger reads it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from trigger.errors import StagedCodeError
from trigger.staged import BucketCode, CodeManifest, CurrentCode, parse_current, parse_manifest

COMMIT = "a" * 40
DIGEST = "sha256:" + "d" * 64
MANIFEST = {"format": 1, "commit": COMMIT, "number": 3, "models": {"wine": "k", "abalone": "k"}}
CURRENT = {"format": 1, "commit": COMMIT, "number": 3, "image_digest": DIGEST}


class NoSuchKeyError(ClientError):
    """What a client calls its own NoSuchKey."""


class RefusingBucket:
    """Answers each read with the same error."""

    exceptions = SimpleNamespace(NoSuchKey=NoSuchKeyError, ClientError=ClientError)

    def __init__(self, error: type[ClientError], code: str) -> None:
        self._error = error({"Error": {"Code": code, "Message": "no"}}, "GetObject")

    def get_object(self, **_request: str) -> Any:
        raise self._error


def code_in(bucket: Any) -> BucketCode:
    return BucketCode(bucket, "artifacts")


def test_a_manifest_names_the_models() -> None:
    body = json.dumps(MANIFEST).encode()

    assert parse_manifest(body, COMMIT, "s3://a/m") == CodeManifest(COMMIT, ("abalone", "wine"))


def test_the_current_record_names_commit_and_digest() -> None:
    body = json.dumps(CURRENT).encode()

    assert parse_current(body, "s3://a/c") == CurrentCode(COMMIT, DIGEST)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        json.dumps(MANIFEST | {"format": 2}).encode(),
        json.dumps(MANIFEST | {"commit": "b" * 40}).encode(),
        json.dumps(MANIFEST | {"models": ["wine"]}).encode(),
        json.dumps(MANIFEST | {"models": {"../wine": "k"}}).encode(),
    ],
)
def test_a_broken_manifest_is_named(body: bytes) -> None:
    with pytest.raises(StagedCodeError, match="s3://a/m"):
        parse_manifest(body, COMMIT, "s3://a/m")


@pytest.mark.parametrize(
    "change", [{"format": None}, {"commit": "main"}, {"image_digest": "latest"}, {"commit": None}]
)
def test_a_broken_current_record_is_named(change: dict[str, object]) -> None:
    with pytest.raises(StagedCodeError, match="s3://a/c"):
        parse_current(json.dumps(CURRENT | change).encode(), "s3://a/c")


def test_before_the_first_push_nothing_is_current() -> None:
    assert code_in(RefusingBucket(NoSuchKeyError, "NoSuchKey")).current() is None


def test_a_read_that_s3_refuses_names_bucket_key_and_code() -> None:
    with pytest.raises(StagedCodeError) as raised:
        code_in(RefusingBucket(ClientError, "AccessDenied")).current()

    text = str(raised.value)
    assert "(AccessDenied)" in text
    assert "key code/current.json of bucket artifacts" in text
    assert "components/retrain_trigger.py" in text
