"""What Airflow's role may do: run the environment, and carry out the steps of a retraining."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components import policies
from components.policies import Conditions, Statement
from components.scaling_permissions import scaling_statements

if TYPE_CHECKING:
    import pulumi

    from components.naming import Names
    from components.placement import Placement

ACCOUNT_OF_AWS = "*"
"""Where the queues of MWAA's Celery workers lie: an account of AWS that nobody is told."""


OUTPUT_KEY, VOLUME_KEY = "sagemaker:OutputKmsKeyArn", "sagemaker:VolumeKmsKeyArn"
"""SageMaker's service reference names these; older pages have them without `Arn`."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where SageMaker has to run what a step asks of it, under which role and key."""

    placement: Placement
    role_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]

    @property
    def network(self) -> Conditions:
        """That the request names our network, no other, and keeps the container out of it.

        SageMaker itself brings and fetches what a container reads and writes.
        """
        subnets, groups = "sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds"
        return {
            "ForAllValues:StringEquals": {
                subnets: list(self.placement.subnet_ids),
                groups: [self.placement.security_group_id],
            },
            # Of nothing at all, every value is one of ours.
            "Null": {subnets: "false", groups: "false"},
            "Bool": {"sagemaker:NetworkIsolation": "true"},
        }

    def keys(self, *keys: str) -> Conditions:
        """That the request names no key but ours, under each of these condition keys.

        It may name none: some instance types take none, and objects then get their bucket's own.
        """
        return {"ArnEqualsIfExists": dict.fromkeys(keys, self.key_arn)}


def environment_statements(names: Names, key_arn: pulumi.Input[str]) -> tuple[Statement, ...]:
    """Return what MWAA itself asks of the role, whatever the DAGs do."""
    return (
        *_bucket_statements(names),
        *_health_statements(names),
        Statement(
            sid="HandTasksToWorkers",
            actions=(
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            ),
            resources=(
                f"arn:{names.partition}:sqs:{names.region}:{ACCOUNT_OF_AWS}:airflow-celery-*",
            ),
        ),
        Statement(
            sid="UseTheStacksKey",
            actions=("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
            resources=(key_arn,),
        ),
    )


def step_statements(names: Names, training: Place, hosting: Place) -> tuple[Statement, ...]:
    """Return what the steps of a retraining ask: data, ETL, training, registry, deployment."""
    return (
        *_data_statements(names),
        *_job_statements(names),
        *_training_statements(names, training),
        *_model_statements(names, hosting),
        *scaling_statements(names),
        policies.hand_key_to_volumes(training.key_arn),
        _tag_statement(names),
        Statement(
            sid="HandRolesToSageMaker",
            actions=("iam:PassRole",),
            resources=(training.role_arn, hosting.role_arn),
            conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        ),
    )


def _bucket_statements(names: Names) -> tuple[Statement, ...]:
    bucket = names.airflow_bucket
    return (
        Statement(
            sid="ReadDagsAndRequirements",
            actions=("s3:GetObject", "s3:GetObjectVersion"),
            resources=names.objects_arn(bucket, "dags/*", "plugins.zip", "requirements.txt"),
        ),
        Statement(
            sid="LookAtTheBucket",
            actions=(
                "s3:GetBucketLocation",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketVersioning",
                "s3:GetEncryptionConfiguration",
                "s3:ListBucket",
                "s3:ListBucketVersions",
            ),
            resources=(names.bucket_arn(bucket),),
        ),
        Statement(
            sid="CheckThatBucketsAreNotPublic",
            actions=("s3:GetAccountPublicAccessBlock",),
            resources=("*",),  # an account's setting is no resource
        ),
    )


def _health_statements(names: Names) -> tuple[Statement, ...]:
    """Return what it takes to say how the environment and its tasks are doing."""
    return (
        Statement(
            sid="ReportTheEnvironmentsHealth",
            actions=("airflow:PublishMetrics",),
            resources=(names.arn("airflow", f"environment/{names.airflow_environment}"),),
        ),
        Statement(
            sid="WriteAndShowTaskLogs",
            actions=(
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:GetLogEvents",
                "logs:GetLogGroupFields",
                "logs:GetLogRecord",
                "logs:GetQueryResults",
                "logs:PutLogEvents",
            ),
            resources=(names.arn("logs", f"log-group:airflow-{names.airflow_environment}-*"),),
        ),
        Statement(
            sid="FindLogGroups",
            actions=("logs:DescribeLogGroups",),
            resources=("*",),  # describing log groups takes no resource
        ),
        Statement(
            sid="PutMetrics",
            actions=("cloudwatch:PutMetricData",),
            resources=("*",),  # metrics are no resource, and MWAA's namespaces are its own
        ),
    )


def _data_statements(names: Names) -> tuple[Statement, ...]:
    data, artifacts = names.data_bucket, names.artifact_bucket
    return (
        Statement(
            sid="PinRawFiles",
            actions=("s3:ListBucket", "s3:ListBucketVersions"),
            resources=(names.bucket_arn(data),),
        ),
        policies.list_buckets(names.bucket_arn(artifacts)),
        Statement(
            sid="ReadCodeDatasetsAndModels",
            actions=("s3:GetObject",),
            resources=names.objects_arn(artifacts, "code/*", "datasets/*", "models/*"),
        ),
        Statement(
            sid="WriteRequests",
            actions=("s3:PutObject",),
            resources=names.objects_arn(artifacts, "datasets/*/request.json"),
        ),
        Statement(
            sid="RecordWhatCameOfIt",
            actions=("s3:GetObject", "s3:PutObject"),
            resources=names.objects_arn(artifacts, "endpoints/*", "evaluations/*", "runs/*"),
        ),
    )


def _job_statements(names: Names) -> tuple[Statement, ...]:
    return (
        Statement(
            sid="RunTheEtl",
            actions=(
                "glue:BatchStopJobRun",
                "glue:GetJob",
                "glue:GetJobRun",
                "glue:GetJobRuns",
                "glue:StartJobRun",
            ),
            resources=(names.arn("glue", f"job/{names.etl_job}"),),
        ),
        Statement(
            sid="FindTheImage",
            actions=("ecr:DescribeImages",),
            resources=(names.arn("ecr", f"repository/{names.image_repository}"),),
        ),
    )


def _training_statements(names: Names, place: Place) -> tuple[Statement, ...]:
    jobs = (_ours(names, "training-job"),)
    return (
        Statement(
            sid="Train",
            actions=("sagemaker:CreateTrainingJob",),
            resources=jobs,
            conditions={**place.network, **place.keys(OUTPUT_KEY, VOLUME_KEY)},
        ),
        Statement(
            sid="FollowTraining",
            actions=("sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"),
            resources=jobs,
        ),
    )


def _model_statements(names: Names, place: Place) -> tuple[Statement, ...]:
    return (
        _registry_statement(names),
        Statement(
            sid="MakeModels",
            actions=("sagemaker:CreateModel",),
            resources=(_ours(names, "model"),),
            conditions=place.network,
        ),
        Statement(
            sid="MakeEndpointConfigs",
            actions=("sagemaker:CreateEndpointConfig",),
            resources=(_ours(names, "endpoint-config"),),
            conditions=place.keys(VOLUME_KEY),
        ),
        Statement(
            sid="KeepDeploymentsInOrder",
            actions=(
                "sagemaker:DeleteEndpointConfig",
                "sagemaker:DeleteModel",
                "sagemaker:DescribeEndpointConfig",
            ),
            resources=(_ours(names, "endpoint-config"), _ours(names, "model")),
        ),
        Statement(
            sid="FindOldDeployments",
            actions=("sagemaker:ListEndpointConfigs", "sagemaker:ListModels"),
            resources=("*",),  # listing takes no resource
        ),
        _endpoint_statement(names),
    )


def _registry_statement(names: Names) -> Statement:
    return Statement(
        sid="RegisterModels",
        actions=(
            "sagemaker:CreateModelPackage",
            "sagemaker:CreateModelPackageGroup",
            "sagemaker:DescribeModelPackage",
            "sagemaker:DescribeModelPackageGroup",
            "sagemaker:ListModelPackages",
        ),
        resources=(_ours(names, "model-package"), _ours(names, "model-package-group")),
    )


def _endpoint_statement(names: Names) -> Statement:
    return Statement(
        sid="DeployAndAskTheEndpoint",
        actions=(
            "sagemaker:CreateEndpoint",
            "sagemaker:DeleteEndpoint",
            "sagemaker:DescribeEndpoint",
            "sagemaker:InvokeEndpoint",
            "sagemaker:UpdateEndpoint",
        ),
        resources=(_ours(names, "endpoint"), _ours(names, "endpoint-config")),
    )


def _tag_statement(names: Names) -> Statement:
    """Allow tagging, as a part of making something: lineage is never rewritten afterwards."""
    kinds = ("endpoint-config", "model", "model-package-group", "training-job")
    return Statement(
        sid="TagWhatIsMade",
        actions=("sagemaker:AddTags",),
        resources=tuple(_ours(names, kind) for kind in kinds),
        conditions={"Null": {"sagemaker:TaggingAction": "false"}},
    )


def _ours(names: Names, kind: str) -> str:
    """Return the ARNs of everything of a kind whose name begins with the stack's prefix."""
    return names.arn("sagemaker", f"{kind}/{names.prefix}-*")
