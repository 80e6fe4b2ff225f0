"""A comment on each pull request that says what it changes in resources, permissions and cost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components import policies
from components.build_project import BuildProject, BuildProjectArgs
from components.dead_letters import DeadLetters, DeadLettersArgs, retry_policy
from components.pipeline_source import clone_repository
from components.policies import Statement
from components.roles import StepRole, StepRoleArgs

if TYPE_CHECKING:
    from components.naming import Names
    from components.settings import StackSettings

REVIEW_BUILDSPEC = "ops/review/buildspec.yml"
REVIEW_MINUTES = 20
REVIEWS_AT_ONCE = 5

FROM_THE_EVENT = {
    "PULL_REQUEST_ID": "pullRequestId",
    "SOURCE_COMMIT": "sourceCommit",
    "DESTINATION_COMMIT": "destinationCommit",
}
"""What a build is told of its pull request: variable -> the event's name for it."""


@dataclass(frozen=True, kw_only=True)
class PullRequestReviewArgs:
    """What the review needs from its neighbours."""

    names: Names
    settings: StackSettings
    clone_url: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    messages_key_arn: pulumi.Input[str]


class PullRequestReview(pulumi.ComponentResource):
    """A build that a pull request in CodeCommit starts, and that comments on it.

    It runs code that nobody has reviewed yet. So its role reads and comments on the one repository
    and writes its own log; it reaches no data, no image, no state and no other build.
    """

    dead_letter_queue_urls: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: PullRequestReviewArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:build:PullRequestReview", name, None, opts)
        build = self._build(name, args)
        role = self._start_role(name, args)
        rule = self._rule(name, args)
        undelivered = self._start(name, args, (rule, role, build))
        self.dead_letter_queue_urls = {"review_events": undelivered.url}
        self.register_outputs({"project_name": build.project_name})

    def _build(self, name: str, args: PullRequestReviewArgs) -> BuildProject:
        return BuildProject(
            f"{name}-build",
            BuildProjectArgs(
                names=args.names,
                step="review",
                project=args.names.review_project,
                description="Comments on a pull request: what it changes",
                buildspec=REVIEW_BUILDSPEC,
                environment={"REPOSITORY_NAME": args.names.source_repository},
                statements=review_statements(args.names),
                key_arn=args.key_arn,
                logs_key_arn=args.logs_key_arn,
                log_retention_days=args.settings.log_retention_days,
                minutes=REVIEW_MINUTES,
                most_at_once=REVIEWS_AT_ONCE,
                clone_url=args.clone_url,
            ),
            self._child(),
        )

    def _start_role(self, name: str, args: PullRequestReviewArgs) -> StepRole:
        names = args.names
        return StepRole(
            f"{name}-start-access",
            StepRoleArgs(
                names=names,
                step="review-start",
                description="Pull request event: start the review",
                trust=policies.trust_rule(names, "pull-request"),
                statements=[
                    Statement(
                        sid="StartTheReview",
                        actions=("codebuild:StartBuild",),
                        resources=(names.arn("codebuild", f"project/{names.review_project}"),),
                    )
                ],
            ),
            self._child(),
        )

    def _rule(self, name: str, args: PullRequestReviewArgs) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            f"{name}-rule",
            name=args.names.step("pull-request"),
            description="A pull request was opened, or its branch was pushed to",
            event_pattern=json.dumps(pull_request_pattern(args.names, args.settings.branch)),
            state="ENABLED",
            tags=args.names.tags,
            opts=self._child(),
        )

    def _start(
        self,
        name: str,
        args: PullRequestReviewArgs,
        start: tuple[aws.cloudwatch.EventRule, StepRole, BuildProject],
    ) -> DeadLetters:
        rule, role, build = start
        undelivered = DeadLetters(
            f"{name}-failures",
            DeadLettersArgs(
                names=args.names,
                step="review-events",
                key_arn=args.messages_key_arn,
                rule_arns=[rule.arn],
            ),
            self._child(),
        )
        aws.cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            target_id="review",
            arn=build.project_arn,
            role_arn=role.arn,
            input_transformer=hand_over_pull_request(),
            retry_policy=retry_policy(),
            dead_letter_config={"arn": undelivered.arn},
            opts=self._child(),
        )
        return undelivered

    def _child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)


def review_statements(names: Names) -> tuple[Statement, ...]:
    """Return what a review may do: no more than anybody who may open a pull request."""
    return (
        clone_repository(names),
        Statement(
            sid="CommentOnPullRequests",
            actions=(
                "codecommit:GetCommentsForPullRequest",
                "codecommit:PostCommentForPullRequest",
                "codecommit:UpdateComment",
            ),
            resources=(names.arn("codecommit", names.source_repository),),
        ),
        policies.write_logs(names.log_streams_arn(names.build_log_group(names.review_project))),
    )


def pull_request_pattern(names: Names, branch: str) -> dict[str, Any]:
    """Return which events start a review: those of pull requests into the branch that is built."""
    return {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Pull Request State Change"],
        "resources": [names.arn("codecommit", names.source_repository)],
        "detail": {
            "event": ["pullRequestCreated", "pullRequestSourceBranchUpdated"],
            "destinationReference": [f"refs/heads/{branch}"],
        },
    }


def hand_over_pull_request() -> aws.cloudwatch.EventTargetInputTransformerArgs:
    """Return how a build learns what to look at: its source's commit, and variables."""
    variables = [
        {"name": variable, "value": f"<{fact}>", "type": "PLAINTEXT"}
        for variable, fact in FROM_THE_EVENT.items()
    ]
    return aws.cloudwatch.EventTargetInputTransformerArgs(
        input_paths={fact: f"$.detail.{fact}" for fact in FROM_THE_EVENT.values()},
        input_template=json.dumps(
            {"sourceVersion": "<sourceCommit>", "environmentVariablesOverride": variables}
        ),
    )
