"""IAM policy documents as values. Pure: what a step may do is decided where the step stands.

Each statement has a sentence for a name, so that a review reads it, and names actions and resources
in full: a `*` stands only where AWS offers nothing to name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.naming import Names


VERSION = "2012-10-17"
OBJECT_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
"""What reading and writing an encrypted object asks of its key."""

Conditions = dict[str, dict[str, Any]]
"""Operator -> key -> value or values."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One permission.

    Attributes:
        sid: What it is for, in CamelCase; unique in its document.
        actions: In full, such as `s3:GetObject`.
        resources: ARNs; outputs where a name is not enough (keys).
        conditions: What else has to hold.
        principals: Who, in a resource's own policy; absent in a role's.
        deny: Whether it forbids instead.
    """

    sid: str
    actions: Sequence[str]
    resources: Sequence[pulumi.Input[str]] = ()
    conditions: Conditions = field(default_factory=Conditions)
    principals: Mapping[str, str | Sequence[str]] | str = ""
    deny: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the statement as IAM reads it."""
        parts: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": "Deny" if self.deny else "Allow",
            "Principal": self.principals,
            "Action": list(self.actions),
            "Resource": list(self.resources),
            "Condition": self.conditions,
        }
        return {key: value for key, value in parts.items() if value}


def document(*statements: Statement) -> dict[str, Any]:
    """Return a policy document of these statements."""
    return {"Version": VERSION, "Statement": [statement.to_json() for statement in statements]}


def trust(
    *services: str, account: str, sources: Sequence[str] = (), documented: bool = True
) -> dict[str, Any]:
    """Return the document that lets an AWS service take on a role, for this account alone.

    Args:
        services: Such as `glue.amazonaws.com`. One is written as a plain string, which some
            services insist on.
        account: For whom the service may act.
        sources: ARNs of what it may act for.
        documented: Whether the service documents that it says for whom and what it acts. Where it
            does not, the condition holds if it does say so (`...IfExists`): a service that says
            nothing could otherwise never take on the role, and that would show after an hour.
    """
    end = "" if documented else "IfExists"
    conditions: Conditions = {f"StringEquals{end}": {"aws:SourceAccount": account}}
    if sources:
        conditions[f"ArnLike{end}"] = {"aws:SourceArn": list(sources)}
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": services[0] if len(services) == 1 else list(services)},
        "Action": "sts:AssumeRole",
        "Condition": conditions,
    }
    return {"Version": VERSION, "Statement": [statement]}


def trust_rule(names: Names, rule: str) -> dict[str, Any]:
    """Return the document that lets EventBridge take on a role for one of our rules."""
    return trust(
        "events.amazonaws.com",
        account=names.account,
        sources=[names.arn("events", f"rule/{names.step(rule)}")],
    )


def write_logs(*streams: str, create_group: bool = False) -> Statement:
    """Allow writing to these log streams.

    Args:
        streams: ARNs of streams, which end in `:*` for all of a group.
        create_group: Where the service owns the group and makes it when it is missing.
    """
    create = ("logs:CreateLogGroup",) if create_group else ()
    return Statement(
        sid="WriteLogs",
        actions=(*create, "logs:CreateLogStream", "logs:PutLogEvents"),
        resources=streams,
    )


def use_key(key_arn: pulumi.Input[str], sid: str = "UseTheStacksKey") -> Statement:
    """Allow reading and writing what one of the stack's keys encrypts."""
    return Statement(sid=sid, actions=OBJECT_KEY_ACTIONS, resources=(key_arn,))


def hand_key_to_volumes(key_arn: pulumi.Input[str]) -> Statement:
    """Allow SageMaker to encrypt the volume of a job or an endpoint under this role's name."""
    return Statement(
        sid="HandTheKeyToVolumes",
        actions=("kms:CreateGrant",),
        resources=(key_arn,),
        conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
    )


def list_buckets(*bucket_arns: str, sid: str = "TellMissingFromForbidden") -> Statement:
    """Allow listing these buckets.

    Without it S3 answers 403 for an object that does not exist, which no caller can tell from a
    missing permission. A condition on the prefix would take that away again: a read has none.
    """
    return Statement(sid=sid, actions=("s3:ListBucket",), resources=bucket_arns)


def pull_image(repository_arn: str) -> tuple[Statement, Statement]:
    """Allow pulling images of one repository."""
    return (
        Statement(
            sid="PullImage",
            actions=(
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ),
            resources=(repository_arn,),
        ),
        registry_token(),
    )


def registry_token() -> Statement:
    """Allow logging in to ECR, which knows no resource."""
    return Statement(
        sid="LogInToTheRegistry", actions=("ecr:GetAuthorizationToken",), resources=("*",)
    )


def put_metrics(*namespaces: str) -> Statement:
    """Allow writing metrics of these namespaces; CloudWatch knows no resource for it."""
    names = namespaces[0] if len(namespaces) == 1 else list(namespaces)
    return Statement(
        sid="PutMetrics",
        actions=("cloudwatch:PutMetricData",),
        resources=("*",),
        conditions={"StringEquals": {"cloudwatch:namespace": names}},
    )
