"""Tags in the spellings of the services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def tag_map(inputs: Inputs) -> dict[str, str]:
    """Return the tags as they are: names to values."""
    return dict(inputs.get("tags") or {})


def tag_list(inputs: Inputs, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return the tags as a list of pairs, for instance `{"Key": ..., "Value": ...}`."""
    return as_list(tag_map(inputs), key, value)


def tag_changes(existing: Existing, inputs: Inputs) -> tuple[dict[str, str], list[str]]:
    """Return the tags to set, and the names of those to take away."""
    old, new = tag_map(existing.inputs), tag_map(inputs)
    given = {name: text for name, text in new.items() if old.get(name) != text}
    return given, sorted(old.keys() - new.keys())


def as_list(tags: dict[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return tags as a list of pairs."""
    return [{key: name, value: text} for name, text in tags.items()]


def retag_ec2(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Update a resource of EC2 of which nothing but the tags can be changed here."""
    client, (given, gone) = context.client("ec2"), tag_changes(existing, inputs)
    if given:
        client.create_tags(Resources=[existing.id], Tags=as_list(given))
    if gone:
        client.delete_tags(Resources=[existing.id], Tags=[{"Key": name} for name in gone])
    return Created(existing.id)


def tag_specification(inputs: Inputs, resource_type: str) -> dict[str, Any]:
    """Return the parameter by which EC2 tags what it creates; empty without tags."""
    tags = tag_list(inputs)
    if not tags:
        return {}
    return {"TagSpecifications": [{"ResourceType": resource_type, "Tags": tags}]}
