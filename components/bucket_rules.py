"""What a bucket refuses, and what it clears away. Pure; `storage.py` makes the buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components import policies
from components.policies import Conditions, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi
    from pulumi_aws.s3 import BucketLifecycleConfigurationRuleArgsDict as Rule

    from components.naming import Names

ABANDONED_UPLOAD_DAYS = 7
COLD_AFTER_DAYS = 30
COLD_CLASS = "INTELLIGENT_TIERING"
"""What is rarely read costs less there, and is read as fast and without a fee when it is."""

ENCRYPTION = "s3:x-amz-server-side-encryption"


def clearing(version_retention_days: int) -> list[Rule]:
    """Return the rules that clear away what nobody can see: old versions and torn uploads."""
    return [
        {
            "id": "old-versions",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "noncurrent_version_expiration": {"noncurrent_days": version_retention_days},
            "expiration": {"expired_object_delete_marker": True},
        },
        {
            "id": "torn-uploads",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abort_incomplete_multipart_upload": {"days_after_initiation": ABANDONED_UPLOAD_DAYS},
        },
    ]


def cooling(*prefixes: str) -> list[Rule]:
    """Return the rules that move to cheaper storage what lies below these prefixes.

    Nothing goes: what is live, only the runs' own records can tell, and an endpoint fetches its
    archive again whenever it scales out.
    """
    return [
        {
            "id": f"cool-{prefix.strip('/')}",
            "status": "Enabled",
            "filter": {"prefix": prefix},
            "transitions": [{"days": COLD_AFTER_DAYS, "storage_class": COLD_CLASS}],
        }
        for prefix in prefixes
    ]


def passing(prefix: str, days: int, *, rule: str) -> list[Rule]:
    """Return the rule that deletes what lies below a prefix and is of use for a while only."""
    return [
        {
            "id": rule,
            "status": "Enabled",
            "filter": {"prefix": prefix},
            "expiration": {"days": days},
        }
    ]


def private_policy(names: Names, bucket: str, key_arn: pulumi.Input[str]) -> dict[str, Any]:
    """Return the policy that refuses requests without TLS, and objects under another's key.

    A request that says nothing of encryption gets the bucket's default, our key; so only what it
    does say can be wrong.
    """
    return policies.document(
        _only_with_tls(names, bucket),
        _refuse_uploads(names, bucket, "RefuseOtherEncryption", ENCRYPTION, "aws:kms"),
        _refuse_uploads(names, bucket, "RefuseOtherKeys", f"{ENCRYPTION}-aws-kms-key-id", key_arn),
        Statement(
            sid="RefuseKeysOfTheCaller",
            deny=True,
            principals="*",
            actions=("s3:PutObject",),
            resources=names.objects_arn(bucket, "*"),
            conditions={"Null": {f"{ENCRYPTION}-customer-algorithm": "false"}},
        ),
    )


def log_policy(names: Names, bucket: str, sources: Sequence[str]) -> dict[str, Any]:
    """Return the policy that lets S3 alone write, what it logs of our other buckets."""
    return policies.document(
        _only_with_tls(names, bucket),
        Statement(
            sid="WriteAccessLogs",
            principals={"Service": "logging.s3.amazonaws.com"},
            actions=("s3:PutObject",),
            resources=names.objects_arn(bucket, *(f"{source}/*" for source in sources)),
            conditions={
                "ArnEquals": {"aws:SourceArn": [names.bucket_arn(source) for source in sources]},
                "StringEquals": {"aws:SourceAccount": names.account},
            },
        ),
    )


def _only_with_tls(names: Names, bucket: str) -> Statement:
    return Statement(
        sid="RefuseWithoutTls",
        deny=True,
        principals="*",
        actions=("s3:*",),
        resources=(names.bucket_arn(bucket), *names.objects_arn(bucket, "*")),
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def _refuse_uploads(
    names: Names, bucket: str, sid: str, header: str, allowed: pulumi.Input[str]
) -> Statement:
    conditions: Conditions = {
        "Null": {header: "false"},
        "StringNotEquals": {header: allowed},
    }
    return Statement(
        sid=sid,
        deny=True,
        principals="*",
        actions=("s3:PutObject",),
        resources=names.objects_arn(bucket, "*"),
        conditions=conditions,
    )
