"""IAM: roles and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType, again
from twin.resources.tags import as_list, tag_changes, tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_role(inputs: Inputs, context: Context) -> Created:
    """Create a role with its trust policy."""
    inputs.ignore("forceDetachPolicies")
    role = context.client("iam").create_role(
        RoleName=context.physical_name(inputs),
        AssumeRolePolicyDocument=inputs.document("assumeRolePolicy"),
        Tags=tag_list(inputs),
        **inputs.pick(
            path="Path",
            description="Description",
            maxSessionDuration="MaxSessionDuration",
            permissionsBoundary="PermissionsBoundary",
        ),
    )["Role"]
    outputs = {
        "arn": role["Arn"],
        "name": role["RoleName"],
        "path": role["Path"],
        "uniqueId": role["RoleId"],
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return Created(role["RoleName"], outputs)


def create_role_policy(inputs: Inputs, context: Context) -> Created:
    """Write a policy into a role."""
    role, name = inputs.text("role"), context.physical_name(inputs)
    context.client("iam").put_role_policy(
        RoleName=role, PolicyName=name, PolicyDocument=inputs.document("policy")
    )
    return Created(f"{role}:{name}", {"name": name})


def create_policy(inputs: Inputs, context: Context) -> Created:
    """Create a policy that roles can be attached to."""
    inputs.ignore("delayAfterPolicyCreationInMs")
    policy = context.client("iam").create_policy(
        PolicyName=context.physical_name(inputs),
        PolicyDocument=inputs.document("policy"),
        Tags=tag_list(inputs),
        **inputs.pick(path="Path", description="Description"),
    )["Policy"]
    outputs = {
        "arn": policy["Arn"],
        "name": policy["PolicyName"],
        "path": policy["Path"],
        "policyId": policy["PolicyId"],
        "attachmentCount": 0,
    }
    return Created(policy["Arn"], outputs)


def create_role_policy_attachment(inputs: Inputs, context: Context) -> Created:
    """Attach a policy to a role."""
    role, policy = inputs.text("role"), inputs.text("policyArn")
    context.client("iam").attach_role_policy(RoleName=role, PolicyArn=policy)
    return Created(f"{role}-{policy}")


def update_role(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change a role: its trust, its bounds, its words."""
    inputs.ignore("forceDetachPolicies")
    client, name = context.client("iam"), existing.id
    client.update_assume_role_policy(
        RoleName=name, PolicyDocument=inputs.document("assumeRolePolicy")
    )
    client.update_role(
        RoleName=name,
        Description=inputs.optional("description") or "",
        **inputs.pick(maxSessionDuration="MaxSessionDuration"),
    )
    boundary = inputs.optional("permissionsBoundary")
    if boundary:
        client.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    elif existing.inputs.get("permissionsBoundary"):
        client.delete_role_permissions_boundary(RoleName=name)
    given, gone = tag_changes(existing, inputs)
    if given:
        client.tag_role(RoleName=name, Tags=as_list(given))
    if gone:
        client.untag_role(RoleName=name, TagKeys=gone)
    return Created(name)


def _role_policy(existing: Existing) -> dict[str, str]:
    role, _, name = existing.id.partition(":")
    return {"RoleName": role, "PolicyName": name}


def update_policy(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Give a policy a new version, and drop the old one: IAM keeps five at most."""
    inputs.ignore("delayAfterPolicyCreationInMs")
    client, arn = context.client("iam"), existing.id
    client.create_policy_version(
        PolicyArn=arn, PolicyDocument=inputs.document("policy"), SetAsDefault=True
    )
    _drop_old_versions(client, arn)
    given, gone = tag_changes(existing, inputs)
    if given:
        client.tag_policy(PolicyArn=arn, Tags=as_list(given))
    if gone:
        client.untag_policy(PolicyArn=arn, TagKeys=gone)
    return Created(arn)


def delete_policy(existing: Existing, context: Context) -> None:
    """Delete a policy; its old versions have to go first."""
    client = context.client("iam")
    _drop_old_versions(client, existing.id)
    client.delete_policy(PolicyArn=existing.id)


def _drop_old_versions(client: Any, arn: str) -> None:
    for version in client.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


def _is_attached(existing: Existing, context: Context) -> bool:
    listed = context.client("iam").list_attached_role_policies(
        RoleName=existing.inputs.text("role")
    )["AttachedPolicies"]
    return existing.inputs.text("policyArn") in [policy["PolicyArn"] for policy in listed]


TYPES = (
    ResourceType(
        "aws:iam/role:Role",
        create_role,
        tagged=True,
        regional=False,
        delete=lambda it, context: context.client("iam").delete_role(RoleName=it.id),
        exists=lambda it, context: context.client("iam").get_role(RoleName=it.id),
        update=update_role,
    ),
    ResourceType(
        "aws:iam/rolePolicy:RolePolicy",
        create_role_policy,
        regional=False,
        delete=lambda it, context: context.client("iam").delete_role_policy(**_role_policy(it)),
        exists=lambda it, context: context.client("iam").get_role_policy(**_role_policy(it)),
        update=again(create_role_policy),
    ),
    ResourceType(
        "aws:iam/policy:Policy",
        create_policy,
        tagged=True,
        regional=False,
        delete=delete_policy,
        exists=lambda it, context: context.client("iam").get_policy(PolicyArn=it.id),
        update=update_policy,
    ),
    ResourceType(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        create_role_policy_attachment,
        regional=False,
        delete=lambda it, context: context.client("iam").detach_role_policy(
            RoleName=it.inputs.text("role"), PolicyArn=it.inputs.text("policyArn")
        ),
        exists=_is_attached,
    ),
)
