"""Each step of the build may write what it makes, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components import build_permissions, pipeline_source
from components.naming import Names

if TYPE_CHECKING:
    from components.policies import Statement

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
SOURCE = pipeline_source.codecommit_source(NAMES, "mlops-dev", "main")


def written(statements: tuple[Statement, ...]) -> set[str]:
    """Return the keys that may be written, by bucket and pattern."""
    return {
        str(resource).rpartition(":")[2]
        for statement in statements
        if "s3:PutObject" in statement.actions
        for resource in statement.resources
    }


def test_staging_writes_code_and_the_dags_alone() -> None:
    statements = build_permissions.staging_statements(NAMES, "arn:key", SOURCE.clone)

    assert written(statements) == {
        f"{NAMES.artifact_bucket}/code/*",
        f"{NAMES.airflow_bucket}/dags/retrain.zip",
    }


def test_the_image_build_writes_what_is_current_alone() -> None:
    statements = build_permissions.image_statements(NAMES, "arn:key", SOURCE.clone)

    assert written(statements) == {f"{NAMES.artifact_bucket}/code/current.json"}


def test_staging_cannot_push_images() -> None:
    actions = {
        action
        for statement in build_permissions.staging_statements(NAMES, "arn:key", SOURCE.clone)
        for action in statement.actions
    }

    assert not {action for action in actions if action.startswith("ecr:")}


def test_nobody_in_the_build_can_delete() -> None:
    everything = (
        *build_permissions.staging_statements(NAMES, "arn:key", SOURCE.clone),
        *build_permissions.image_statements(NAMES, "arn:key", SOURCE.clone),
        *build_permissions.pipeline_statements(NAMES, "arn:key", SOURCE.look),
        *build_permissions.start_statements(NAMES),
    )

    assert not {action for found in everything for action in found.actions if "Delete" in action}


def test_the_pipeline_starts_its_own_two_builds() -> None:
    statements = build_permissions.pipeline_statements(NAMES, "arn:key", SOURCE.look)

    (statement,) = (found for found in statements if "codebuild:StartBuild" in found.actions)
    assert statement.resources == (
        "arn:aws:codebuild:us-east-1:123456789012:project/mlops-dev-staging",
        "arn:aws:codebuild:us-east-1:123456789012:project/mlops-dev-image",
    )


def test_a_push_may_start_the_pipeline_and_nothing_else() -> None:
    (statement,) = build_permissions.start_statements(NAMES)

    assert statement.actions == ("codepipeline:StartPipelineExecution",)
    assert statement.resources == ("arn:aws:codepipeline:us-east-1:123456789012:mlops-dev",)


def actions_on(bucket: str, statements: tuple[Statement, ...]) -> set[str]:
    """Return what may be done with a bucket itself."""
    return {
        action
        for statement in statements
        if NAMES.bucket_arn(bucket) in statement.resources
        for action in statement.actions
    }


def test_the_pipeline_may_look_at_where_it_keeps_artifacts() -> None:
    """What CodePipeline's guide calls the least ("CodePipeline service role policy")."""
    statements = build_permissions.pipeline_statements(NAMES, "arn:key", SOURCE.look)

    assert actions_on(NAMES.artifact_bucket, statements) == {
        "s3:GetBucketAcl",
        "s3:GetBucketLocation",
        "s3:GetBucketVersioning",
    }


def test_a_build_of_the_pipeline_may_tell_whose_the_bucket_is() -> None:
    """What CodeBuild's guide gives its role ("Create a CodeBuild service role")."""
    for statements in (
        build_permissions.staging_statements(NAMES, "arn:key", SOURCE.clone),
        build_permissions.image_statements(NAMES, "arn:key", SOURCE.clone),
    ):
        asked = actions_on(NAMES.artifact_bucket, statements)

        assert {"s3:GetBucketAcl", "s3:GetBucketLocation"} <= asked
