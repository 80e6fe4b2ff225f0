"""Roles and policies: a service, an account, no wildcard that nobody has given a reason for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.rule import Rule, block, finding, statements, texts, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.graph import Graph, Resource
    from policy.rule import Finding

ROLE = "aws:iam/role:Role"
RESOURCE_POLICIES: Mapping[str, str] = {
    "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate": "content",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:kms/key:Key": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
}
"""Where a resource says who may use it. A VPC endpoint's policy opens nothing: it only narrows."""

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
            if set(block(statement, "Principal")) != {"Service"}:
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
    conditions = block(statement, "Condition")
    return any(NARROWING & set(block(conditions, operator)) for operator in conditions)


def no_whole_services(graph: Graph) -> Iterator[Finding]:
    """Find permissions on every action of a service, or of all of them."""
    for resource, statement in granted(graph):
        for action in texts(statement.get("Action")):
            if action == "*" or action.endswith(":*"):
                yield finding(resource, action, "actions by name")
        if "NotAction" in statement or "NotResource" in statement:
            yield finding(resource, sorted(statement), "Action and Resource, not their opposites")


def granted(graph: Graph) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Go through every statement that a role is allowed something with."""
    for token in ("aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"):
        for policy in graph.of_type(token):
            for statement in statements(policy.inputs.get("policy")):
                if statement.get("Effect") == "Allow":
                    yield policy, statement


def not_public(graph: Graph) -> Iterator[Finding]:
    """Find resources that anybody may use."""
    for token, name in RESOURCE_POLICIES.items():
        for resource in graph.of_type(token):
            for statement in statements(resource.inputs.get(name)):
                if _lets_anybody_in(statement):
                    yield finding(resource, statement.get("Sid", "*"), "a named principal")


def _lets_anybody_in(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    anybody = principal == "*" or "*" in texts(value(statement, "Principal.AWS"))
    return statement.get("Effect") == "Allow" and anybody and not _narrowed(statement)


def functions_not_public(graph: Graph) -> Iterator[Finding]:
    """Find functions that a service would call for anybody."""
    for permission in graph.of_type("aws:lambda/permission:Permission"):
        if not permission.inputs.get("sourceArn") and not permission.inputs.get("sourceAccount"):
            yield finding(permission, permission.inputs.get("principal"), "a source ARN or account")


def hands_over_named_roles(graph: Graph) -> Iterator[Finding]:
    """Find permissions to hand any role, or a role to any service."""
    for resource, statement in granted(graph):
        if "iam:PassRole" not in texts(statement.get("Action")):
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
        name="function-not-public",
        says="A function is called for our own rules alone.",
        do="give the permission a source ARN",
        check=functions_not_public,
    ),
)
