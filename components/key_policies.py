"""Who may use which key for what. Pure; `keys.py` makes the keys.

Three kinds of statement, in this order:

- Administration opens nothing: it may change, disable and delete a key, not use it. Who may change
  a key's policy could open it to themselves; CloudTrail has that.
- A step uses a key through the services that it works with. Its role may not exist yet when the
  key is made, and KMS refuses a principal that does not exist. So the principal is the account, and
  a condition (`aws:PrincipalArn`) names the roles: KMS then asks the role's own policy as well, and
  a role of that name made elsewhere still gets nothing by itself.
- A service that acts for itself (logs, events, alarms) is held by what it encrypts: the encryption
  context holds the log group's, the queue's or the topic's ARN, and only ours will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components import policies
from components.policies import Conditions, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.naming import Names

ADMINISTRATION = tuple(
    f"kms:{action}"
    for action in (
        "CancelKeyDeletion",
        "CreateAlias",
        "DeleteAlias",
        "DescribeKey",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "ListGrants",
        "ListKeyPolicies",
        "ListKeyRotations",
        "ListResourceTags",
        "PutKeyPolicy",
        "RetireGrant",
        "RevokeGrant",
        "RotateKeyOnDemand",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    )
)
READ = ("kms:Decrypt",)
READ_AND_WRITE = ("kms:Decrypt", "kms:GenerateDataKey")
MAKE_AN_ENVIRONMENT = (
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
"""What MWAA's guide asks of whoever makes one with a key of their own, beside grants."""

ENCRYPT_LOGS = (
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
CONTEXT = "kms:EncryptionContext:aws:"
NOTIFYING_SERVICES = (
    "budgets.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "events.amazonaws.com",
)


@dataclass(frozen=True, kw_only=True)
class Use:
    """What some steps use a key for.

    Attributes:
        steps: Their roles are called so after the stack's prefix.
        services: Through which it is used; none where the step itself, or a service under its
            name, asks KMS.
    """

    sid: str
    steps: Sequence[str]
    actions: Sequence[str]
    services: Sequence[str] = ()


DATA_USES = (
    Use(sid="ReadObjects", steps=("trigger",), actions=READ, services=("lambda", "s3")),
    Use(
        sid="ReadAndWriteObjects",
        steps=("hosting", "image", "pipeline", "staging", "training"),
        actions=READ_AND_WRITE,
        services=("s3",),
    ),
    # Glue encrypts job bookmarks itself, under the job's role.
    Use(sid="ReadAndWriteObjectsAndBookmarks", steps=("etl",), actions=READ_AND_WRITE),
    Use(
        sid="ReadAndWriteObjectsAndTasks",
        steps=("airflow",),
        actions=("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
        services=("s3", "sqs"),
    ),
)
MESSAGE_USES = (
    Use(sid="SendToQueues", steps=("trigger",), actions=READ_AND_WRITE, services=("sqs",)),
)


def data_key_policy(names: Names) -> dict[str, Any]:
    """Return who may use the key of buckets, images, volumes and the Airflow environment."""
    return policies.document(
        _administration(names),
        *(_steps(names, use) for use in DATA_USES),
        _volumes(names),
        # Whoever deploys puts objects and hands the key to Lambda and Airflow; people read and
        # write objects. Who that is, IAM says.
        _people(
            names,
            actions=("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
            services=("lambda", "s3", "sqs"),
        ),
        _people(
            names,
            actions=MAKE_AN_ENVIRONMENT,
            services=("airflow",),
            sid="LetDeployersMakeTheEnvironment",
        ),
        _deployers_grants(names),
        # MWAA encrypts the log groups that it makes with its environment's key.
        _logs(names, f"airflow-{names.airflow_environment}-*"),
    )


def logs_key_policy(names: Names) -> dict[str, Any]:
    """Return who may use the key of log groups: CloudWatch Logs, for ours."""
    return policies.document(
        _administration(names),
        _logs(names, f"/aws/*/{names.prefix}-*", f"/aws-glue/jobs/{names.prefix}-*"),
    )


def messages_key_policy(names: Names) -> dict[str, Any]:
    """Return who may use the key of queues and topics.

    EventBridge cannot be held by `aws:SourceAccount` or `aws:SourceArn` here: SNS documents that it
    does not support them for encrypted topics, and what could not be delivered would be lost.
    """
    return policies.document(
        _administration(names),
        *(_steps(names, use) for use in MESSAGE_USES),
        _people(names, actions=READ_AND_WRITE, services=("sns", "sqs")),
        Statement(
            sid="KeepUndeliveredEvents",
            principals={"Service": "events.amazonaws.com"},
            actions=READ_AND_WRITE,
            resources=("*",),
            conditions=_context("sqs:arn", names.arn("sqs", f"{names.prefix}-*")),
        ),
        Statement(
            sid="Notify",
            principals={"Service": NOTIFYING_SERVICES},
            actions=READ_AND_WRITE,
            resources=("*",),
            conditions=_context("sns:topicArn", names.arn("sns", f"{names.prefix}-*")),
        ),
    )


def _administration(names: Names) -> Statement:
    """Let IAM say who administers the key; without it nobody could ever change the key again."""
    return Statement(
        sid="Administer",
        principals={"AWS": names.account_arn},
        actions=ADMINISTRATION,
        resources=("*",),
    )


def _steps(names: Names, use: Use) -> Statement:
    conditions: Conditions = {
        "ArnEquals": {"aws:PrincipalArn": [names.role_arn(step) for step in use.steps]}
    }
    if use.services:
        conditions["StringEquals"] = _through(names, use.services)
    return Statement(
        sid=use.sid,
        principals={"AWS": names.account_arn},
        actions=use.actions,
        resources=("*",),
        conditions=conditions,
    )


def _volumes(names: Names) -> Statement:
    """Let SageMaker hand the key to the volumes of training jobs and endpoints."""
    return Statement(
        sid="EncryptVolumes",
        principals={"AWS": names.account_arn},
        actions=("kms:CreateGrant",),
        resources=("*",),
        conditions={
            "ArnEquals": {
                "aws:PrincipalArn": [
                    names.role_arn(step) for step in ("airflow", "hosting", "training")
                ]
            },
            "Bool": {"kms:GrantIsForAWSResource": "true"},
        },
    )


def _people(
    names: Names,
    *,
    actions: Sequence[str],
    services: Sequence[str],
    sid: str = "LetPeopleUseIt",
) -> Statement:
    """Let IAM say who else uses the key, through these services alone; the steps have their own."""
    return Statement(
        sid=sid,
        principals={"AWS": names.account_arn},
        actions=actions,
        resources=("*",),
        conditions={
            "ArnNotLike": _our_roles(names),
            "StringEquals": _through(names, services),
        },
    )


def _deployers_grants(names: Names) -> Statement:
    """Let whoever deploys hand the key to what lasts: Airflow environment, images, function."""
    return Statement(
        sid="LetDeployersHandItToServices",
        principals={"AWS": names.account_arn},
        actions=("kms:CreateGrant",),
        resources=("*",),
        conditions={
            "ArnNotLike": _our_roles(names),
            "Bool": {"kms:GrantIsForAWSResource": "true"},
        },
    )


def _logs(names: Names, *groups: str) -> Statement:
    return Statement(
        sid="EncryptOurLogs",
        principals={"Service": f"logs.{names.region}.amazonaws.com"},
        actions=ENCRYPT_LOGS,
        resources=("*",),
        conditions=_context("logs:arn", *(names.arn("logs", f"log-group:{g}") for g in groups)),
    )


def _our_roles(names: Names) -> dict[str, str]:
    return {"aws:PrincipalArn": names.role_arn("*")}


def _through(names: Names, services: Sequence[str]) -> dict[str, list[str]]:
    return {"kms:ViaService": [f"{service}.{names.region}.amazonaws.com" for service in services]}


def _context(key: str, *arns: str) -> Conditions:
    return {"ArnLike": {f"{CONTEXT}{key}": list(arns)}}
