"""Every request is held against its operation's model, whichever service answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.calls.refusals import Refusal, invalid
from twin.calls.shapes import render, violations

if TYPE_CHECKING:
    from twin.calls.call import Call


def refusal_of(call: Call) -> Refusal | None:
    """Return how the service refuses what its model does not allow; None if it allows it."""
    shape = call.model.input_shape
    if shape is None:
        return None
    found = list(violations(shape, call.parameters))
    return invalid(call, render(found)) if found else None
