"""Systems Manager: parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import as_list, tag_changes, tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_parameter(inputs: Inputs, context: Context) -> Created:
    """Write a parameter."""
    name = context.physical_name(inputs)
    plain, secret = inputs.get("insecureValue"), inputs.get("value")
    version = context.client("ssm").put_parameter(
        Name=name,
        Value=plain if plain is not None else secret,
        **inputs.pick(
            allowedPattern="AllowedPattern",
            dataType="DataType",
            description="Description",
            keyId="KeyId",
            overwrite="Overwrite",
            tier="Tier",
            type="Type",
        ),
        **({"Tags": tag_list(inputs)} if inputs.get("tags") else {}),
    )["Version"]
    arn = context.arn("ssm", f"parameter/{name.removeprefix('/')}")
    return Created(name, {"arn": arn, "name": name, "version": version})


def update_parameter(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Write a parameter over; SSM takes tags only with a new one."""
    client, name = context.client("ssm"), existing.id
    plain, secret = inputs.get("insecureValue"), inputs.get("value")
    inputs.ignore("overwrite", "tier", "dataType")
    version = client.put_parameter(
        Name=name,
        Value=plain if plain is not None else secret,
        Overwrite=True,
        **inputs.pick(
            allowedPattern="AllowedPattern",
            description="Description",
            keyId="KeyId",
            type="Type",
        ),
    )["Version"]
    given, gone = tag_changes(existing, inputs)
    about = {"ResourceType": "Parameter", "ResourceId": name}
    if given:
        client.add_tags_to_resource(**about, Tags=as_list(given))
    if gone:
        client.remove_tags_from_resource(**about, TagKeys=gone)
    return Created(name, {"version": version})


TYPES = (
    ResourceType(
        "aws:ssm/parameter:Parameter",
        create_parameter,
        tagged=True,
        delete=lambda it, context: context.client("ssm").delete_parameter(Name=it.id),
        exists=lambda it, context: context.client("ssm").get_parameter(Name=it.id),
        update=update_parameter,
    ),
)
