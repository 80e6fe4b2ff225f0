"""Tells a topic of failed pipelines and builds: a building block of the components."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.dead_letters import DeadLetters, DeadLettersArgs, retry_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.naming import Names


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A kind of failure: which events tell of it, and what a person reads.

    Attributes:
        step: What its rule is called after the stack's prefix.
        description: What went wrong, for who reads the rule in the console.
        pattern: The events.
        facts: Where in the event each fact of the message stands, by the name it has there.
        message: What is sent; `<name>` stands for a fact.
    """

    step: str
    description: str
    pattern: Mapping[str, Any]
    facts: Mapping[str, str]
    message: str


@dataclass(frozen=True, kw_only=True)
class FailureNotificationsArgs:
    """Who is told of what.

    Attributes:
        topic_arn: Has to let EventBridge publish for rules of this account.
        key_arn: Encrypts what the topic did not take.
        failures: Each becomes a rule.
    """

    names: Names
    topic_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    failures: Sequence[Failure]


class FailureNotifications(pulumi.ComponentResource):
    """Rules that send failures to a topic, and keep what the topic did not take.

    It neither owns the topic nor tries anything again: a person reads it and decides.
    """

    dead_letter_queue_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: FailureNotificationsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:monitoring:FailureNotifications", name, None, opts)
        rules = [self._rule(name, args, failure) for failure in args.failures]
        undelivered = DeadLetters(
            f"{name}-failures",
            DeadLettersArgs(
                names=args.names,
                step="notifications",
                key_arn=args.key_arn,
                rule_arns=[rule.arn for rule in rules],
            ),
            self._child(),
        )
        for rule, failure in zip(rules, args.failures, strict=True):
            self._send(name, args, (rule, failure), undelivered)
        self.dead_letter_queue_url = undelivered.url
        self.register_outputs({"dead_letter_queue_url": self.dead_letter_queue_url})

    def _rule(
        self, name: str, args: FailureNotificationsArgs, failure: Failure
    ) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            f"{name}-{failure.step}",
            name=args.names.step(failure.step),
            description=failure.description,
            event_pattern=pulumi.Output.json_dumps(failure.pattern),
            state="ENABLED",
            tags=args.names.tags,
            opts=self._child(),
        )

    def _send(
        self,
        name: str,
        args: FailureNotificationsArgs,
        sent: tuple[aws.cloudwatch.EventRule, Failure],
        undelivered: DeadLetters,
    ) -> None:
        rule, failure = sent
        aws.cloudwatch.EventTarget(
            f"{name}-{failure.step}-target",
            rule=rule.name,
            target_id="topic",
            arn=args.topic_arn,
            input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
                input_paths=failure.facts, input_template=json.dumps(failure.message)
            ),
            retry_policy=retry_policy(),
            dead_letter_config={"arn": undelivered.arn},
            opts=self._child(),
        )

    def _child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)


def pipeline_failures(names: Names) -> Failure:
    """Return how a failed execution of the build pipeline is told."""
    return Failure(
        step="pipeline-failed",
        description="An execution of the build pipeline failed",
        pattern={
            "source": ["aws.codepipeline"],
            "detail-type": ["CodePipeline Pipeline Execution State Change"],
            "detail": {"pipeline": [names.pipeline], "state": ["FAILED"]},
        },
        facts={"pipeline": "$.detail.pipeline", "execution": "$.detail.execution-id"},
        message=(
            "Execution <execution> of pipeline <pipeline> failed: its commit was not built. "
            "Look at the execution's failed stage, mend the cause, then retry the stage or push "
            "again: what is done already is found and left."
        ),
    )


def build_failures(names: Names) -> Failure:
    """Return how a failed build is told: with its log, which the pipeline's event does not have."""
    return Failure(
        step="build-failed",
        description="A build failed, or ran out of time",
        pattern={
            "source": ["aws.codebuild"],
            "detail-type": ["CodeBuild Build State Change"],
            "detail": {
                "project-name": list(names.build_projects),
                "build-status": ["FAILED", "FAULT", "TIMED_OUT"],
            },
        },
        facts={
            "project": "$.detail.project-name",
            "status": "$.detail.build-status",
            "log": "$.detail.additional-information.logs.deep-link",
        },
        message="A build of <project> ended as <status>. Its last lines say why: <log>",
    )
