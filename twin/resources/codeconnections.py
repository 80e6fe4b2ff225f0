"""CodeConnections: connections to repositories elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, Existing, ResourceType
from twin.resources.tags import as_list, tag_changes, tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context


def create_connection(inputs: Inputs, context: Context) -> Created:
    """Create a connection, which waits for a person to approve it."""
    name = context.physical_name(inputs)
    arn = context.client("codeconnections").create_connection(
        ConnectionName=name,
        Tags=tag_list(inputs),
        **inputs.pick(providerType="ProviderType", hostArn="HostArn"),
    )["ConnectionArn"]
    outputs = {
        "arn": arn,
        "name": name,
        "connectionStatus": "PENDING",
        "ownerAccountId": context.account,
    }
    return Created(arn, outputs)


def retag_connection(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Give a connection other tags: nothing else of it can be changed."""
    inputs.ignore("name", "providerType", "hostArn")
    client, (given, gone) = context.client("codeconnections"), tag_changes(existing, inputs)
    if given:
        client.tag_resource(ResourceArn=existing.id, Tags=as_list(given))
    if gone:
        client.untag_resource(ResourceArn=existing.id, TagKeys=gone)
    return Created(existing.id)


def delete_connection(existing: Existing, context: Context) -> object:
    """Take a connection away."""
    return context.client("codeconnections").delete_connection(ConnectionArn=existing.id)


def find_connection(existing: Existing, context: Context) -> Any:
    """Ask for a connection."""
    return context.client("codeconnections").get_connection(ConnectionArn=existing.id)


TYPES = (
    ResourceType(
        "aws:codeconnections/connection:Connection",
        create_connection,
        tagged=True,
        delete=delete_connection,
        exists=find_connection,
        update=retag_connection,
    ),
)
