"""What SageMaker may do for us while it trains and serves models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components import policies
from components.placement import Placement, sagemaker_statements
from components.roles import StepRole, StepRoleArgs
from components.scaling_permissions import see_alarms

if TYPE_CHECKING:
    from components.naming import Names

SAGEMAKER = "sagemaker.amazonaws.com"

TRANSFORMS = "/aws/sagemaker/TransformJobs"
"""Where batch transforms log, whatever they are called."""


@dataclass(frozen=True, kw_only=True)
class ModelHostingArgs:
    """What the roles need to name what they open, and where jobs and models lie."""

    names: Names
    key_arn: pulumi.Input[str]
    training: Placement
    hosting: Placement


class ModelHosting(pulumi.ComponentResource):
    """One role to train with and one to serve with.

    It creates no model, package group, endpoint config or endpoint: the DAGs do, a push at a time.
    """

    training_role_arn: pulumi.Output[str]
    hosting_role_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ModelHostingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:hosting:ModelHosting", name, None, opts)
        self.training_role_arn = self._training_role(name, args).arn
        self.hosting_role_arn = self._hosting_role(name, args).arn
        self.register_outputs(
            {
                "training_role_arn": self.training_role_arn,
                "hosting_role_arn": self.hosting_role_arn,
            }
        )

    def _training_role(self, name: str, args: ModelHostingArgs) -> StepRole:
        return self._role(
            f"{name}-training",
            "training",
            "Training jobs: read a dataset, write a model archive",
            args,
            (
                *training_statements(args.names, args.key_arn),
                *sagemaker_statements(args.names, args.training),
            ),
        )

    def _hosting_role(self, name: str, args: ModelHostingArgs) -> StepRole:
        return self._role(
            f"{name}-hosting",
            "hosting",
            "Endpoints: read a model archive, serve it, keep requests",
            args,
            (
                *hosting_statements(args.names, args.key_arn),
                *sagemaker_statements(args.names, args.hosting),
            ),
        )

    def _role(
        self,
        name: str,
        step: str,
        description: str,
        args: ModelHostingArgs,
        statements: tuple[policies.Statement, ...],
    ) -> StepRole:
        return StepRole(
            f"{name}-access",
            StepRoleArgs(
                names=args.names,
                step=step,
                description=description,
                trust=policies.trust(
                    SAGEMAKER,
                    account=args.names.account,
                    sources=[args.names.arn("sagemaker", "*")],
                ),
                statements=statements,
            ),
            pulumi.ResourceOptions(parent=self),
        )


def training_statements(names: Names, key_arn: pulumi.Input[str]) -> tuple[policies.Statement, ...]:
    """Return what a training job may do."""
    bucket = names.artifact_bucket
    return (
        policies.Statement(
            # models: a comparison reads the archives of the new one and of the one in service
            sid="ReadDatasetsAndModels",
            actions=("s3:GetObject",),
            resources=names.objects_arn(bucket, "datasets/*", "models/*"),
        ),
        policies.Statement(
            sid="WriteModelArchives",
            actions=("s3:AbortMultipartUpload", "s3:PutObject"),
            resources=names.objects_arn(bucket, "models/*"),
        ),
        policies.Statement(
            # SageMaker keeps S3 equal to the container's folder: what is deleted there goes here
            sid="ClearCheckpoints",
            actions=("s3:DeleteObject",),
            resources=names.objects_arn(bucket, "models/*/checkpoints/*"),
        ),
        policies.list_buckets(names.bucket_arn(bucket), sid="ListChannels"),
        policies.use_key(key_arn),
        policies.hand_key_to_volumes(key_arn),
        *policies.pull_image(names.arn("ecr", f"repository/{names.image_repository}")),
        policies.write_logs(
            names.arn("logs", "log-group:/aws/sagemaker/TrainingJobs"),
            names.log_streams_arn("/aws/sagemaker/TrainingJobs"),
            create_group=True,
        ),
        policies.put_metrics("/aws/sagemaker/TrainingJobs"),
    )


def hosting_statements(names: Names, key_arn: pulumi.Input[str]) -> tuple[policies.Statement, ...]:
    """Return what an endpoint may do."""
    group = f"/aws/sagemaker/Endpoints/{names.prefix}-*"
    return (
        policies.Statement(
            # batches: a batch transform reads what it asks about as its model's role
            sid="ReadModelArchivesAndBatches",
            actions=("s3:GetObject",),
            resources=names.objects_arn(names.artifact_bucket, "models/*", "batches/*"),
        ),
        policies.Statement(
            sid="KeepRequestsAndAnswers",
            actions=("s3:AbortMultipartUpload", "s3:PutObject"),
            resources=names.objects_arn(names.artifact_bucket, "captures/*", "batches/*"),
        ),
        policies.list_buckets(names.bucket_arn(names.artifact_bucket), sid="ListBatches"),
        policies.use_key(key_arn),
        # SageMaker looks at a deployment's alarms as this role.
        see_alarms(names),
        policies.hand_key_to_volumes(key_arn),
        *policies.pull_image(names.arn("ecr", f"repository/{names.image_repository}")),
        policies.write_logs(
            names.arn("logs", f"log-group:{group}"),
            names.log_streams_arn(group),
            names.arn("logs", f"log-group:{TRANSFORMS}"),
            names.log_streams_arn(TRANSFORMS),
            create_group=True,
        ),
        policies.put_metrics("/aws/sagemaker/Endpoints", TRANSFORMS),
    )
