"""The managed Airflow that runs the DAGs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components import policies
from components.airflow_permissions import environment_statements, step_statements
from components.roles import StepRole, StepRoleArgs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.naming import Names
    from components.settings import StackSettings

AIRFLOW_SERVICES = ("airflow.amazonaws.com", "airflow-env.amazonaws.com")
DAG_FOLDER = "dags"
REQUIREMENTS = Path("requirements/mwaa.txt")
REQUIREMENTS_KEY = "requirements.txt"
PATIENCE = "3h"
"""Creating an environment was seen to take two hours; Pulumi's own limit is shorter."""


@dataclass(frozen=True, kw_only=True)
class AirflowEnvironmentArgs:
    """What the environment needs from its neighbours.

    Attributes:
        root: The repository's folder, which holds the requirements.
        private_subnet_ids: Exactly two, in two zones; they can never be changed.
        passable_role_arns: The roles that its tasks hand to SageMaker.
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
    private_subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    passable_role_arns: Sequence[pulumi.Input[str]]
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
        requirements = self._requirements(name, args)
        environment = self._environment(name, args, role, requirements)
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
                trust=policies.trust(*AIRFLOW_SERVICES, account=args.names.account),
                statements=(
                    *environment_statements(args.names, args.key_arn),
                    *step_statements(args.names, args.key_arn, args.passable_role_arns),
                ),
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _requirements(self, name: str, args: AirflowEnvironmentArgs) -> aws.s3.BucketObjectv2:
        return aws.s3.BucketObjectv2(
            f"{name}-requirements",
            bucket=args.airflow_bucket,
            key=REQUIREMENTS_KEY,
            source=pulumi.FileAsset(str(args.root / REQUIREMENTS)),
            content_type="text/plain",
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _environment(
        self,
        name: str,
        args: AirflowEnvironmentArgs,
        role: StepRole,
        requirements: aws.s3.BucketObjectv2,
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
            requirements_s3_path=requirements.key,
            # Without a version MWAA keeps the first file for ever.
            requirements_s3_object_version=requirements.version_id,
            kms_key=args.key_arn,
            network_configuration={
                "subnet_ids": list(args.private_subnet_ids),
                "security_group_ids": [args.security_group_id],
            },
            webserver_access_mode="PUBLIC_ONLY",
            endpoint_management="SERVICE",
            # Lets a running task finish before its worker goes.
            worker_replacement_strategy="GRACEFUL",
            logging_configuration={
                "dag_processing_logs": {"enabled": True, "log_level": "WARNING"},
                "scheduler_logs": {"enabled": True, "log_level": "WARNING"},
                "task_logs": {"enabled": True, "log_level": "INFO"},
                "webserver_logs": {"enabled": True, "log_level": "WARNING"},
                "worker_logs": {"enabled": True, "log_level": "WARNING"},
            },
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                # The component's own `depends_on` would not reach its children.
                depends_on=list(args.after),
                custom_timeouts=pulumi.CustomTimeouts(
                    create=PATIENCE, update=PATIENCE, delete=PATIENCE
                ),
            ),
        )
