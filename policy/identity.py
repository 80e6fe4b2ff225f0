"""Roles and policies: a service, an account, no wildcard that nobody has given a reason for."""

from __future__ import annotations

from fnmatch import fnmatchcase as fnmatch
from typing import TYPE_CHECKING, Any

from policy.rule import Rule, block, finding, statements, texts, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.graph import Graph, Resource
    from policy.rule import Finding

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
IDENTITIES = "aws:iam/"
NARROWS_ALONE = frozenset(
    {"aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"}
)
"""Types whose policy opens nothing: it only narrows what the network lets through."""

NARROWING = frozenset(
    {
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalOrgID",
        "aws:ResourceAccount",
        "aws:SourceAccount",
        "aws:SourceArn",
        "kms:CallerAccount",
    }
)
"""Condition keys that leave one account, or what belongs to it."""


def trusting_a_service(graph: Graph) -> Iterator[Finding]:
    """Find roles that anything but a named AWS service may take on."""
    for role in graph.of_type(ROLE):
        for statement in statements(role.inputs.get("assumeRolePolicy")):
            named = "*" not in texts(value(statement, "Principal.Service"))
            if set(block(statement, "Principal")) != {"Service"} or not named:
                yield finding(role, value(statement, "Principal"), "Principal with a Service alone")


def acting_for_us(graph: Graph) -> Iterator[Finding]:
    """Find roles that a service would take on for somebody else's account."""
    for role in graph.of_type(ROLE):
        for statement in statements(role.inputs.get("assumeRolePolicy")):
            services = texts(value(statement, "Principal.Service"))
            if services and not _narrowed(statement):
                found = f"no condition for {services}"
                yield finding(role, found, "aws:SourceAccount or aws:SourceArn")


def _narrowed(statement: dict[str, Any]) -> bool:
    """Tell whether a condition leaves one account: by a value, not by all but one, nor by any."""
    conditions = block(statement, "Condition")
    return any(
        "Not" not in operator and operator != "Null" and set(texts(values)) - {"*"}
        for operator in conditions
        for key, values in block(conditions, operator).items()
        if key in NARROWING
    )


def no_whole_services(graph: Graph) -> Iterator[Finding]:
    """Find permissions on every action of a service, of all of them, or on those of some kind."""
    for resource, statement in granted(graph):
        for action in texts(statement.get("Action")):
            if _is_pattern(action):
                yield finding(resource, action, "actions by name")
        if "NotAction" in statement or "NotResource" in statement:
            yield finding(resource, sorted(statement), "Action and Resource, not their opposites")


def _is_pattern(action: str) -> bool:
    return "*" in action or "?" in action


def granted(graph: Graph) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Go through every statement that a role is allowed something with."""
    for policy in graph.of_type(ROLE_POLICY):
        for statement in statements(policy.inputs.get("policy")):
            if statement.get("Effect") == "Allow":
                yield policy, statement


def roles_alone(graph: Graph) -> Iterator[Finding]:
    """Find whoever else gets permissions, and what roles get them by that no rule looks at."""
    for resource in graph:
        if resource.type.startswith(IDENTITIES) and resource.type not in (ROLE, ROLE_POLICY):
            yield finding(resource, resource.type, "roles, each with a RolePolicy, and no more")
    for role in graph.of_type(ROLE):
        for name in ("inlinePolicies", "managedPolicyArns"):
            if role.inputs.get(name):
                yield finding(role, f"{name} of the role itself", "a RolePolicy")


def opened(graph: Graph) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Go through the statements with which resources of any type say who may use them."""
    for resource in graph:
        if resource.type != ROLE and resource.type not in NARROWS_ALONE:
            for given in resource.inputs.values():
                for statement in statements(given):
                    if {"Principal", "NotPrincipal"} & set(statement):
                        yield resource, statement


def not_public(graph: Graph) -> Iterator[Finding]:
    """Find resources that anybody may use."""
    for resource, statement in opened(graph):
        allowed = statement.get("Effect") == "Allow"
        if allowed and _means_anybody(statement) and not _narrowed(statement):
            yield finding(resource, statement.get("Sid", "*"), "a named principal")


def _means_anybody(statement: dict[str, Any]) -> bool:
    by_star = "*" in (statement.get("Principal"), *texts(value(statement, "Principal.AWS")))
    return by_star or "NotPrincipal" in statement


def opened_by_name(graph: Graph) -> Iterator[Finding]:
    """Find resources that let somebody do with them whatever there is."""
    for resource, statement in opened(graph):
        if statement.get("Effect") == "Allow":
            for action in filter(_is_pattern, texts(statement.get("Action"))):
                yield finding(resource, action, "actions by name")
            if "NotAction" in statement:
                yield finding(resource, "all actions but some", "actions by name")


def nobody_locked_out(graph: Graph) -> Iterator[Finding]:
    """Find resources that refuse everybody, and so those who could mend that."""
    for resource, statement in opened(graph):
        refuses_all = statement.get("Effect") == "Deny" and _means_anybody(statement)
        if refuses_all and not statement.get("Condition"):
            yield finding(resource, statement.get("Sid", "a Deny"), "a Deny with a Condition")


def functions_not_public(graph: Graph) -> Iterator[Finding]:
    """Find functions that a service would call for anybody."""
    for permission in graph.of_type("aws:lambda/permission:Permission"):
        if not permission.inputs.get("sourceArn") and not permission.inputs.get("sourceAccount"):
            yield finding(permission, permission.inputs.get("principal"), "a source ARN or account")


def hands_over_named_roles(graph: Graph) -> Iterator[Finding]:
    """Find permissions to hand any role, or a role to any service."""
    for resource, statement in granted(graph):
        if not any(fnmatch("iam:passrole", one.lower()) for one in texts(statement.get("Action"))):
            continue
        service = value(statement, "Condition.StringEquals.iam:PassedToService")
        if not service:
            yield finding(resource, statement.get("Sid"), "a condition on iam:PassedToService")
        for arn in texts(statement.get("Resource")):
            if "*" in arn:
                yield finding(resource, arn, "roles by name")


RULES = (
    Rule(
        name="role-trusts-a-service",
        says="A role is taken on by an AWS service, never by a person or account.",
        do="name the service in the trust policy",
        check=trusting_a_service,
    ),
    Rule(
        name="role-acts-for-us",
        says="A service takes on a role for this account alone.",
        do="add aws:SourceAccount or aws:SourceArn to the trust policy",
        check=acting_for_us,
    ),
    Rule(
        name="role-names-its-actions",
        says="A role is given actions by name, never a whole service.",
        do="list what the step really calls",
        check=no_whole_services,
    ),
    Rule(
        name="roles-alone",
        says="Only roles get permissions, each by a policy of its own: no user, no group, "
        "no policy of somebody else's.",
        do="give a role a RolePolicy (components/roles.py)",
        check=roles_alone,
    ),
    Rule(
        name="role-hands-over-named-roles",
        says="A role may be handed to one service, by name.",
        do="limit iam:PassRole to the role's ARN and to iam:PassedToService",
        check=hands_over_named_roles,
    ),
    Rule(
        name="resource-not-public",
        says="Nothing is open to everybody.",
        do="name who may use it, or narrow the statement by a condition",
        check=not_public,
    ),
    Rule(
        name="resource-names-its-actions",
        says="What a resource lets somebody do with it has a name.",
        do="list what that principal really calls",
        check=opened_by_name,
    ),
    Rule(
        name="nobody-locked-out",
        says="No resource refuses everybody.",
        do="add the condition under which it refuses",
        check=nobody_locked_out,
    ),
    Rule(
        name="function-not-public",
        says="A function is called for our own rules alone.",
        do="give the permission a source ARN",
        check=functions_not_public,
    ),
)
