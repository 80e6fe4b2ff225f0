"""What Airflow's role may do: run the environment, and carry out the steps of a retraining."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components import policies
from components.policies import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.naming import Names

ACCOUNT_OF_AWS = "*"
"""Where the queues of MWAA's Celery workers lie: an account of AWS that nobody is told."""


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


def step_statements(
    names: Names, key_arn: pulumi.Input[str], passable_role_arns: Sequence[pulumi.Input[str]]
) -> tuple[Statement, ...]:
    """Return what the steps of a retraining ask: data, ETL, training, registry, deployment."""
    return (
        *_data_statements(names),
        *_job_statements(names),
        *_model_statements(names),
        policies.hand_key_to_volumes(key_arn),
        Statement(
            sid="HandRolesToSageMaker",
            actions=("iam:PassRole",),
            resources=passable_role_arns,
            conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        ),
    )


def _bucket_statements(names: Names) -> tuple[Statement, ...]:
    bucket = names.airflow_bucket
    return (
        Statement(
            sid="ReadDagsAndRequirements",
            actions=("s3:GetObject", "s3:GetObjectVersion"),
            resources=names.objects_arn(bucket, "dags/*", "requirements.txt"),
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
            sid="Train",
            actions=(
                "sagemaker:AddTags",
                "sagemaker:CreateTrainingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:StopTrainingJob",
            ),
            resources=(_ours(names, "training-job"),),
        ),
        Statement(
            sid="FindTheImage",
            actions=("ecr:DescribeImages",),
            resources=(names.arn("ecr", f"repository/{names.image_repository}"),),
        ),
    )


def _model_statements(names: Names) -> tuple[Statement, ...]:
    return (
        Statement(
            sid="RegisterModels",
            actions=(
                "sagemaker:AddTags",
                "sagemaker:CreateModelPackage",
                "sagemaker:CreateModelPackageGroup",
                "sagemaker:DescribeModelPackage",
                "sagemaker:DescribeModelPackageGroup",
                "sagemaker:ListModelPackages",
            ),
            resources=(_ours(names, "model-package"), _ours(names, "model-package-group")),
        ),
        Statement(
            sid="PrepareADeployment",
            actions=(
                "sagemaker:AddTags",
                "sagemaker:CreateEndpointConfig",
                "sagemaker:CreateModel",
                "sagemaker:DeleteEndpointConfig",
                "sagemaker:DeleteModel",
                "sagemaker:DescribeEndpointConfig",
                "sagemaker:DescribeModel",
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


def _ours(names: Names, kind: str) -> str:
    """Return the ARNs of everything of a kind whose name begins with the stack's prefix."""
    return names.arn("sagemaker", f"{kind}/{names.prefix}-*")
