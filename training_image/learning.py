"""Learning a model: trees, and if the algorithm is `ensemble` small nets beside them.

What suits the data is chosen on the validation rows: a few settings of the trees are tried, all
seeded, and the shares that trees and nets have in the answer. Then, if rows are few, both learn
once more from training and validation rows together: a sixth more rows is worth more than what
another choice could bring. The test rows are never looked at. `streaming` learns from more rows
than are held in memory; what both do is here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training_image import booster
from training_image.booster import Growth, Rows
from training_image.choices import surely_best
from training_image.inputs import MOST_RATIOS, fit_inputs
from training_image.nets import NETS, Lesson, Nets, fit_nets, scout_nets
from training_image.objectives import OBJECTIVES
from training_image.preparation import directions, prepare
from training_image.search import Attempt, refine, search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training_image.booster import Grown
    from training_image.dataset import Split
    from training_image.features import Features
    from training_image.hyperparameters import Hyperparameters
    from training_image.inputs import Inputs
    from training_image.objectives import Objective
    from training_image.preparation import Preparation
    from training_image.schema import Schema

    Floats = NDArray[np.float32]

logger = logging.getLogger(__name__)

BEST: Final = 3
"""Of the trees that were tried, those of an ensemble: together they are steadier than the best.
Fewer are taken if that is better by as much as is more than chance."""

SHARES: Final = tuple(share / 10 for share in range(11))
"""Of the nets in the answer."""

EVEN: Final = 0.5
"""The share that is taken unless another is better by as much as is more than chance."""

MOST_NET_ROWS: Final = 50_000
"""That nets learn from; they gain little from more."""

MOST_REFIT_ROWS: Final = 200_000
"""Of which training learns once more from training and validation rows together."""


@dataclass(frozen=True)
class Learnt:
    """A model that can predict, before it is written as a graph."""

    objective: Objective
    inputs: Inputs
    trees: Sequence[Any]
    """Boosters whose margins are averaged."""

    nets: Nets | None
    share: float
    """Of the nets in the answer."""

    facts: Mapping[str, Any]
    """What was chosen, for `evaluation.json`."""

    preparation: Preparation
    """How rows of clients become rows of the schema."""

    judged: Floats | None = None
    """What was said of the validation rows before they were learnt, too; none if they are not."""

    def predict(self, features: Features) -> Floats:
        """Return predictions as the objective has them, of rows as clients have them."""
        rows = self.preparation.features(features)
        margins = _tree_margins(self.trees, self.inputs.for_trees(rows, self.schema))
        answer = self.objective.predictions(margins)
        if self.nets is None:
            return answer
        margins = self.nets.margins(self.inputs.for_nets(rows, self.schema))
        return _blend(answer, self.objective.predictions(margins), self.share)

    @property
    def schema(self) -> Schema:
        """What is learnt from."""
        return self.preparation.schema


@dataclass(frozen=True)
class Chosen:
    """How nets are part of the answer, by the validation rows."""

    decay: float
    """That all nets are to learn with."""

    share: float
    """Of the nets in the answer."""

    answers: Floats
    """What trees and nets say of the validation rows."""


def learn(train: Split, validation: Split, schema: Schema, chosen: Hyperparameters) -> Learnt:
    """Learn from the training rows, choose by the validation rows, then learn from both."""
    preparation = prepare(schema, chosen.exclude, chosen.derived)
    train, validation = preparation.split(train), preparation.split(validation)
    task = task_of(train, preparation.schema, chosen)
    rows, judged = task.tree_rows(train), task.tree_rows(validation)
    found = search(task, rows, judged)
    task, found = refine(Attempt(task, rows, judged, found[0]), found, train, validation)
    grown = task.choose_trees(validation, found)
    nets_of, facts = task.choose_nets(train, validation, [one.booster for one in grown])
    both = train.together(validation)
    task = replace(task, inputs=task.inputs.with_ratio_bounds(both.features.numeric))
    rows = task.tree_rows(both)
    rounds = [round(one.rounds * both.features.rows / train.features.rows) for one in grown]
    trees = [
        booster.grow_all(rows, replace(one.growth, rounds=many))
        for one, many in zip(grown, rounds, strict=True)
    ]
    nets = task.learn_nets(both, nets_of.decay) if nets_of.share else None
    facts |= facts_of(grown, rounds, both.features.rows)
    return Learnt(
        task.objective,
        task.inputs,
        trees,
        nets,
        nets_of.share,
        facts,
        preparation,
        judged=nets_of.answers,
    )


def facts_of(grown: Sequence[Grown], rounds: Sequence[int], rows: int) -> dict[str, Any]:
    """Return what `evaluation.json` says of the trees."""
    trees = [
        {**one.growth.settings, "rounds": many} for one, many in zip(grown, rounds, strict=True)
    ]
    return {"trees": trees, "rows": rows}


def task_of(
    train: Split, schema: Schema, chosen: Hyperparameters, *, most_ratios: int = MOST_RATIOS
) -> Task:
    """Return what all attempts share, by the training rows or some of them."""
    ways = directions(schema, chosen.monotone)
    alone = {*chosen.monotone, *(one.name for one in chosen.derived)}
    inputs = fit_inputs(train.features, schema, alone, most_ratios=most_ratios)
    return Task(OBJECTIVES[chosen.objective], schema, inputs, chosen, ways)


@dataclass(frozen=True)
class Task:
    """What all attempts share."""

    objective: Objective
    schema: Schema
    inputs: Inputs
    chosen: Hyperparameters
    directions: tuple[int, ...]

    @property
    def classes(self) -> int:
        """How many classes the target has; none if it is a number."""
        return len(self.schema.classes) if self.objective.classifies else 0

    def growth(self, settings: Mapping[str, Any]) -> Growth:
        """Return how trees are to grow with these settings, stopped by the validation rows."""
        rounds, patience = self.chosen.rounds, self.chosen.early_stopping_rounds
        return Growth(self.objective, self.classes, settings, rounds, patience, self.directions)

    def choose_nets(
        self, train: Split, validation: Split, trees: Sequence[Any]
    ) -> tuple[Chosen, dict[str, Any]]:
        """Return how nets are to be part of the answer, and what is to be said of it.

        Their share is 0 if the algorithm has none, or if trees do better without.
        """
        facts: dict[str, Any] = {
            "algorithm": self.chosen.algorithm,
            "ratios": len(self.inputs.ratios),
        }
        matrix = self.inputs.for_trees(validation.features, self.schema)
        alone = self.objective.predictions(_tree_margins(trees, matrix))
        if self.chosen.monotone:
            logger.info(
                "no nets and no ratios of %s: they keep no direction",
                ", ".join(self.chosen.monotone),
            )
        elif self.chosen.algorithm == "ensemble":
            rows = self.inputs.for_nets(validation.features, self.schema)
            nets = self.best_nets(train, validation, rows)
            other = self._answers(nets, rows)
            share = self.choose_share(validation, alone, other)
            logger.info("nets decay=%g share=%g", nets.decay, share)
            if share:
                facts |= {"nets": NETS, "decay": nets.decay}
            return Chosen(nets.decay, share, _blend(alone, other, share)), {**facts, "share": share}
        return Chosen(0.0, 0.0, alone), facts

    def best_nets(self, train: Split, validation: Split, rows: Floats) -> Nets:
        """Return those few nets whose decay did best on validation rows, as nets take them."""
        tried = scout_nets(self._lesson(train), self.objective, self.chosen.seed)

        def loss(nets: Nets) -> float:
            return float(self.losses(validation, self._answers(nets, rows)).mean())

        return min(tried, key=loss)

    def choose_share(self, validation: Split, alone: Floats, other: Floats) -> float:
        """Return the nets' share: an even one unless another is better by more than chance."""
        losses = {share: self.losses(validation, _blend(alone, other, share)) for share in SHARES}
        return surely_best(losses, EVEN)

    def choose_trees(self, validation: Split, grown: Sequence[Grown]) -> list[Grown]:
        """Return those that are averaged, of trees of which the best come first."""
        grown = grown[: BEST if self.chosen.algorithm == "ensemble" else 1]
        matrix = self.inputs.for_trees(validation.features, self.schema)
        margins = np.stack([booster.margins(one.booster, matrix) for one in grown])
        losses = {
            many: self.losses(
                validation,
                self.objective.predictions(margins[:many].mean(axis=0, dtype=np.float32)),
            )
            for many in range(1, len(grown) + 1)
        }
        return list(grown[: surely_best(losses, len(grown))])

    def losses(self, split: Split, answers: Floats) -> NDArray[np.float64]:
        """Return the loss of each row, weighed as it is when trees and nets learn."""
        return self.objective.losses(answers, split.target) * self._weights(split)

    def _answers(self, nets: Nets, rows: Floats) -> Floats:
        return self.objective.predictions(nets.margins(rows))

    def tree_rows(self, split: Split) -> Rows:
        """Return what trees learn from."""
        matrix = self.inputs.for_trees(split.features, self.schema)
        return Rows(matrix, split.target.astype(np.float32), self._weights(split))

    def learn_nets(self, split: Split, decay: float) -> Nets:
        """Let nets learn from the rows, or from some of them if there are many."""
        return fit_nets(self._lesson(split), self.objective, self.chosen.seed, decay)

    def _lesson(self, split: Split) -> Lesson:
        chosen = _some(split, self.chosen.seed)
        return Lesson(
            rows=self.inputs.for_nets(chosen.features, self.schema),
            target=self._margin_target(chosen),
            weight=self._weights(chosen),
        )

    def _margin_target(self, split: Split) -> Floats:
        """Return the target in the shape of margins: one column, or one for each class."""
        if self.objective.link != "softmax":
            return split.target.astype(np.float32)[:, None]
        return np.eye(self.classes, dtype=np.float32)[split.target.astype(np.intp)]

    def _weights(self, split: Split) -> Floats:
        """Return the weights of rows: those of a rare class weigh more where that is asked for."""
        if not self.objective.classifies:
            return np.ones(split.features.rows, dtype=np.float32)
        places = split.target.astype(np.intp)
        weights = self.class_weights(np.bincount(places, minlength=self.classes))
        return weights[places] if weights.size else np.ones(len(places), dtype=np.float32)

    def class_weights(self, counts: NDArray[np.int64]) -> Floats:
        """Return the weight of each class by the rows that it has; none if all weigh the same."""
        if self.chosen.class_weights == "none" or not self.objective.classifies:
            return np.empty(0, dtype=np.float32)
        weights = int(counts.sum()) / (self.classes * np.maximum(counts, 1))
        return weights.astype(np.float32)


def _tree_margins(trees: Sequence[Any], matrix: Floats) -> Floats:
    found = np.stack([booster.margins(one, matrix) for one in trees])
    return found.mean(axis=0, dtype=np.float32)


def _blend(trees: Floats, nets: Floats, share: float) -> Floats:
    return (np.float32(1 - share) * trees + np.float32(share) * nets).astype(np.float32)


def _some(split: Split, seed: int) -> Split:
    if split.features.rows <= MOST_NET_ROWS:
        return split
    order = np.random.default_rng(seed).permutation(split.features.rows)[:MOST_NET_ROWS]
    rows = np.sort(order)
    return replace(split, features=split.features.take(rows), target=split.target[rows])
