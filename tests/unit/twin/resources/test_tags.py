"""Tags are spelled as each service spells them."""

from __future__ import annotations

from twin.resources.inputs import Inputs
from twin.resources.tags import tag_list, tag_map, tag_specification

INPUTS = Inputs({"tags": {"Stack": "s"}})


def test_tags_can_be_a_map() -> None:
    assert tag_map(INPUTS) == {"Stack": "s"}


def test_tags_can_be_pairs() -> None:
    assert tag_list(INPUTS, "key", "value") == [{"key": "Stack", "value": "s"}]


def test_ec2_takes_them_with_the_kind_of_resource() -> None:
    assert tag_specification(INPUTS, "vpc") == {
        "TagSpecifications": [{"ResourceType": "vpc", "Tags": [{"Key": "Stack", "Value": "s"}]}]
    }


def test_without_tags_ec2_is_told_nothing() -> None:
    assert tag_specification(Inputs({}), "vpc") == {}
