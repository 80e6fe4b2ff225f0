"""Each bucket is versioned, encrypted, private, reached over TLS, and cleared of what is old."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.naming import Names
from components.storage import lifecycle_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph

BUCKETS = pytest.mark.parametrize(
    "bucket", ["storage-data", "storage-artifacts", "storage-airflow"]
)
NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")


@BUCKETS
def test_it_keeps_versions(bucket: str, inputs_of: Callable[[str], dict[str, Any]]) -> None:
    versioning = inputs_of(f"{bucket}-versioning")

    assert versioning["versioningConfiguration"] == {"status": "Enabled"}


@BUCKETS
def test_it_is_encrypted_with_the_key_of_data(
    bucket: str, inputs_of: Callable[[str], dict[str, Any]], key_of: Callable[[str], str]
) -> None:
    (rule,) = inputs_of(f"{bucket}-encryption")["rules"]

    default = rule["applyServerSideEncryptionByDefault"]
    assert default["sseAlgorithm"] == "aws:kms"
    assert default["kmsMasterKeyId"] == key_of("data")
    assert rule["bucketKeyEnabled"] is True


@BUCKETS
def test_it_can_never_be_made_public(
    bucket: str, inputs_of: Callable[[str], dict[str, Any]]
) -> None:
    block = inputs_of(f"{bucket}-public-access")

    assert {key for key, value in block.items() if value is True} == {
        "blockPublicAcls",
        "blockPublicPolicy",
        "ignorePublicAcls",
        "restrictPublicBuckets",
    }
    ownership = inputs_of(f"{bucket}-ownership")
    assert ownership["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


@BUCKETS
def test_it_refuses_everyone_without_tls(
    bucket: str, inputs_of: Callable[[str], dict[str, Any]]
) -> None:
    name = inputs_of(bucket)["bucket"]

    (statement,) = json.loads(inputs_of(f"{bucket}-policy")["policy"])["Statement"]

    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]


def test_old_versions_and_torn_uploads_are_cleared_and_nothing_current_is() -> None:
    rules = {rule["id"]: rule for rule in lifecycle_rules(90)}

    assert rules["old-versions"].get("noncurrent_version_expiration") == {"noncurrent_days": 90}
    assert rules["old-versions"].get("expiration") == {"expired_object_delete_marker": True}
    assert rules["torn-uploads"].get("abort_incomplete_multipart_upload") == {
        "days_after_initiation": 7
    }


def test_only_the_data_bucket_sends_events(stack: Graph) -> None:
    (notification,) = stack.of_type("aws:s3/bucketNotification:BucketNotification")

    assert notification.inputs == {"bucket": NAMES.data_bucket, "eventbridge": True}
