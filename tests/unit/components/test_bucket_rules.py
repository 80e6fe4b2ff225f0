"""A bucket refuses what is not encrypted our way, and clears away what nobody can see."""

from __future__ import annotations

from typing import Any

import pytest

from components.bucket_rules import clearing, cooling, log_policy, passing, private_policy
from components.naming import Names

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
HEADER = "s3:x-amz-server-side-encryption"


def statements(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in document["Statement"]}


@pytest.mark.parametrize(
    "document", [private_policy(NAMES, "data", KEY), log_policy(NAMES, "data", ["source"])]
)
def test_everyone_without_tls_is_refused(document: dict[str, Any]) -> None:
    refused = statements(document)["RefuseWithoutTls"]

    assert refused["Effect"] == "Deny"
    assert refused["Principal"] == "*"
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert refused["Resource"] == ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]


@pytest.mark.parametrize(
    ("sid", "header", "allowed"),
    [
        ("RefuseOtherEncryption", HEADER, "aws:kms"),
        ("RefuseOtherKeys", f"{HEADER}-aws-kms-key-id", KEY),
    ],
)
def test_an_upload_that_asks_for_another_encryption_is_refused(
    sid: str, header: str, allowed: str
) -> None:
    refused = statements(private_policy(NAMES, "data", KEY))[sid]

    assert refused["Effect"] == "Deny"
    assert refused["Action"] == ["s3:PutObject"]
    assert refused["Condition"]["StringNotEquals"] == {header: allowed}


@pytest.mark.parametrize("sid", ["RefuseOtherEncryption", "RefuseOtherKeys"])
def test_an_upload_that_says_nothing_gets_the_default(sid: str) -> None:
    refused = statements(private_policy(NAMES, "data", KEY))[sid]

    assert list(refused["Condition"]["Null"].values()) == ["false"]


def test_s3_alone_writes_logs_of_our_buckets_each_in_its_own_folder() -> None:
    write = statements(log_policy(NAMES, "logs", ["data", "airflow"]))["WriteAccessLogs"]

    assert write["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert write["Resource"] == ["arn:aws:s3:::logs/data/*", "arn:aws:s3:::logs/airflow/*"]
    assert write["Condition"] == {
        "ArnEquals": {"aws:SourceArn": ["arn:aws:s3:::data", "arn:aws:s3:::airflow"]},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }


def test_old_versions_and_torn_uploads_are_cleared_and_nothing_current_is() -> None:
    rules = {rule["id"]: rule for rule in clearing(90)}

    assert rules["old-versions"].get("noncurrent_version_expiration") == {"noncurrent_days": 90}
    assert rules["old-versions"].get("expiration") == {"expired_object_delete_marker": True}
    assert rules["torn-uploads"].get("abort_incomplete_multipart_upload") == {
        "days_after_initiation": 7
    }


def test_what_cools_stays() -> None:
    rules = cooling("datasets/", "models/")

    assert [rule.get("filter") for rule in rules] == [
        {"prefix": "datasets/"},
        {"prefix": "models/"},
    ]
    assert not [rule for rule in rules if "expiration" in rule]


def test_what_passes_goes_after_its_days() -> None:
    (rule,) = passing("mlops-dev/", 90, rule="old")

    assert rule.get("expiration") == {"days": 90}
