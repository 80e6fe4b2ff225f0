"""Where pushes come from, as pipeline, roles and builds need to know it.

Either kind hands a full clone on, so that staging learns the commit and its number in the history;
neither is ever polled.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from components.policies import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.naming import Names

SOURCE_ACTION = "Source"
SOURCE_ARTIFACT = "source"
CONNECTION_PROVIDER = "CodeStarSourceConnection"
"""What CodePipeline calls the action of CodeConnections, by the service's former name."""

FULL_CLONE = "CODEBUILD_CLONE_REF"
"""A real clone: tree hashes and the commit's number need the history."""

CONNECTIONS_CONSOLE = "https://{region}.console.aws.amazon.com/codesuite/settings/connections"


@dataclass(frozen=True, kw_only=True)
class PipelineSource:
    """One kind of source.

    Attributes:
        action: The pipeline's first action.
        triggers: What starts the pipeline, where that is its own part and no rule.
        look: What the pipeline may do to find the commit.
        clone: What a build may do to clone it.
    """

    action: aws.codepipeline.PipelineStageActionArgs
    look: Statement
    clone: Statement
    triggers: Sequence[aws.codepipeline.PipelineTriggerArgsDict] = ()


def codecommit_source(names: Names, repository: pulumi.Input[str], branch: str) -> PipelineSource:
    """Return the stack's own repository; a rule starts the pipeline (`push_pattern`)."""
    return PipelineSource(
        action=_action(
            "CodeCommit",
            {"RepositoryName": repository, "BranchName": branch, "PollForSourceChanges": "false"},
        ),
        look=Statement(
            sid="LookAtCommits",
            actions=(
                "codecommit:CancelUploadArchive",
                "codecommit:GetBranch",
                "codecommit:GetCommit",
                "codecommit:GetRepository",
                "codecommit:GetUploadArchiveStatus",
                "codecommit:UploadArchive",
            ),
            resources=(names.arn("codecommit", names.source_repository),),
        ),
        clone=clone_repository(names),
    )


def connection_source(
    connection_arn: pulumi.Input[str], repository: str, branch: str, *, service: str
) -> PipelineSource:
    """Return a repository at GitHub, GitLab or Bitbucket as a source.

    Args:
        connection_arn: The connection, approved or still pending.
        repository: As owner/name.
        branch: Whose pushes are built.
        service: The prefix of the connection's ARN and so of its permission (`arn_service`).
    """
    return PipelineSource(
        action=_action(
            CONNECTION_PROVIDER,
            {
                "ConnectionArn": connection_arn,
                "FullRepositoryId": repository,
                "BranchName": branch,
                # The trigger below detects them, and knows which commit each push is about.
                "DetectChanges": "false",
            },
        ),
        triggers=(_push_trigger(branch),),
        look=_use_connection("LookAtCommits", connection_arn, repository, service),
        clone=_use_connection("CloneTheRepository", connection_arn, repository, service),
    )


def arn_service(connection_arn: str | None) -> str:
    """Return the service that a given connection belongs to; a new one is of today's name.

    A policy has to name the action as the connection's ARN names the service.
    """
    return connection_arn.split(":")[2] if connection_arn else "codeconnections"


def clone_repository(names: Names) -> Statement:
    """Allow cloning the stack's own repository."""
    return Statement(
        sid="CloneTheRepository",
        actions=("codecommit:GitPull",),
        resources=(names.arn("codecommit", names.source_repository),),
    )


def push_pattern(repository_arn: pulumi.Input[str], branch: str) -> dict[str, Any]:
    """Return which events tell of a push to the branch; the first push creates it."""
    return {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        "resources": [repository_arn],
        "detail": {
            "event": ["referenceCreated", "referenceUpdated"],
            "referenceType": ["branch"],
            "referenceName": [branch],
        },
    }


def hand_over_commit() -> aws.cloudwatch.EventTargetInputTransformerArgs:
    """Return how the event's commit reaches the pipeline.

    Without it an execution takes the branch's head, so that of two quick pushes one is built twice
    and the other never.
    """
    revision = {
        "actionName": SOURCE_ACTION,
        "revisionType": "COMMIT_ID",
        "revisionValue": "<commit>",
    }
    return aws.cloudwatch.EventTargetInputTransformerArgs(
        input_paths={"commit": "$.detail.commitId"},
        input_template=json.dumps({"sourceRevisions": [revision]}),
    )


def _action(
    provider: str, configuration: Mapping[str, pulumi.Input[str]]
) -> aws.codepipeline.PipelineStageActionArgs:
    return aws.codepipeline.PipelineStageActionArgs(
        name=SOURCE_ACTION,
        category="Source",
        owner="AWS",
        provider=provider,
        version="1",
        configuration={**configuration, "OutputArtifactFormat": FULL_CLONE},
        output_artifacts=[SOURCE_ARTIFACT],
    )


def _push_trigger(branch: str) -> aws.codepipeline.PipelineTriggerArgsDict:
    return {
        "provider_type": CONNECTION_PROVIDER,
        "git_configuration": {
            "source_action_name": SOURCE_ACTION,
            "pushes": [{"branches": {"includes": [branch]}}],
        },
    }


def _use_connection(
    sid: str, connection_arn: pulumi.Input[str], repository: str, service: str
) -> Statement:
    """Allow using the connection, for the one repository.

    A connection reaches all repositories that its owner approved. What is not about a repository
    (registering the webhook) carries none of the keys, so they are compared where they exist.
    """
    return Statement(
        sid=sid,
        actions=(f"{service}:UseConnection",),
        resources=(connection_arn,),
        conditions={"StringEqualsIfExists": {f"{service}:FullRepositoryId": repository}},
    )
