"""What the policies of a stack grant, whatever they hang on. Pure.

Role policies, trust policies and resource policies alike; of a type that nobody listed as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ops.preview.differences import opened
from ops.preview.statements import Condition, Grant, grants, holds_statements, names_principals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.graph import Graph, Resource

ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
PERMISSION: Final = "aws:lambda/permission:Permission"
ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
OPEN_ENDPOINT: Final = {
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]
}
"""What an endpoint without a policy of its own lets through."""

RESOURCE_POLICIES: Final = {
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ("policy", "eventBusName", "event bus"),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": (
        "policyDocument",
        "policyName",
        "log policy",
    ),
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": ("policy", "vpcEndpointId", "endpoint"),
    ENDPOINT: ("policy", "serviceName", "endpoint"),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ("policy", "repository", "image repository"),
    "aws:iam/policy:Policy": ("policy", "name", "policy"),
    "aws:kms/key:Key": ("policy", "", "key"),
    "aws:kms/keyPolicy:KeyPolicy": ("policy", "keyId", "key"),
    "aws:s3/bucketPolicy:BucketPolicy": ("policy", "bucket", "bucket"),
    "aws:secretsmanager/secretPolicy:SecretPolicy": ("policy", "secretArn", "secret"),
    "aws:sns/topic:Topic": ("policy", "name", "topic"),
    "aws:sns/topicPolicy:TopicPolicy": ("policy", "arn", "topic"),
    "aws:sqs/queue:Queue": ("policy", "name", "queue"),
    "aws:sqs/queuePolicy:QueuePolicy": ("policy", "queueUrl", "queue"),
}
"""Type -> the input with its policy, the input that names what it is about, and what that is."""

HOLDERS: Final = ("role", "user", "group")
"""Inputs that name who an identity's policy is for; some types have a list, under the plural."""


def granted(graph: Graph) -> frozenset[Grant]:
    """Return everything that the policies of a graph grant and refuse."""
    return frozenset(grant for resource in graph for grant in _granted_by(resource))


def _granted_by(resource: Resource) -> Iterator[Grant]:
    inputs = resource.inputs
    if resource.type == ROLE:
        yield from _role_grants(resource, str(inputs.get("name", resource.name)))
    elif resource.type == ROLE_POLICY:
        role = f"role {inputs.get('role')}"
        yield from grants(_document(inputs.get("policy")), kind="role", where=role, who=role)
    elif resource.type == PERMISSION:
        yield _invocation(resource)
    elif resource.type in RESOURCE_POLICIES:
        yield from _resource_grants(resource)
    else:
        yield from _unlisted_grants(resource)


def _role_grants(resource: Resource, name: str) -> Iterator[Grant]:
    role, inputs = f"role {name}", resource.inputs
    yield from grants(_document(inputs.get("assumeRolePolicy")), kind="trust", where=role)
    for arn in inputs.get("managedPolicyArns") or ():
        yield _managed(role, arn)
    for policy in inputs.get("inlinePolicies") or ():
        yield from grants(_document(policy.get("policy")), kind="role", where=role, who=role)
    boundary = inputs.get("permissionsBoundary")
    if boundary:
        yield Grant("boundary", role, role, allow=False, action="*", target=str(boundary))


def _managed(role: str, arn: object) -> Grant:
    return Grant("managed", role, role, allow=True, action="*", target=str(arn))


def _invocation(resource: Resource) -> Grant:
    """Return what a permission of a function grants: its statement, spread over inputs."""
    inputs = resource.inputs
    keys = {
        "aws:SourceArn": ("ArnLike", inputs.get("sourceArn")),
        "aws:SourceAccount": ("StringEquals", inputs.get("sourceAccount")),
    }
    name = f"function {inputs.get('function')}"
    return Grant(
        kind="resource",
        where=name,
        who=str(inputs.get("principal")),
        allow=True,
        action=str(inputs.get("action")),
        target=name,
        conditions=tuple(
            sorted(
                Condition(operator, key, (str(value),))
                for key, (operator, value) in keys.items()
                if value
            )
        ),
    )


def _resource_grants(resource: Resource) -> Iterator[Grant]:
    held_in, named_by, noun = RESOURCE_POLICIES[resource.type]
    document = _document(resource.inputs.get(held_in))
    if document is None and resource.type == ENDPOINT:
        document = OPEN_ENDPOINT
    name = str(resource.inputs.get(named_by, resource.name))
    where = f"{noun} {_last_part(name)}"
    who = f"whoever has {where}" if noun == "policy" else ""
    yield from grants(document, kind="resource", where=where, who=who)


def _unlisted_grants(resource: Resource) -> Iterator[Grant]:
    """Yield what a resource of any other type grants: by attaching a policy, or by holding one.

    Nobody has to list a type before a reviewer is told what it opens.
    """
    holders = tuple(_holders(resource))
    attached = resource.inputs.get("policyArn")
    if attached:
        yield from (_managed(holder, attached) for holder in holders)
    for given in resource.inputs.values():
        document = _document(given)
        if not holds_statements(document):
            continue
        for holder in holders:
            yield from grants(document, kind="role", where=holder, who=holder)
        if not holders:
            yield from _grants_of_its_own(resource, document)


def _holders(resource: Resource) -> Iterator[str]:
    for noun in HOLDERS:
        names = [resource.inputs.get(noun), *(resource.inputs.get(f"{noun}s") or ())]
        yield from (f"{noun} {name}" for name in names if name)


def _grants_of_its_own(resource: Resource, document: object) -> Iterator[Grant]:
    where = f"{resource.type.rpartition(':')[2]} {resource.name}"
    who = "" if names_principals(document) else f"whoever has {where}"
    yield from grants(document, kind="resource", where=where, who=who)


def _last_part(name: str) -> str:
    return name.rstrip("/").split("/")[-1].split(":")[-1]


def _document(value: object) -> Any:  # noqa: ANN401 - any JSON
    return opened(value) if isinstance(value, str) else value
