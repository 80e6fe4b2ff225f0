"""Each rule about buckets finds what breaks it, and is silent about what keeps it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policy import storage
from tests.unit.policy.builders import broken, graph, resource

if TYPE_CHECKING:
    from ops.graph import Resource

TLS = {
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
}
TORN = {
    "id": "torn",
    "status": "Enabled",
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
}
OLD = {
    "id": "old",
    "status": "Enabled",
    "noncurrentVersionExpiration": {"noncurrentDays": 90},
}


def setting(token: str, **inputs: Any) -> Resource:
    """Return a setting of the bucket `b`."""
    return resource(token, uses={"bucket": "b"}, **inputs)


def encryption(**default: Any) -> Resource:
    """Return how the bucket encrypts."""
    return setting(storage.ENCRYPTION, rules=[{"applyServerSideEncryptionByDefault": default}])


BUCKET = resource(storage.BUCKET, "b")
BLOCKS: dict[str, Any] = dict.fromkeys(storage.BLOCKS, True)
LOGS = resource(storage.LOGGING, "l", uses={"bucket": "other", "targetBucket": "b"})

CASES: dict[str, tuple[list[Resource], list[Resource]]] = {
    "bucket-private": (
        [setting(storage.BLOCK, **BLOCKS)],
        [setting(storage.BLOCK, **{**BLOCKS, "blockPublicPolicy": False})],
    ),
    "bucket-owned": (
        [setting(storage.OWNERSHIP, rule={"objectOwnership": "BucketOwnerEnforced"})],
        [setting(storage.OWNERSHIP, rule={"objectOwnership": "ObjectWriter"})],
    ),
    "bucket-versioned": (
        [setting(storage.VERSIONING, versioningConfiguration={"status": "Enabled"})],
        [setting(storage.VERSIONING, versioningConfiguration={"status": "Suspended"})],
    ),
    "bucket-encrypted": (
        [encryption(sseAlgorithm="aws:kms", kmsMasterKeyId="a key")],
        [encryption(sseAlgorithm="aws:kms")],
    ),
    "bucket-over-tls": (
        [setting(storage.POLICY, policy=json.dumps(TLS))],
        [setting(storage.POLICY, policy=json.dumps({"Statement": []}))],
    ),
    "bucket-logged": ([setting(storage.LOGGING, targetPrefix="b/")], []),
    "bucket-cleared": (
        [setting(storage.LIFECYCLE, rules=[TORN, OLD])],
        [setting(storage.LIFECYCLE, rules=[TORN])],
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_what_keeps_a_rule_is_left_alone(rule: str) -> None:
    kept, _ = CASES[rule]

    assert rule not in broken(storage.RULES, graph(BUCKET, *kept))


@pytest.mark.parametrize("rule", CASES)
def test_what_breaks_a_rule_is_found(rule: str) -> None:
    _, breaking = CASES[rule]

    assert rule in broken(storage.RULES, graph(BUCKET, *breaking))


@pytest.mark.parametrize("rule", CASES)
def test_a_setting_of_another_bucket_does_not_count(rule: str) -> None:
    kept, _ = CASES[rule]
    elsewhere = [
        resource(each.type, uses={"bucket": "other"}, **dict(each.inputs)) for each in kept
    ]

    assert rule in broken(storage.RULES, graph(BUCKET, *elsewhere))


def test_a_bucket_of_access_logs_encrypts_with_s3s_own_key_and_is_not_logged_itself() -> None:
    with_s3s_own = graph(BUCKET, LOGS, encryption(sseAlgorithm="AES256"))

    found = broken(storage.RULES, with_s3s_own)

    assert not found & {"bucket-encrypted", "bucket-logged"}


@pytest.mark.parametrize(
    "name",
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
)
def test_each_block_of_public_access_is_asked_for(name: str) -> None:
    three = setting(storage.BLOCK, **{**dict.fromkeys(storage.BLOCKS, True), name: False})

    assert "bucket-private" in broken(storage.RULES, graph(BUCKET, three))


def test_s3s_own_key_is_no_key_of_ours() -> None:
    own = encryption(sseAlgorithm="AES256", kmsMasterKeyId="a key")

    assert "bucket-encrypted" in broken(storage.RULES, graph(BUCKET, own))


@pytest.mark.parametrize(
    "less",
    [
        {"Principal": {"AWS": "arn:aws:iam::1:role/r"}},
        {"Action": "s3:PutObject"},
        {"Effect": "Allow"},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    ],
)
def test_a_refusal_of_some_plain_requests_is_too_little(less: dict[str, Any]) -> None:
    statement = {**TLS["Statement"][0], **less}
    policy = setting(storage.POLICY, policy=json.dumps({"Statement": [statement]}))

    assert "bucket-over-tls" in broken(storage.RULES, graph(BUCKET, policy))


def test_a_policy_that_a_preview_does_not_know_breaks_nothing() -> None:
    unknown = setting(storage.POLICY, policy="04da6b54-80e4-46f7-96ec-b56ff0331ba9")

    assert "bucket-over-tls" not in broken(storage.RULES, graph(BUCKET, unknown))
