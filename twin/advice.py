"""Which failures a person has to hear of, and what usually helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.timeline import Entry, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

DO = {
    Step.STAGING: "mend the file that is named, then push again",
    Step.IMAGE: "mend the command or the file that is named, then push again",
    Step.TRIGGER: "`make push` or `make upload` again once the cause is gone",
    Step.ETL: "mend the file and upload it under the same name, which replaces it, "
    "or mend the model file and push",
    Step.TRAINING: "mend the training code or its settings, then push again",
    Step.DEPLOYMENT: "the previous model still serves; mend the image, then push again",
}
"""What usually helps, by the step that failed; nothing ever has to be cleaned up."""

CONTAINERS = frozenset({Step.PIPELINE, Step.RUN})
"""Steps that only wait for others: they take as long as their parts, and fail because one did."""


def advice(step: Step) -> str:
    """Return what to do when a step failed."""
    return DO.get(step, "mend it, then push again")


def causes(failures: Iterable[Entry]) -> list[Entry]:
    """Return the failures to tell of: a part says more than the whole that contains it."""
    found = list(failures)
    return [entry for entry in found if entry.step not in CONTAINERS] or found
