"""Requests are held to the service model's own constraints."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import ShapeResolver

from twin.calls.shapes import render, violations

SHAPES: dict[str, Any] = {
    "Request": {
        "type": "structure",
        "members": {
            "Name": {"shape": "Name"},
            "Kind": {"shape": "Kind"},
            "Count": {"shape": "Count"},
            "Tags": {"shape": "Tags"},
            "Values": {"shape": "Values"},
            "Odd": {"shape": "Odd"},
        },
    },
    "Name": {"type": "string", "pattern": "^[a-z](-*[a-z0-9])*", "min": 2, "max": 5},
    "Kind": {"type": "string", "enum": ["a", "b"]},
    "Count": {"type": "integer", "min": 1, "max": 3},
    "Tags": {"type": "list", "member": {"shape": "Request"}, "max": 2},
    "Values": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Kind"}},
    "Odd": {"type": "string", "pattern": r"^\p{L}*$"},
}


def check(request: dict[str, Any]) -> list[str]:
    """Return the violations of a request."""
    return list(violations(ShapeResolver(SHAPES).get_shape_by_name("Request"), request))


def test_a_request_that_keeps_the_constraints_has_no_violations() -> None:
    request = {"Name": "ab-1", "Kind": "a", "Count": 3, "Tags": [{"Name": "ab"}], "Odd": "é"}

    assert check(request) == []


BROKEN: list[tuple[dict[str, Any], str]] = [
    (
        {"Name": "a_b"},
        "Value 'a_b' at 'name' failed to satisfy constraint: Member must satisfy regular "
        "expression pattern: ^[a-z](-*[a-z0-9])*",
    ),
    ({"Name": "a"}, "Member must have length greater than or equal to 2"),
    ({"Name": "abcdef"}, "Member must have length less than or equal to 5"),
    ({"Kind": "c"}, "Value 'c' at 'kind' failed to satisfy constraint: Member must satisfy"),
    ({"Count": 4}, "Value '4' at 'count' failed to satisfy constraint: Member must have value"),
    ({"Tags": [{}, {"Kind": "c"}]}, "at 'tags.2.member.kind'"),
    ({"Tags": [{}, {}, {}]}, "at 'tags' failed to satisfy constraint: Member must have length"),
    ({"Values": {"ab": "c"}}, "at 'values.ab.member'"),
    ({"Values": {"a_": "b"}}, "at 'values'"),
]


@pytest.mark.parametrize(("request_", "message"), BROKEN)
def test_a_violation_says_where_and_what(request_: dict[str, Any], message: str) -> None:
    (violation,) = check(request_)

    assert message in violation


def test_violations_are_counted_as_aws_does() -> None:
    assert render(["x", "y"]) == "2 validation errors detected: x; y"
    assert render(["x"]) == "1 validation error detected: x"
