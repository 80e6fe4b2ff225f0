"""Which earlier run a run's data is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin.report.gather import RunResult


@dataclass(frozen=True)
class Previous:
    """An earlier run that had a dataset, and why it is this one."""

    run: RunResult
    why: str


def previous_of(run: RunResult, runs: Sequence[RunResult]) -> Previous | None:
    """Return the run whose dataset taught the model that was in service when this one came.

    Before the first deployment it is the latest run with a dataset. None where there is neither.
    `runs` are all that are known, the oldest first.
    """
    earlier = [
        one
        for one in runs[: runs.index(run)]
        if one.model == run.model and one.manifest and not one.manifest.get("refused")
    ]
    served = [one for one in earlier if one.outcome.get("outcome") == "deployed"]
    if served:
        return Previous(served[-1], "what the model learnt that was in service")
    return Previous(earlier[-1], "the run before; nothing was in service") if earlier else None
