"""The three buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components import policies
from components.readiness import when_ready

if TYPE_CHECKING:
    from components.naming import Names

ABANDONED_UPLOAD_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    """What storage needs to know.

    Attributes:
        protect: Whether Pulumi refuses to delete a bucket.
        version_retention_days: How long a replaced or deleted object can be brought back.
    """

    names: Names
    key_arn: pulumi.Input[str]
    protect: bool
    version_retention_days: int


class Storage(pulumi.ComponentResource):
    """Three buckets: raw data, what is made from it, and what Airflow synchronises.

    Each is versioned, encrypted with the stack's own key, private, and reached over TLS alone; its
    name is handed out only when that holds, so that no object comes too early.
    Nothing current ever expires here: what may be deleted, only the runs' own records can tell.
    """

    data_bucket: pulumi.Output[str]
    artifact_bucket: pulumi.Output[str]
    airflow_bucket: pulumi.Output[str]
    airflow_bucket_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:storage:Storage", name, None, opts)
        data = self._bucket(f"{name}-data", args.names.data_bucket, args)
        artifacts = self._bucket(f"{name}-artifacts", args.names.artifact_bucket, args)
        airflow = self._bucket(f"{name}-airflow", args.names.airflow_bucket, args)
        self._announce_objects(f"{name}-data", data)
        self.data_bucket = data
        self.artifact_bucket = artifacts
        self.airflow_bucket = airflow
        self.airflow_bucket_arn = airflow.apply(args.names.bucket_arn)
        self.register_outputs(
            {
                "data_bucket": self.data_bucket,
                "artifact_bucket": self.artifact_bucket,
                "airflow_bucket": self.airflow_bucket,
            }
        )

    def _bucket(self, name: str, bucket_name: str, args: StorageArgs) -> pulumi.Output[str]:
        bucket = aws.s3.Bucket(
            name,
            bucket=bucket_name,
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        return when_ready(
            bucket.bucket,
            self._keep_versions(name, bucket, args),
            self._encrypt(name, bucket, args),
            self._keep_private(name, bucket),
            self._refuse_plain_text(name, bucket, tls_only(args.names, bucket_name)),
        )

    def _keep_versions(
        self, name: str, bucket: aws.s3.Bucket, args: StorageArgs
    ) -> aws.s3.BucketVersioning:
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=self._child(),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.bucket,
            rules=lifecycle_rules(args.version_retention_days),
            # A rule on old versions of a bucket that keeps none yet may take a while to hold.
            opts=self._child(versioning),
        )
        return versioning

    def _encrypt(
        self, name: str, bucket: aws.s3.Bucket, args: StorageArgs
    ) -> aws.s3.BucketServerSideEncryptionConfiguration:
        return aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": args.key_arn,
                    },
                    # One request to KMS for many objects, instead of one for each.
                    "bucket_key_enabled": True,
                }
            ],
            opts=self._child(),
        )

    def _keep_private(self, name: str, bucket: aws.s3.Bucket) -> aws.s3.BucketPublicAccessBlock:
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self._child(),
        )
        return aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child(),
        )

    def _refuse_plain_text(
        self, name: str, bucket: aws.s3.Bucket, policy: dict[str, Any]
    ) -> aws.s3.BucketPolicy:
        return aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=pulumi.Output.json_dumps(policy),
            opts=self._child(),
        )

    def _announce_objects(self, name: str, bucket: pulumi.Output[str]) -> None:
        aws.s3.BucketNotification(
            f"{name}-events", bucket=bucket, eventbridge=True, opts=self._child()
        )

    def _child(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(after))


def lifecycle_rules(
    version_retention_days: int,
) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
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


def tls_only(names: Names, bucket: str) -> dict[str, Any]:
    """Return the bucket policy that refuses everyone without TLS."""
    return policies.document(
        policies.Statement(
            sid="RefuseWithoutTls",
            deny=True,
            principals="*",
            actions=("s3:*",),
            resources=(names.bucket_arn(bucket), *names.objects_arn(bucket, "*")),
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        )
    )
