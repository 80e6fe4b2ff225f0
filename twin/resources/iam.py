"""IAM: roles and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context


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


TYPES = (
    ResourceType("aws:iam/role:Role", create_role, tagged=True, regional=False),
    ResourceType("aws:iam/rolePolicy:RolePolicy", create_role_policy, regional=False),
    ResourceType("aws:iam/policy:Policy", create_policy, tagged=True, regional=False),
    ResourceType(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        create_role_policy_attachment,
        regional=False,
    ),
)
