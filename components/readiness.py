"""Hands out what is ready: a building block of the components."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Sequence


def when_ready(value: pulumi.Output[str], *settings: pulumi.CustomResource) -> pulumi.Output[str]:
    """Return a value that is known only when these settings hold.

    Whatever uses it depends on them too, without having to know of them: a role's policy, a
    bucket's encryption. `depends_on` would have to stand at each of these uses.
    """
    return pulumi.Output.all(value, *(setting.id for setting in settings)).apply(_first)


def _first(values: Sequence[str]) -> str:
    return values[0]
