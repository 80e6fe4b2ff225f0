"""The search for the settings of trees, by the validation rows: few trials, in a fixed order.

First come settings that are far apart. Where all rows are in memory, steps go on from the best of
them: each changes one setting, and is kept if the validation rows gain by it. Many steps find some
gain by chance alone, so what they lead to counts only if it is surely better than where they began.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from training_image import booster
from training_image.choices import surely_best

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from training_image.booster import Grown, Learnable, Rows
    from training_image.checkpoints import Checkpoints
    from training_image.dataset import Split
    from training_image.hyperparameters import Hyperparameters
    from training_image.learning import Task

logger = logging.getLogger(__name__)

TREES: Final[Sequence[Mapping[str, Any]]] = (
    {"max_depth": 5, "min_child_weight": 20, "colsample_bytree": 0.5},
    {"max_depth": 4, "min_child_weight": 5, "colsample_bytree": 0.8},
    {"max_depth": 7, "min_child_weight": 2, "colsample_bytree": 0.7},
    {"max_depth": 2, "min_child_weight": 5, "colsample_bytree": 0.8},
    {"max_depth": 6, "min_child_weight": 50, "colsample_bytree": 0.4},
    {"max_depth": 9, "min_child_weight": 10, "colsample_bytree": 0.5},
)
"""What is tried, in this order; what the model file says takes the place of each."""

RATE: Final = "learning_rate"
QUICKER: Final[Mapping[str, Any]] = {RATE: 0.15}
"""What is tried once a trial came to the last of its rounds, or nearly: trees were too timid."""

NEARLY: Final = 0.9

RATIOS: Final = "ratios"
"""The step that leaves them out."""

DEPTH: Final = "max_depth"
STEPS: Final[Sequence[tuple[str, float]]] = (
    ("colsample_bytree", 1.0),
    (DEPTH, 2),
    ("reg_lambda", 10.0),
    (RATIOS, 0),
    ("min_child_weight", 1.0),
    ("subsample", 0.6),
    (RATE, 0.5),
    (DEPTH, -1),
    ("subsample", 1.0),
    ("colsample_bytree", 0.3),
)
"""Settings and what they become: the depth so much more, the rate so many times what it was."""

TRIAL_CELLS: Final = 50_000_000
"""Rows times columns that may be spent on trials of trees: a bound on time that gives the same
number of trials on every machine."""

MOST_TREES: Final = 20_000
"""Of all trials, each class's counted, after which no other begins: trees cost time however few the
rows are. Of many rows `TRIAL_CELLS` decides."""


def search(
    task: Task, rows: Learnable, judged: Learnable, kept: Checkpoints | None = None
) -> list[Grown]:
    """Return trees with settings that are far apart, those that did best first."""
    trials = min(_trials(task, rows), len(TREES))
    found: list[Grown] = []
    rate: Mapping[str, Any] = {}
    for trial, tried in enumerate(TREES[:trials]):
        if _trees(task, found) > MOST_TREES:
            break
        growth = task.growth(task.chosen.tree_settings({**tried, **rate}))
        if growth.settings in [one.growth.settings for one in found]:
            continue  # all of them were chosen
        if kept:
            grown = booster.grow_kept(rows, judged, growth, trial, kept)
        else:
            grown = booster.grow(rows, judged, growth)
        found.append(grown)
        rate = QUICKER if grown.rounds >= NEARLY * growth.rounds else rate
        _log(f"{len(found)}/{trials}", grown)
    return sorted(found, key=lambda one: one.loss)


def refine(
    start: Attempt, found: list[Grown], train: Split, validation: Split
) -> tuple[Task, list[Grown]]:
    """Return better trees than those that were found, the best first, and what they learn from.

    They are the same ones if none is surely better.
    """
    tried = [replace(start, grown=one) for one in found]
    best = first = tried[0]
    most = _trials(start.task, start.rows) - len(TREES) + len(found)
    for name, value in STEPS:
        if len(tried) >= most or _trees(start.task, [one.grown for one in tried]) > MOST_TREES:
            break
        other = best.without_ratios(train, validation) if name == RATIOS else best
        settings = _stepped(start.task.chosen, best.settings, name, value)
        if settings in [one.settings for one in tried if one.task is other.task]:
            continue
        tried.append(other.grow(settings))
        _log(f"{name} {settings.get(name, value):g}", tried[-1].grown)
        best = min(best, tried[-1], key=lambda one: one.grown.loss)
    if best is first or not _is_surely_better(best, first, validation):
        return start.task, found
    return best.task, [best.grown, *(found if best.task is start.task else [])]


@dataclass(frozen=True)
class Attempt:
    """Trees, and what they learnt from."""

    task: Task
    rows: Rows
    judged: Rows
    grown: Grown

    @property
    def settings(self) -> Mapping[str, Any]:
        """XGBoost's parameters."""
        return self.grown.growth.settings

    def grow(self, settings: Mapping[str, Any]) -> Attempt:
        """Return others of the same rows."""
        growth = self.task.growth(settings)
        return replace(self, grown=booster.grow(self.rows, self.judged, growth))

    def without_ratios(self, train: Split, validation: Split) -> Attempt:
        """Return the same, to learn from no ratios; itself if it has none."""
        if not self.task.inputs.ratios:
            return self
        task = replace(self.task, inputs=self.task.inputs.without_ratios())
        return replace(
            self, task=task, rows=task.tree_rows(train), judged=task.tree_rows(validation)
        )

    def losses(self, validation: Split) -> NDArray[np.float64]:
        """Return the loss of each validation row."""
        margins = booster.margins(self.grown.booster, self.judged.matrix)
        return self.task.losses(validation, self.task.objective.predictions(margins))


def _is_surely_better(one: Attempt, other: Attempt, validation: Split) -> bool:
    losses = {0: other.losses(validation), 1: one.losses(validation)}
    return bool(surely_best(losses, usual=0))


def _stepped(
    chosen: Hyperparameters, settings: Mapping[str, Any], name: str, value: float
) -> dict[str, Any]:
    """Return XGBoost's parameters after a step; the same if it is about none, or one is chosen."""
    if name == RATIOS or getattr(chosen, name) is not None:
        return dict(settings)
    if name == DEPTH:
        value = max(1, int(settings[name] + value))
    if name == RATE:
        value *= settings[name]
    return {**settings, name: value}


def _trials(task: Task, rows: Learnable) -> int:
    return max(1, min(task.chosen.trials, TRIAL_CELLS // rows.cells))


def _trees(task: Task, found: Sequence[Grown]) -> int:
    return sum(one.rounds for one in found) * max(1, task.classes)


def _log(what: str, grown: Grown) -> None:
    logger.info("trees %s rounds=%d loss=%.6g", what, grown.rounds, grown.loss)
