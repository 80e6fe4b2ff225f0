"""KMS: keys and their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import as_list, tag_changes, tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


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


def update_key(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change what a key is called, who may use it, whether it rotates."""
    inputs.ignore("deletionWindowInDays", "bypassPolicyLockoutSafetyCheck")
    client, key = context.client("kms"), existing.id
    client.update_key_description(KeyId=key, Description=inputs.optional("description") or "")
    if inputs.get("policy"):
        client.put_key_policy(KeyId=key, PolicyName="default", Policy=inputs.document("policy"))
    if inputs.flag("enableKeyRotation", default=False):
        client.enable_key_rotation(
            KeyId=key, **inputs.pick(rotationPeriodInDays="RotationPeriodInDays")
        )
    else:
        client.disable_key_rotation(KeyId=key)
    enable = inputs.flag("isEnabled", default=True)
    (client.enable_key if enable else client.disable_key)(KeyId=key)
    given, gone = tag_changes(existing, inputs)
    if given:
        client.tag_resource(KeyId=key, Tags=as_list(given, "TagKey", "TagValue"))
    if gone:
        client.untag_resource(KeyId=key, TagKeys=gone)
    return Created(key)


def delete_key(existing: Existing, context: Context) -> None:
    """Have a key deleted: it can't be used from now on, and is gone when its window has passed."""
    days = existing.inputs.pick(deletionWindowInDays="PendingWindowInDays")
    context.client("kms").schedule_key_deletion(KeyId=existing.id, **days)


def _is_usable(existing: Existing, context: Context) -> bool:
    key = context.client("kms").describe_key(KeyId=existing.id)["KeyMetadata"]
    return bool(key["KeyState"] != "PendingDeletion")


def _aliases(existing: Existing, context: Context) -> list[Any]:
    listed = context.client("kms").get_paginator("list_aliases").paginate()
    return [
        alias for page in listed for alias in page["Aliases"] if alias["AliasName"] == existing.id
    ]


def update_alias(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Let an alias name another key."""
    target = inputs.text("targetKeyId")
    context.client("kms").update_alias(AliasName=existing.id, TargetKeyId=target)
    return Created(
        existing.id, {"targetKeyArn": context.arn("kms", f"key/{target.rsplit('/', 1)[-1]}")}
    )


TYPES = (
    ResourceType(
        "aws:kms/key:Key",
        create_key,
        tagged=True,
        delete=delete_key,
        exists=_is_usable,
        update=update_key,
    ),
    ResourceType(
        "aws:kms/alias:Alias",
        create_alias,
        delete=lambda it, context: context.client("kms").delete_alias(AliasName=it.id),
        exists=_aliases,
        update=update_alias,
    ),
)
