"""The Glue job that turns raw files into a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components import policies
from components.files import existing
from components.roles import StepRole, StepRoleArgs
from components.wheels import duckdb_wheel

if TYPE_CHECKING:
    from components.naming import Names
    from components.settings import Etl, StackSettings

GLUE_VERSION = "5.1"
LAUNCHER = Path("etl/launcher.py")
FOLDER = "glue/"
LAUNCHER_KEY = f"{FOLDER}launcher.py"
LOG_GROUPS = ("output", "error")


@dataclass(frozen=True, kw_only=True)
class EtlJobArgs:
    """What the job needs from its neighbours.

    Attributes:
        root: The repository's folder, which holds the launcher and DuckDB's wheel.
    """

    names: Names
    settings: StackSettings
    root: Path
    artifact_bucket: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]


class EtlJob(pulumi.ComponentResource):
    """One Glue job for every model.

    It points at a launcher alone: each run brings the code of its commit along. DuckDB it installs
    from the bucket: a run that takes it asks for no executor, and auto scaling adds none. Runs of
    several models queue. It never retries by itself: the DAG does, and looks first at what is
    there. It keeps no bookmarks: the parts that lie there say what was worked on.
    What it writes is encrypted by a security configuration, logs too; with it the job's log groups
    are its own, so the stack makes them. Without, the account's jobs share theirs.
    """

    job_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: EtlJobArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:etl:EtlJob", name, None, opts)
        role = self._role(name, args)
        launcher = self._launcher(name, args)
        logs = self._log_groups(name, args)
        arguments = {**_arguments(args.settings.etl), **self._modules(name, args)}
        self.job_name = self._job(name, args, role, launcher, arguments, logs).name
        self.register_outputs({"job_name": self.job_name})

    def _role(self, name: str, args: EtlJobArgs) -> StepRole:
        return StepRole(
            f"{name}-access",
            StepRoleArgs(
                names=args.names,
                step="etl",
                description="ETL: read raw files, write a dataset",
                trust=policies.trust(
                    "glue.amazonaws.com", account=args.names.account, documented=False
                ),
                statements=statements(args.names, args.key_arn),
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _launcher(self, name: str, args: EtlJobArgs) -> aws.s3.BucketObjectv2:
        return aws.s3.BucketObjectv2(
            f"{name}-launcher",
            bucket=args.artifact_bucket,
            key=LAUNCHER_KEY,
            source=pulumi.FileAsset(str(existing(args.root / LAUNCHER, "what Glue starts"))),
            content_type="text/x-python",
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _modules(self, name: str, args: EtlJobArgs) -> dict[str, pulumi.Input[str]]:
        """Upload what a run has to install, and return what tells Glue to; Spark is there."""
        if args.settings.etl.engine == "spark":
            return {}
        file = duckdb_wheel(args.root)
        wheel = aws.s3.BucketObjectv2(
            f"{name}-duckdb",
            bucket=args.artifact_bucket,
            key=f"{FOLDER}{file.name}",
            source=pulumi.FileAsset(str(file)),
            content_type="application/zip",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {
            "--additional-python-modules": pulumi.Output.concat(
                "s3://", wheel.bucket, "/", wheel.key
            ),
            "--python-modules-installer-option": "--no-index",
        }

    def _log_groups(self, name: str, args: EtlJobArgs) -> list[aws.cloudwatch.LogGroup]:
        return [
            aws.cloudwatch.LogGroup(
                f"{name}-{kind}-logs",
                name=args.names.etl_log_group(kind),
                retention_in_days=args.settings.log_retention_days,
                kms_key_id=args.logs_key_arn,
                tags=args.names.tags,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for kind in LOG_GROUPS
        ]

    def _encryption(self, name: str, args: EtlJobArgs) -> aws.glue.SecurityConfiguration:
        return aws.glue.SecurityConfiguration(
            f"{name}-encryption",
            name=args.names.etl_job,
            encryption_configuration={
                "cloudwatch_encryption": {
                    "cloudwatch_encryption_mode": "SSE-KMS",
                    "kms_key_arn": args.logs_key_arn,
                },
                "job_bookmarks_encryption": {
                    "job_bookmarks_encryption_mode": "CSE-KMS",
                    "kms_key_arn": args.key_arn,
                },
                "s3_encryption": {"s3_encryption_mode": "SSE-KMS", "kms_key_arn": args.key_arn},
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _job(
        self,
        name: str,
        args: EtlJobArgs,
        role: StepRole,
        launcher: aws.s3.BucketObjectv2,
        arguments: dict[str, pulumi.Input[str]],
        logs: list[aws.cloudwatch.LogGroup],
    ) -> aws.glue.Job:
        settings = args.settings.etl
        return aws.glue.Job(
            f"{name}-job",
            name=args.names.etl_job,
            description="Turns raw files into a dataset, for one model a run",
            role_arn=role.arn,
            glue_version=GLUE_VERSION,
            security_configuration=self._encryption(name, args).name,
            command={
                "name": "glueetl",
                "python_version": "3",
                "script_location": pulumi.Output.concat(
                    "s3://", launcher.bucket, "/", launcher.key
                ),
            },
            default_arguments=arguments,
            worker_type=settings.worker_type,
            number_of_workers=settings.workers,
            timeout=settings.timeout_minutes,
            max_retries=0,
            job_run_queuing_enabled=True,
            execution_property={"max_concurrent_runs": settings.concurrent_runs},
            tags=args.names.tags,
            # A group that Glue made would be nobody's, and keep what is in it for ever.
            opts=pulumi.ResourceOptions(parent=self, depends_on=logs),
        )


def _arguments(settings: Etl) -> dict[str, pulumi.Input[str]]:
    """Return what every run is told, by Glue's names and by the ETL's own."""
    arguments: dict[str, pulumi.Input[str]] = {
        "--job-language": "python",
        "--job-bookmark-option": "job-bookmark-disable",
        # Always: alarms, runbook and outcomes say where a run's log is while it runs.
        "--enable-continuous-cloudwatch-log": "true",
        "--engine": settings.engine,
        "--duckdb_gb": str(settings.duckdb_gb),
    }
    if settings.auto_scaling:
        arguments["--enable-auto-scaling"] = "true"
    if settings.metrics:
        arguments["--enable-metrics"] = "true"
    return arguments


def statements(names: Names, key_arn: pulumi.Input[str]) -> tuple[policies.Statement, ...]:
    """Return what a job run may do."""
    data, artifacts = names.data_bucket, names.artifact_bucket
    return (
        policies.Statement(
            sid="ReadRawFiles",
            actions=("s3:GetObject", "s3:GetObjectVersion"),
            resources=names.objects_arn(data, "raw/*"),
        ),
        policies.Statement(
            sid="ReadCode",
            actions=("s3:GetObject",),
            resources=names.objects_arn(artifacts, f"{FOLDER}*", "code/*"),
        ),
        policies.Statement(
            sid="WriteDatasets",
            actions=(
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:PutObject",
            ),
            resources=names.objects_arn(artifacts, "datasets/*"),
        ),
        policies.list_buckets(names.bucket_arn(data), names.bucket_arn(artifacts)),
        policies.use_key(key_arn),
        *_log_statements(names),
        policies.put_metrics("Glue"),
    )


def _log_statements(names: Names) -> tuple[policies.Statement, ...]:
    groups = [names.etl_log_group(kind) for kind in LOG_GROUPS]
    return (
        policies.write_logs(*(names.log_streams_arn(group) for group in groups), create_group=True),
        policies.Statement(
            # Glue asks for it at each start, for groups that have the key as well.
            sid="EncryptLogs",
            actions=("logs:AssociateKmsKey",),
            resources=tuple(names.arn("logs", f"log-group:{group}") for group in groups),
        ),
    )
