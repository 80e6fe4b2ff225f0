"""Whether a role or a service may do something: IAM's decision, and what to look at where it is no.

Reference: "Policy evaluation logic" in IAM's user guide, within one account: what any policy denies
is denied; else the role's own policies have to allow it, and its boundary too if it has one. A
key's policy has to allow it as well. A bucket's or queue's policy can allow without the role's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ops.iam.conditions import lower_keys, unmet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ops.iam.conditions import Context
    from ops.iam.documents import Statement


@dataclass(frozen=True)
class Asked:
    """One thing that a request needs to be allowed.

    Attributes:
        action: Such as `s3:GetObject`.
        resource: An ARN, or `*` where AWS has nothing to name.
        context: Condition keys, as far as they are known.
    """

    action: str
    resource: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Policies:
    """All that decides about a role's request.

    Attributes:
        identity: The statements of the role's own policies.
        boundary: Those of its permissions boundary, if it has one.
        resource: Those of the resource's own policy, if it has one.
        resource_decides: The resource's policy has to allow it too: a key's.
    """

    identity: Sequence[Statement]
    boundary: Sequence[Statement] | None = None
    resource: Sequence[Statement] = ()
    resource_decides: bool = False


@dataclass(frozen=True)
class Decision:
    """What came of it; `why` names the statement that decided, or what comes nearest to one."""

    allowed: bool
    why: str


def decide(asked: Asked, role_arn: str, policies: Policies) -> Decision:
    """Return whether a role may do what is asked.

    Raises:
        UnknownInPolicyError: a policy that bears on it uses something unknown.
    """
    context = lower_keys({"aws:PrincipalArn": role_arn, **asked.context})
    own = [*policies.identity, *(policies.boundary or ())]
    others = [one for one in policies.resource if _is_meant(one, role_arn)]
    denied = _denied((*own, *others), asked, context)
    return denied or _allowed(asked, context, policies, others, role_arn)


def decide_for_service(asked: Asked, service: str, resource: Sequence[Statement]) -> Decision:
    """Return whether a resource's own policy lets a service of AWS, acting for itself, do it.

    Raises:
        UnknownInPolicyError: a statement that bears on it uses something unknown.
    """
    context = lower_keys(asked.context)
    meant = [one for one in resource if _names_service(one, service)]
    denied, opening = _denied(meant, asked, context), _first(meant, asked, context)
    if denied is not None:
        return denied
    if opening is not None:
        return Decision(allowed=True, why=f"{_name(opening)} allows it")
    nothing = f"no statement lets {service} do it"
    return Decision(allowed=False, why=_nearest(meant, asked, context, nothing))


def _allowed(
    asked: Asked,
    context: Context,
    policies: Policies,
    others: Sequence[Statement],
    role_arn: str,
) -> Decision:
    identity = _first(policies.identity, asked, context)
    resource = _first(others, asked, context)
    by_resource_alone = resource is not None and _names_role(resource, role_arn)
    if policies.resource_decides and resource is None:
        return Decision(allowed=False, why="the resource's own policy does not allow it")
    if identity is None and not by_resource_alone:
        nothing = "no statement of the role's policies names the action"
        return Decision(allowed=False, why=_nearest(policies.identity, asked, context, nothing))
    if policies.boundary is not None and _first(policies.boundary, asked, context) is None:
        return Decision(allowed=False, why="the role's permissions boundary does not allow it")
    decisive = identity or resource
    return Decision(allowed=True, why=f"{_name(decisive)} allows it" if decisive else "")


def _denied(statements: Iterable[Statement], asked: Asked, context: Context) -> Decision | None:
    for statement in statements:
        if statement.is_deny and _applies(statement, asked, context):
            return Decision(allowed=False, why=f"{_name(statement)} denies it")
    return None


def _first(statements: Iterable[Statement], asked: Asked, context: Context) -> Statement | None:
    for statement in statements:
        if not statement.is_deny and _applies(statement, asked, context):
            return statement
    return None


def _applies(statement: Statement, asked: Asked, context: Context) -> bool:
    return (
        statement.names_action(asked.action)
        and statement.names_resource(asked.resource)
        and not unmet(statement.conditions, context)
    )


def _is_meant(statement: Statement, role_arn: str) -> bool:
    """Tell whether a resource's statement speaks of a role, by name or with its whole account."""
    return _names_role(statement, role_arn) or _names_account(statement, role_arn)


def _names_role(statement: Statement, role_arn: str) -> bool:
    return any(who in ("*", role_arn) for who in statement.principals.get("AWS", ()))


def _names_service(statement: Statement, service: str) -> bool:
    principals = statement.principals
    return service in principals.get("Service", ()) or "*" in principals.get("AWS", ())


def _names_account(statement: Statement, role_arn: str) -> bool:
    account = role_arn.split(":")[4]
    root = f"{':'.join(role_arn.split(':')[:5])}:root"
    return any(who in (account, root) for who in statement.principals.get("AWS", ()))


def _nearest(statements: Sequence[Statement], asked: Asked, context: Context, nothing: str) -> str:
    """Return what would have to change: a condition, a resource, or that nothing names it."""
    named = [one for one in statements if not one.is_deny and one.names_action(asked.action)]
    for statement in named:
        if statement.names_resource(asked.resource):
            missing = "; ".join(unmet(statement.conditions, context))
            return f"{_name(statement)} allows it only with {missing}"
    if named:
        places = "; ".join(f"{_name(one)} on {', '.join(one.resources)}" for one in named)
        return f"it is allowed elsewhere alone: {places}"
    return nothing


def _name(statement: Statement) -> str:
    return statement.sid or "a statement without a Sid"


def actions_of(statements: Iterable[Statement]) -> set[str]:
    """Return the actions that statements allow, by name or pattern."""
    return {action for one in statements if not one.is_deny for action in one.actions}
