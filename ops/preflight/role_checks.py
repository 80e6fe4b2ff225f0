"""Checks of the execution role and of the key's policy. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.iam.conditions import lower_keys, unmet
from ops.iam.documents import parse
from ops.iam.evaluate import Asked, Policies, decide
from ops.preflight.check import Check, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.preflight.snapshot import Document, Key, Role
    from ops.preflight.wanted import Wanted

PRINCIPALS = frozenset({"airflow.amazonaws.com", "airflow-env.amazonaws.com"})
ANYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
SHOWN = 6
"""How many missing permissions a message names."""

KEY_ACTIONS = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
"""What the role, and CloudWatch for the environment's logs, do with the key."""

LOG_NEEDS = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:GetLogEvents",
    "logs:GetLogGroupFields",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:PutLogEvents",
)
QUEUE_NEEDS = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)


def is_trusted(wanted: Wanted, role: Role) -> Fault | None:
    """MWAA takes on the role under two names."""
    context = {"aws:SourceAccount": wanted.account, "aws:SourceArn": wanted.environment_arn}
    missing = sorted(PRINCIPALS - _trusted(role.trust, context))
    if not missing:
        return None
    return Fault(
        found=f"{role.arn} is not trusted by {', '.join(missing)}",
        expected=" and ".join(sorted(PRINCIPALS)),
        do="pulumi up: airflow-access-role has that trust policy",
    )


def _trusted(trust: Document, context: dict[str, str]) -> set[str]:
    return {
        service
        for statement in parse(trust)
        if not statement.is_deny
        and statement.names_action("sts:AssumeRole")
        and not unmet(statement.conditions, lower_keys(context))
        for service in statement.principals.get("Service", ())
    }


def may_run_airflow(wanted: Wanted, role: Role, key: Key) -> Fault | None:
    """The role may do what MWAA's guide asks of an execution role, boundary included."""
    policies = Policies(
        identity=[one for document in role.policies for one in parse(document)],
        boundary=parse(role.boundary) if role.boundary else None,
    )
    missing = [
        f"{asked.action} on {asked.resource}"
        for asked in required(wanted, key.arn)
        if not decide(asked, role.arn, policies).allowed
    ]
    if not missing:
        return None
    more = f", and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    within = "" if role.boundary is None else " (within its permissions boundary)"
    return Fault(
        found=f"{role.arn} may not{within}: {', '.join(missing[:SHOWN])}{more}",
        expected="what MWAA's guide asks of an execution role",
        do="pulumi up: airflow-access-policy has these statements; widen the boundary if it is one",
    )


def required(wanted: Wanted, key_arn: str) -> Iterator[Asked]:
    """Go through what MWAA needs of its role.

    Reference: "Amazon MWAA execution role", Customer managed key, in MWAA's guide.
    """
    bucket = f"arn:{wanted.partition}:s3:::{wanted.bucket}"
    logs = wanted.arn("logs", f"log-group:airflow-{wanted.environment}-Task")
    queue = f"arn:{wanted.partition}:sqs:{wanted.region}:000000000000:airflow-celery-00000000"
    for resource, actions in (
        (wanted.environment_arn, ("airflow:PublishMetrics",)),
        (f"{bucket}/{wanted.dag_folder}/dag.py", ("s3:GetObject",)),
        (bucket, ("s3:ListBucket", "s3:GetBucketPublicAccessBlock")),
        ("*", ("s3:GetAccountPublicAccessBlock",)),
        (logs, LOG_NEEDS),
        ("*", ("logs:DescribeLogGroups", "cloudwatch:PutMetricData")),
        (queue, QUEUE_NEEDS),
    ):
        yield from (Asked(action, resource) for action in actions)
    for service in ("s3", "sqs"):
        yield from (Asked(action, key_arn, _through(wanted, service)) for action in KEY_ACTIONS)


def _through(wanted: Wanted, service: str) -> dict[str, str]:
    return {"kms:ViaService": f"{service}.{wanted.region}.amazonaws.com"}


def key_is_enabled(wanted: Wanted, key: Key) -> Fault | None:
    """A key that is disabled, or waits for its deletion, opens nothing."""
    del wanted
    if key.state == "Enabled":
        return None
    return Fault(
        found=f"{key.arn} is {key.state}",
        expected="Enabled",
        do="aws kms cancel-key-deletion and aws kms enable-key, with --key-id",
    )


def key_serves_airflow(wanted: Wanted, key: Key) -> Fault | None:
    """The key's own policy has to agree to what the role may do with it."""
    missing = [
        f"{action} through {service}"
        for service in ("s3", "sqs")
        for action in KEY_ACTIONS
        if not _key_allows(
            wanted, key, wanted.role_arn, Asked(action, key.arn, _through(wanted, service))
        )
    ]
    if not missing:
        return None
    return Fault(
        found=f"the policy of {key.arn} refuses {wanted.role}: {', '.join(missing)}",
        expected=f"{', '.join(KEY_ACTIONS)} for the role, through S3 and SQS",
        do="pulumi up: keys-data has that policy",
    )


def key_serves_logs(wanted: Wanted, key: Key) -> Fault | None:
    """CloudWatch encrypts the environment's log groups with its key, and asks the key's policy."""
    service = f"logs.{wanted.region}.amazonaws.com"
    group = wanted.arn("logs", f"log-group:airflow-{wanted.environment}-Task")
    context = {"kms:EncryptionContext:aws:logs:arn": group, "aws:SourceAccount": wanted.account}
    allowing = [
        statement
        for statement in parse(key.policy)
        if not statement.is_deny
        and service in statement.principals.get("Service", ())
        and not unmet(statement.conditions, lower_keys(context))
    ]
    missing = [
        action
        for action in KEY_ACTIONS
        if not any(statement.names_action(action) for statement in allowing)
    ]
    if not missing:
        return None
    return Fault(
        found=f"the policy of {key.arn} refuses {service}: {', '.join(missing)}",
        expected=f"{', '.join(KEY_ACTIONS)} for {service}, on the environment's log groups",
        do="pulumi up: keys-data has that policy",
    )


def key_can_be_handed_on(wanted: Wanted, key: Key, caller: str) -> Fault | None:
    """Who deploys hands the key to MWAA by a grant."""
    context = {"kms:GrantIsForAWSResource": "true", **_through(wanted, "airflow")}
    allowed = _key_allows(wanted, key, caller, Asked("kms:CreateGrant", key.arn, context))
    if allowed:
        return None
    return Fault(
        found=f"the policy of {key.arn} does not let {caller} create a grant",
        expected="kms:CreateGrant for who deploys, for AWS resources",
        do="pulumi up: keys-data has that policy; or deploy as someone whom it names",
    )


def _key_allows(wanted: Wanted, key: Key, who: str, asked: Asked) -> bool:
    """Tell whether the key's own policy agrees; what the caller's say is another question."""
    account = {"aws:PrincipalAccount": wanted.account, "kms:CallerAccount": wanted.account}
    policies = Policies(identity=parse(ANYTHING), resource=parse(key.policy), resource_decides=True)
    known = Asked(asked.action, asked.resource, {**account, **asked.context})
    return decide(known, who, policies).allowed


CHECKS = (
    Check(
        name="role-trust",
        says="MWAA may take on the execution role",
        parts=("role",),
        judge=is_trusted,
    ),
    Check(
        name="role-permissions",
        says="the execution role may what MWAA needs",
        parts=("role", "key"),
        judge=may_run_airflow,
    ),
    Check(
        name="key-enabled",
        says="the environment's key is enabled",
        parts=("key",),
        judge=key_is_enabled,
    ),
    Check(
        name="key-role",
        says="the key's policy lets the execution role use it",
        parts=("key",),
        judge=key_serves_airflow,
    ),
    Check(
        name="key-logs",
        says="the key's policy lets CloudWatch encrypt Airflow's logs",
        parts=("key",),
        judge=key_serves_logs,
    ),
    Check(
        name="key-grant",
        says="the key's policy lets who deploys hand it to MWAA",
        parts=("key", "caller"),
        judge=key_can_be_handed_on,
    ),
)
