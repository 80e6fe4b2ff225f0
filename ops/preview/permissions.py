"""What a stack's policies grant, and which of it one graph has and another has not. Pure.

Role policies, trust policies and resource policies alike. Each grant is looked at by what it
allows: something that another statement still allows is neither gained nor lost.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from ops.preview.differences import opened
from ops.preview.statements import Condition, Grant, covers, grants, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ops.graph import Graph, Resource

Effect = Literal["gained", "lost", "widened", "narrowed", "changed"]

ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
ROLE_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
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


@dataclass(frozen=True)
class PermissionChange:
    """One way in which what is allowed changes.

    Attributes:
        effect: `gained` and `lost` have one side; the others say how the two sides compare.
        before: What was granted.
        after: What is granted now.
    """

    effect: Effect
    before: Grant | None
    after: Grant | None

    @property
    def grant(self) -> Grant:
        """What is spoken of: the new side where there is one."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of permissions has at least one side")
        return found

    @property
    def allows_more(self) -> bool:
        """Whether more is possible than before: a refusal that goes opens something too."""
        return self._goes("gained", "widened", opposite=("lost", "narrowed"))

    @property
    def allows_less(self) -> bool:
        """Whether less is possible than before."""
        return self._goes("lost", "narrowed", opposite=("gained", "widened"))

    def _goes(self, *effects: Effect, opposite: tuple[Effect, ...]) -> bool:
        meant = effects if self.grant.allow else opposite
        return self.effect in (*meant, "changed")


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
    elif resource.type == ROLE_ATTACHMENT:
        yield _managed(f"role {inputs.get('role')}", inputs.get("policyArn"))
    elif resource.type == PERMISSION:
        yield _invocation(resource)
    elif resource.type in RESOURCE_POLICIES:
        yield from _resource_grants(resource)


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


def _last_part(name: str) -> str:
    return name.rstrip("/").split("/")[-1].split(":")[-1]


def _document(value: object) -> Any:  # noqa: ANN401 - any JSON
    return opened(value) if isinstance(value, str) else value


def permission_changes(before: Graph, after: Graph) -> tuple[PermissionChange, ...]:
    """Return what the second graph grants and the first does not, and the other way round."""
    old, new = granted(before), granted(after)
    kept_before, kept_after = _by_place(old), _by_place(new)
    removed, added = _by_place(old - new), _by_place(new - old)
    found = (
        change
        for place in sorted({*removed, *added})
        for change in _pair(removed[place], added[place])
        if _matters(change, kept_before[place], kept_after[place])
    )
    return tuple(found)


def _by_place(found: Iterable[Grant]) -> defaultdict[str, list[Grant]]:
    places: defaultdict[str, list[Grant]] = defaultdict(list)
    for grant in sorted(found):
        places[grant.where].append(grant)
    return places


def _pair(removed: Sequence[Grant], added: Sequence[Grant]) -> Iterator[PermissionChange]:
    """Yield changes: a grant that went and one that came are one, where they are about the same."""
    gone = list(removed)
    for new in added:
        old = next((grant for grant in gone if _is_about_the_same(grant, new)), None)
        if old is None:
            yield PermissionChange("gained", None, new)
            continue
        gone.remove(old)
        yield PermissionChange(_compare(old, new), old, new)
    for old in gone:
        yield PermissionChange("lost", old, None)


def _is_about_the_same(old: Grant, new: Grant) -> bool:
    if (old.kind, old.who, old.allow) != (new.kind, new.who, new.allow):
        return False
    if old.action.lower() != new.action.lower():
        return False
    return old.target == new.target or (
        old.conditions == new.conditions
        and (matches(old.target, new.target) or matches(new.target, old.target))
    )


def _compare(old: Grant, new: Grant) -> Effect:
    if covers(new, old):
        return "widened"
    return "narrowed" if covers(old, new) else "changed"


def _matters(change: PermissionChange, before: Sequence[Grant], after: Sequence[Grant]) -> bool:
    """Tell whether the change is one: not if another statement said, or still says, as much."""
    old, new = change.before, change.after
    if change.effect in ("gained", "widened") and new is not None:
        return not any(covers(grant, new) for grant in before if grant != old)
    if change.effect in ("lost", "narrowed") and old is not None:
        return not any(covers(grant, old) for grant in after if grant != new)
    return True
