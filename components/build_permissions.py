"""What the steps of the build may do, each with a role of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components import policies
from components.policies import Statement

if TYPE_CHECKING:
    import pulumi

    from components.naming import Names


def staging_statements(
    names: Names, key_arn: pulumi.Input[str], clone: Statement
) -> tuple[Statement, ...]:
    """Return what the staging build may do; `clone` is the source's part."""
    artifacts, airflow = names.artifact_bucket, names.airflow_bucket
    return (
        *_build_statements(names, names.staging_project, key_arn, clone),
        Statement(
            sid="StageCode",
            actions=("s3:GetObject", "s3:PutObject"),
            resources=names.objects_arn(artifacts, "code/*"),
        ),
        Statement(
            sid="StageDags",
            actions=("s3:GetObject", "s3:PutObject"),
            resources=names.objects_arn(airflow, "dags/retrain.zip"),
        ),
        policies.list_buckets(names.bucket_arn(artifacts), names.bucket_arn(airflow)),
    )


def image_statements(
    names: Names, key_arn: pulumi.Input[str], clone: Statement
) -> tuple[Statement, ...]:
    """Return what the image build may do; `clone` is the source's part."""
    artifacts = names.artifact_bucket
    return (
        *_build_statements(names, names.image_project, key_arn, clone),
        policies.registry_token(),
        Statement(
            sid="PushImages",
            actions=(
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ),
            resources=(names.arn("ecr", f"repository/{names.image_repository}"),),
        ),
        Statement(
            sid="ReadWhatWasStaged",
            actions=("s3:GetObject",),
            resources=names.objects_arn(artifacts, "code/*"),
        ),
        Statement(
            sid="SayWhatIsCurrent",
            actions=("s3:PutObject",),
            resources=names.objects_arn(artifacts, "code/current.json"),
        ),
        policies.list_buckets(names.bucket_arn(artifacts)),
    )


def pipeline_statements(
    names: Names, key_arn: pulumi.Input[str], look: Statement
) -> tuple[Statement, ...]:
    """Return what the pipeline may do: look at a commit, pass a reference to it, start builds."""
    return (
        look,
        Statement(
            sid="StartBuilds",
            actions=("codebuild:BatchGetBuilds", "codebuild:StartBuild"),
            resources=tuple(
                names.arn("codebuild", f"project/{project}")
                for project in (names.staging_project, names.image_project)
            ),
        ),
        _look_at_the_artifacts_bucket(names, "s3:GetBucketVersioning"),
        Statement(
            sid="PassArtifacts",
            actions=("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
            resources=_pipeline_artifacts(names),
        ),
        policies.use_key(key_arn),
    )


def start_statements(names: Names) -> tuple[Statement, ...]:
    """Return what the push event may do."""
    return (
        Statement(
            sid="StartThePipeline",
            actions=("codepipeline:StartPipelineExecution",),
            resources=(names.arn("codepipeline", names.pipeline),),
        ),
    )


def _build_statements(
    names: Names, project: str, key_arn: pulumi.Input[str], clone: Statement
) -> tuple[Statement, ...]:
    """Return what any build does: clone the commit it was handed, and write its log."""
    return (
        clone,
        _look_at_the_artifacts_bucket(names),
        Statement(
            sid="ReadTheReferenceToTheCommit",
            actions=("s3:GetObject", "s3:GetObjectVersion"),
            resources=_pipeline_artifacts(names),
        ),
        policies.use_key(key_arn),
        policies.write_logs(names.log_streams_arn(names.build_log_group(project))),
    )


def _look_at_the_artifacts_bucket(names: Names, *actions: str) -> Statement:
    """Allow telling whose bucket it is: CodePipeline and CodeBuild look before they use it."""
    return Statement(
        sid="LookAtTheArtifactsBucket",
        actions=("s3:GetBucketAcl", "s3:GetBucketLocation", *actions),
        resources=(names.bucket_arn(names.artifact_bucket),),
    )


def _pipeline_artifacts(names: Names) -> tuple[str, ...]:
    return names.objects_arn(names.artifact_bucket, f"{names.pipeline_artifacts}/*")
