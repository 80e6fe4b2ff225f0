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
    Step.ETL: "mend the file and upload it under the same name, which replaces it, or upload more, "
    "or mend the model file and push; `make report` shows the data and what is wrong with it",
    Step.TRAINING: "mend the training code or its settings, then push again",
    Step.DEPLOYMENT: "the previous model still serves; mend the image, then push again",
}
"""What usually helps, by the step that failed; nothing ever has to be cleaned up."""

CONTAINERS = frozenset({Step.PIPELINE, Step.RUN})
"""Steps that only wait for others: they take as long as their parts, and fail because one did."""


REJECTED = "rejected"
DO_WHEN_REJECTED = (
    "`make report` shows by how much; try more data, other columns or hyperparameters, or mend "
    "the limit, then push or upload again"
)


def is_rejected(entry: Entry) -> bool:
    """Tell whether the gate refused a model: nothing broke, and nothing was deployed."""
    return entry.step is Step.RUN and entry.fact.startswith(REJECTED)


def advice(entry: Entry) -> str:
    """Return what to do about a failure."""
    fallback = "mend it, then push again"
    return DO_WHEN_REJECTED if is_rejected(entry) else DO.get(entry.step, fallback)


def causes(failures: Iterable[Entry]) -> list[Entry]:
    """Return the failures to tell of: a part says more than the whole that contains it."""
    found = list(failures)
    return [entry for entry in found if entry.step not in CONTAINERS] or found
