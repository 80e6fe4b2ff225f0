"""Tags in the spellings of the services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs


def tag_map(inputs: Inputs) -> dict[str, str]:
    """Return the tags as they are: names to values."""
    return dict(inputs.get("tags") or {})


def tag_list(inputs: Inputs, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return the tags as a list of pairs, for instance `{"Key": ..., "Value": ...}`."""
    return [{key: name, value: text} for name, text in tag_map(inputs).items()]


def tag_specification(inputs: Inputs, resource_type: str) -> dict[str, Any]:
    """Return the parameter by which EC2 tags what it creates; empty without tags."""
    tags = tag_list(inputs)
    if not tags:
        return {}
    return {"TagSpecifications": [{"ResourceType": resource_type, "Tags": tags}]}
