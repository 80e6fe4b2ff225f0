"""The managed Airflow that runs the DAGs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components import policies
from components.airflow_permissions import Place, environment_statements, step_statements
from components.requirements import read_requirements
from components.roles import StepRole, StepRoleArgs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.naming import Names
    from components.placement import Placement
    from components.settings import StackSettings

AIRFLOW_SERVICES = ("airflow.amazonaws.com", "airflow-env.amazonaws.com")
WEBSERVER_ACCESS = {"public": "PUBLIC_ONLY", "private": "PRIVATE_ONLY"}
DAG_FOLDER = "dags"
REQUIREMENTS = Path("requirements/mwaa.txt")
REQUIREMENTS_KEY = "requirements.txt"
WHEELS = Path("requirements/wheels")
PLUGINS_KEY = "plugins.zip"
LOGS: aws.mwaa.EnvironmentLoggingConfigurationArgsDict = {
    "dag_processing_logs": {"enabled": True, "log_level": "WARNING"},
    "scheduler_logs": {"enabled": True, "log_level": "WARNING"},
    "task_logs": {"enabled": True, "log_level": "INFO"},
    "webserver_logs": {"enabled": True, "log_level": "WARNING"},
    "worker_logs": {"enabled": True, "log_level": "WARNING"},
}
PATIENCE = "3h"
"""Creating an environment was seen to take two hours; Pulumi's own limit is shorter."""


@dataclass(frozen=True, kw_only=True)
class AirflowEnvironmentArgs:
    """What the environment needs from its neighbours.

    Attributes:
        root: The repository's folder, which holds the requirements.
        placement: Exactly two private subnets, in two zones; they can never be changed.
        training: Where its tasks may have SageMaker train, under which role and key.
        hosting: Where they may have it serve models.
        after: Network and storage as a whole. MWAA only tells after half an hour that a route, a
            bucket's versioning or its public access block was missing, and cannot be deleted
            without them.
    """

    names: Names
    settings: StackSettings
    root: Path
    airflow_bucket: pulumi.Input[str]
    airflow_bucket_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    placement: Placement
    training: Place
    hosting: Place
    after: Sequence[pulumi.Resource]


class AirflowEnvironment(pulumi.ComponentResource):
    """An MWAA environment, and the role that its tasks act with.

    It carries no DAG: the build pipeline puts them into the bucket.
    """

    environment_name: pulumi.Output[str]
    webserver_url: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: AirflowEnvironmentArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("mlops:airflow:AirflowEnvironment", name, None, opts)
        role = self._role(name, args)
        files = self._requirements(name, args), self._plugins(name, args)
        environment = self._environment(name, args, role, *files)
        self.environment_name = environment.name
        self.webserver_url = pulumi.Output.concat("https://", environment.webserver_url)
        self.register_outputs(
            {"environment_name": self.environment_name, "webserver_url": self.webserver_url}
        )

    def _role(self, name: str, args: AirflowEnvironmentArgs) -> StepRole:
        return StepRole(
            f"{name}-access",
            StepRoleArgs(
                names=args.names,
                step="airflow",
                description="Airflow: run the environment, and the steps of a retraining",
                trust=policies.trust(
                    *AIRFLOW_SERVICES,
                    account=args.names.account,
                    sources=[
                        args.names.arn("airflow", f"environment/{args.names.airflow_environment}")
                    ],
                ),
                statements=(
                    *environment_statements(args.names, args.key_arn),
                    *step_statements(args.names, args.training, args.hosting),
                ),
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _requirements(
        self, name: str, args: AirflowEnvironmentArgs
    ) -> aws.s3.BucketObjectv2 | None:
        settings = args.settings
        reaches_index = settings.egress == "nat" and settings.webserver_access == "public"
        if not read_requirements(args.root / REQUIREMENTS, reaches_index=reaches_index):
            return None
        return aws.s3.BucketObjectv2(
            f"{name}-requirements",
            bucket=args.airflow_bucket,
            key=REQUIREMENTS_KEY,
            source=pulumi.FileAsset(str(args.root / REQUIREMENTS)),
            content_type="text/plain",
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _plugins(self, name: str, args: AirflowEnvironmentArgs) -> aws.s3.BucketObjectv2 | None:
        """Upload the wheels that requirements name, the only way to them without an index."""
        files = sorted(file for file in (args.root / WHEELS).glob("*") if file.is_file())
        if not files:
            return None
        return aws.s3.BucketObjectv2(
            f"{name}-plugins",
            bucket=args.airflow_bucket,
            key=PLUGINS_KEY,
            source=pulumi.AssetArchive({file.name: pulumi.FileAsset(str(file)) for file in files}),
            content_type="application/zip",
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _environment(
        self,
        name: str,
        args: AirflowEnvironmentArgs,
        role: StepRole,
        requirements: aws.s3.BucketObjectv2 | None,
        plugins: aws.s3.BucketObjectv2 | None,
    ) -> aws.mwaa.Environment:
        settings = args.settings
        return aws.mwaa.Environment(
            f"{name}-environment",
            name=args.names.airflow_environment,
            airflow_version=settings.airflow_version,
            environment_class=settings.airflow_class,
            min_workers=settings.airflow_min_workers,
            max_workers=settings.airflow_max_workers,
            execution_role_arn=role.arn,
            source_bucket_arn=args.airflow_bucket_arn,
            dag_s3_path=DAG_FOLDER,
            # Without a version MWAA keeps the first file for ever.
            requirements_s3_path=requirements.key if requirements else None,
            requirements_s3_object_version=requirements.version_id if requirements else None,
            plugins_s3_path=plugins.key if plugins else None,
            plugins_s3_object_version=plugins.version_id if plugins else None,
            kms_key=args.key_arn,
            network_configuration={
                "subnet_ids": list(args.placement.subnet_ids),
                "security_group_ids": [args.placement.security_group_id],
            },
            webserver_access_mode=WEBSERVER_ACCESS[settings.webserver_access],
            endpoint_management="SERVICE",
            weekly_maintenance_window_start=settings.maintenance_window,
            # Lets a running task finish before its worker goes.
            worker_replacement_strategy="GRACEFUL",
            logging_configuration=LOGS,
            tags=args.names.tags,
            opts=self._options(args),
        )

    def _options(self, args: AirflowEnvironmentArgs) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self,
            protect=args.settings.protect,
            # The component's own `depends_on` would not reach its children.
            depends_on=list(args.after),
            custom_timeouts=pulumi.CustomTimeouts(
                create=PATIENCE, update=PATIENCE, delete=PATIENCE
            ),
        )
