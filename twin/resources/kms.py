"""KMS: keys and their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context


def create_key(inputs: Inputs, context: Context) -> Created:
    """Create a key; rotation is a request of its own."""
    inputs.ignore("deletionWindowInDays")
    client = context.client("kms")
    key = client.create_key(
        Tags=tag_list(inputs, "TagKey", "TagValue"),
        **inputs.pick(
            bypassPolicyLockoutSafetyCheck="BypassPolicyLockoutSafetyCheck",
            customerMasterKeySpec="KeySpec",
            description="Description",
            keyUsage="KeyUsage",
            multiRegion="MultiRegion",
        ),
        **({"Policy": inputs.document("policy")} if inputs.get("policy") else {}),
    )["KeyMetadata"]
    if inputs.flag("enableKeyRotation", default=False):
        client.enable_key_rotation(
            KeyId=key["KeyId"], **inputs.pick(rotationPeriodInDays="RotationPeriodInDays")
        )
    if not inputs.flag("isEnabled", default=True):
        client.disable_key(KeyId=key["KeyId"])
    return Created(key["KeyId"], {"arn": key["Arn"], "keyId": key["KeyId"]})


def create_alias(inputs: Inputs, context: Context) -> Created:
    """Give a key a name."""
    name, target = context.physical_name(inputs), inputs.text("targetKeyId")
    context.client("kms").create_alias(AliasName=name, TargetKeyId=target)
    key = target.rsplit("/", 1)[-1]
    outputs = {
        "arn": context.arn("kms", name),
        "name": name,
        "targetKeyArn": context.arn("kms", f"key/{key}"),
    }
    return Created(name, outputs)


TYPES = (
    ResourceType("aws:kms/key:Key", create_key, tagged=True),
    ResourceType("aws:kms/alias:Alias", create_alias),
)
