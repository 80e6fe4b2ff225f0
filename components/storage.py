"""The buckets: what comes in, what is made from it, what Airflow reads, and who asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.bucket_rules import clearing, cooling, log_policy, passing, private_policy
from components.readiness import when_ready

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.naming import Names


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    """What storage needs to know.

    Attributes:
        key_arn: Encrypts everything but the access logs.
        after: The keys as a whole. A destroy stops at a bucket that holds something, and what it
            holds could be read no more if its key were gone by then.
        protect: Whether Pulumi refuses to delete a bucket.
        version_retention_days: How long a replaced or deleted object can be brought back.
        log_retention_days: How long access logs are kept.
    """

    names: Names
    key_arn: pulumi.Input[str]
    after: Sequence[pulumi.Resource]
    protect: bool
    version_retention_days: int
    log_retention_days: int


@dataclass(frozen=True, kw_only=True)
class _Bucket:
    """What one bucket has of its own.

    Attributes:
        name: The program's name for it.
        bucket: Its own.
        rules: When its objects move or go.
        key_arn: Encrypts it; None leaves that to a key of S3's.
    """

    name: str
    bucket: str
    policy: dict[str, Any]
    rules: Sequence[aws.s3.BucketLifecycleConfigurationRuleArgsDict]
    key_arn: pulumi.Input[str] | None = None


class Storage(pulumi.ComponentResource):
    """Buckets for raw data, for what is made from it, for Airflow, and one for access logs.

    Each is versioned, encrypted, private, and reached over TLS alone; its name is handed out only
    when that holds, so that no object comes too early. Requests to the first three are logged.
    Nothing of value ever expires here: what may be deleted, only the runs' own records can tell.

    The bucket of the access logs is encrypted by S3's own key: S3 delivers them to no bucket whose
    default is a key of ours. It logs no access to itself, which would never end.
    """

    data_bucket: pulumi.Output[str]
    artifact_bucket: pulumi.Output[str]
    airflow_bucket: pulumi.Output[str]
    airflow_bucket_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:storage:Storage", name, None, opts)
        names = args.names
        logs = self._log_bucket(name, args)
        data = self._logged(f"{name}-data", names.data_bucket, args, logs, cooling("raw/"))
        artifacts = self._logged(
            f"{name}-artifacts", names.artifact_bucket, args, logs, artifact_rules(args)
        )
        airflow = self._logged(f"{name}-airflow", names.airflow_bucket, args, logs)
        self._announce_objects(f"{name}-data", data)
        self.data_bucket = data
        self.artifact_bucket = artifacts
        self.airflow_bucket = airflow
        self.airflow_bucket_arn = airflow.apply(names.bucket_arn)
        self.register_outputs(
            {
                "data_bucket": self.data_bucket,
                "artifact_bucket": self.artifact_bucket,
                "airflow_bucket": self.airflow_bucket,
            }
        )

    def _log_bucket(self, name: str, args: StorageArgs) -> pulumi.Output[str]:
        names = args.names
        sources = (names.data_bucket, names.artifact_bucket, names.airflow_bucket)
        bucket = _Bucket(
            name=f"{name}-logs",
            bucket=names.access_log_bucket,
            policy=log_policy(names, names.access_log_bucket, sources),
            rules=[*clearing(1), *passing("", args.log_retention_days, rule="old-logs")],
        )
        return self._bucket(bucket, args)

    def _logged(
        self,
        name: str,
        bucket_name: str,
        args: StorageArgs,
        logs: pulumi.Output[str],
        rules: Sequence[aws.s3.BucketLifecycleConfigurationRuleArgsDict] = (),
    ) -> pulumi.Output[str]:
        bucket = _Bucket(
            name=name,
            bucket=bucket_name,
            policy=private_policy(args.names, bucket_name, args.key_arn),
            rules=[*clearing(args.version_retention_days), *rules],
            key_arn=args.key_arn,
        )
        ready = self._bucket(bucket, args)
        aws.s3.BucketLogging(
            f"{name}-logging",
            bucket=ready,
            target_bucket=logs,
            target_prefix=f"{bucket_name}/",
            opts=self._child(),
        )
        return ready

    def _bucket(self, one: _Bucket, args: StorageArgs) -> pulumi.Output[str]:
        bucket = aws.s3.Bucket(
            one.name,
            bucket=one.bucket,
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect, depends_on=list(args.after)
            ),
        )
        return when_ready(
            bucket.bucket,
            self._keep_versions(one, bucket),
            self._encrypt(one, bucket),
            self._keep_private(one.name, bucket),
            self._admit(one, bucket),
        )

    def _keep_versions(self, one: _Bucket, bucket: aws.s3.Bucket) -> aws.s3.BucketVersioning:
        versioning = aws.s3.BucketVersioning(
            f"{one.name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=self._child(),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{one.name}-lifecycle",
            bucket=bucket.bucket,
            rules=one.rules,
            # A rule on old versions of a bucket that keeps none yet may take a while to hold.
            opts=self._child(versioning),
        )
        return versioning

    def _encrypt(
        self, one: _Bucket, bucket: aws.s3.Bucket
    ) -> aws.s3.BucketServerSideEncryptionConfiguration:
        return aws.s3.BucketServerSideEncryptionConfiguration(
            f"{one.name}-encryption",
            bucket=bucket.bucket,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "AES256" if one.key_arn is None else "aws:kms",
                        "kms_master_key_id": one.key_arn,
                    },
                    # One request to KMS for many objects, instead of one for each.
                    "bucket_key_enabled": one.key_arn is not None,
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

    def _admit(self, one: _Bucket, bucket: aws.s3.Bucket) -> aws.s3.BucketPolicy:
        return aws.s3.BucketPolicy(
            f"{one.name}-policy",
            bucket=bucket.bucket,
            policy=pulumi.Output.json_dumps(one.policy),
            opts=self._child(),
        )

    def _announce_objects(self, name: str, bucket: pulumi.Output[str]) -> None:
        aws.s3.BucketNotification(
            f"{name}-events", bucket=bucket, eventbridge=True, opts=self._child()
        )

    def _child(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(after))


def artifact_rules(
    args: StorageArgs,
) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
    """Return when what the loop makes moves, and when goes what is of use for a while only.

    That is what the pipeline hands from stage to stage, and requests that endpoints kept: they are
    somebody's data.
    """
    return [
        *cooling("datasets/", "models/"),
        *passing("captures/", args.version_retention_days, rule="old-captures"),
        *passing(
            f"{args.names.pipeline_artifacts}/",
            args.version_retention_days,
            rule="old-pipeline-artifacts",
        ),
    ]
