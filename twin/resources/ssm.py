"""Systems Manager: parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context


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


TYPES = (ResourceType("aws:ssm/parameter:Parameter", create_parameter, tagged=True),)
