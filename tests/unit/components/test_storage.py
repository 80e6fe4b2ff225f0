"""Each bucket is versioned, encrypted, private, reached over TLS, and cleared of what is old."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from components.naming import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph

LOGGED = pytest.mark.parametrize("bucket", ["storage-data", "storage-artifacts", "storage-airflow"])
BUCKETS = pytest.mark.parametrize(
    "bucket", ["storage-data", "storage-artifacts", "storage-airflow", "storage-logs"]
)
NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")


@BUCKETS
def test_it_keeps_versions(bucket: str, inputs_of: Callable[[str], dict[str, Any]]) -> None:
    versioning = inputs_of(f"{bucket}-versioning")

    assert versioning["versioningConfiguration"] == {"status": "Enabled"}


@LOGGED
def test_it_is_encrypted_with_the_key_of_data(
    bucket: str, inputs_of: Callable[[str], dict[str, Any]], key_of: Callable[[str], str]
) -> None:
    (rule,) = inputs_of(f"{bucket}-encryption")["rules"]

    default = rule["applyServerSideEncryptionByDefault"]
    assert default["sseAlgorithm"] == "aws:kms"
    assert default["kmsMasterKeyId"] == key_of("data")
    assert rule["bucketKeyEnabled"] is True


@LOGGED
def test_its_key_is_not_deleted_before_it(bucket: str, stack: Graph) -> None:
    """A destroy stops at a bucket that holds something, and without its key nobody can read it."""
    needed = stack.named(bucket).dependencies

    assert stack.named("keys-data").urn in needed
    assert stack.named("keys-data-alias").urn in needed


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


@LOGGED
def test_its_requests_are_logged_below_its_own_name(
    bucket: str, inputs_of: Callable[[str], dict[str, Any]]
) -> None:
    logging = inputs_of(f"{bucket}-logging")

    assert logging == {
        "bucket": inputs_of(bucket)["bucket"],
        "targetBucket": NAMES.access_log_bucket,
        "targetPrefix": f"{inputs_of(bucket)['bucket']}/",
    }


def test_the_bucket_of_logs_is_encrypted_by_s3_which_delivers_to_no_other(
    inputs_of: Callable[[str], dict[str, Any]],
) -> None:
    (rule,) = inputs_of("storage-logs-encryption")["rules"]

    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}


def test_logs_expire(inputs_of: Callable[[str], dict[str, Any]]) -> None:
    rules = {rule["id"]: rule for rule in inputs_of("storage-logs-lifecycle")["rules"]}

    assert rules["old-logs"]["expiration"] == {"days": 14}


def test_nothing_current_expires_but_captures_and_what_the_pipeline_hands_on(
    inputs_of: Callable[[str], dict[str, Any]],
) -> None:
    expiring = [
        rule["filter"]["prefix"]
        for bucket in ("storage-data", "storage-artifacts", "storage-airflow")
        for rule in inputs_of(f"{bucket}-lifecycle")["rules"]
        if "days" in rule.get("expiration", {})
    ]

    assert expiring == ["captures/", "mlops-dev/"]


def test_a_stack_that_protects_refuses_to_delete_its_buckets_and_keys(prod: Graph) -> None:
    kept = (*prod.of_type("aws:s3/bucket:Bucket"), *prod.of_type("aws:kms/key:Key"))

    assert len(kept) == 4 + 3
    assert all(resource.options.protect for resource in kept)


def test_only_the_data_bucket_sends_events(stack: Graph) -> None:
    (notification,) = stack.of_type("aws:s3/bucketNotification:BucketNotification")

    assert notification.inputs == {"bucket": NAMES.data_bucket, "eventbridge": True}
