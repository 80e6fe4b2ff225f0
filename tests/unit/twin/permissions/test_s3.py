"""S3's operations ask for actions of other names, and for the key of what is encrypted."""

from __future__ import annotations

from typing import Any

import pytest

from twin.permissions import s3
from twin.permissions.rules import Place

PLACE = Place("123456789012", "us-east-1")
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
BUCKET = "arn:aws:s3:::b"


def asked(operation: str, *, key: str | None = None, **parameters: Any) -> list[tuple[str, str]]:
    found = s3.asked(operation, {"Bucket": "b", **parameters}, PLACE, lambda _: key)
    return [(one.action, one.resource) for one in found]


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("GetObject", {"Key": "a/b"}, [("s3:GetObject", f"{BUCKET}/a/b")]),
        ("GetObject", {"Key": "k", "VersionId": "1"}, [("s3:GetObjectVersion", f"{BUCKET}/k")]),
        ("HeadObject", {"Key": "k"}, [("s3:GetObject", f"{BUCKET}/k")]),
        ("UploadPart", {"Key": "k"}, [("s3:PutObject", f"{BUCKET}/k")]),
        ("DeleteObject", {"Key": "k", "VersionId": ""}, [("s3:DeleteObject", f"{BUCKET}/k")]),
        ("ListObjectsV2", {"Prefix": "raw/"}, [("s3:ListBucket", BUCKET)]),
        ("ListObjectVersions", {}, [("s3:ListBucketVersions", BUCKET)]),
        ("HeadBucket", {}, [("s3:ListBucket", BUCKET)]),
        ("GetBucketEncryption", {}, [("s3:GetEncryptionConfiguration", BUCKET)]),
        (
            "CopyObject",
            {"Key": "k", "CopySource": "other/a%20b?versionId=1"},
            [("s3:GetObjectVersion", "arn:aws:s3:::other/a b"), ("s3:PutObject", f"{BUCKET}/k")],
        ),
        (
            "DeleteObjects",
            {"Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "1"}]}},
            [("s3:DeleteObject", f"{BUCKET}/a"), ("s3:DeleteObjectVersion", f"{BUCKET}/b")],
        ),
    ],
)
def test_an_operation_asks_for_its_actions(
    operation: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert asked(operation, **parameters) == expected


@pytest.mark.parametrize(
    ("operation", "actions"),
    [
        ("GetObject", ["s3:GetObject", "kms:Decrypt"]),
        ("PutObject", ["s3:PutObject", "kms:GenerateDataKey"]),
        ("UploadPart", ["s3:PutObject", "kms:GenerateDataKey", "kms:Decrypt"]),
        ("HeadObject", ["s3:GetObject"]),
        ("DeleteObject", ["s3:DeleteObject"]),
    ],
)
def test_an_encrypted_object_asks_its_key_besides(operation: str, actions: list[str]) -> None:
    found = asked(operation, key=KEY, Key="k")

    assert [action for action, _ in found] == actions
    assert {resource for action, resource in found if action.startswith("kms:")} <= {KEY}


def test_a_key_is_asked_through_s3_for_the_bucket() -> None:
    _, of_key = s3.asked("GetObject", {"Bucket": "b", "Key": "k"}, PLACE, lambda _: KEY)

    assert of_key.context == {
        "kms:ViaService": "s3.us-east-1.amazonaws.com",
        "kms:CallerAccount": "123456789012",
        "kms:EncryptionContext:aws:s3:arn": BUCKET,
    }


def test_a_listing_tells_its_prefix() -> None:
    (listing,) = s3.asked("ListObjectsV2", {"Bucket": "b", "Prefix": "raw/"}, PLACE, lambda _: None)

    assert listing.context == {"s3:prefix": "raw/"}


def test_to_be_told_that_an_object_is_missing_asks_for_the_list() -> None:
    found = list(s3.asked_when_missing("GetObject", {"Bucket": "b", "Key": "k"}, PLACE))

    assert [(one.action, one.resource) for one in found] == [("s3:ListBucket", BUCKET)]
    assert list(s3.asked_when_missing("ListObjectsV2", {"Bucket": "b"}, PLACE)) == []
