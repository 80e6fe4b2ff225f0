"""Every request is held against its operation's model, whichever service answers it.

A model can be stricter than its service. What was found to be so stands in `LENIENT`, with the
evidence; nothing else is let through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin.calls.refusals import Refusal, invalid
from twin.calls.shapes import render, violations

if TYPE_CHECKING:
    from twin.calls.call import Call

LENIENT: Final[dict[tuple[str, str], str]] = {}
"""(service, shape) -> why its constraints are not those of the service."""


def refusal_of(call: Call) -> Refusal | None:
    """Return how the service refuses what its model does not allow; None if it allows it."""
    shape = call.model.input_shape
    if shape is None:
        return None
    found = list(violations(shape, call.parameters))
    return invalid(call, render(found)) if found else None
