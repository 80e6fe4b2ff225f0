"""Learning from more rows than memory should hold.

Trees learn from all rows, which go by in batches into quantile matrices: a byte for each value,
four if any is missing.
Where numbers are clipped and cut into bins, which columns are sizes, and nets are learnt from a
sample; how good the model is, is measured on one of the test rows. All of that is in
`evaluation.json` as `sampled`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from training_image.ahead import ahead
from training_image.booster import xgboost
from training_image.errors import TrainingError
from training_image.features import MISSING, Features
from training_image.inputs import MOST_RATIOS
from training_image.learning import MOST_NET_ROWS, Learnt, facts_of, task_of
from training_image.preparation import prepare
from training_image.search import search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from training_image.booster import Growth
    from training_image.checkpoints import Checkpoints
    from training_image.dataset import Split
    from training_image.hyperparameters import Hyperparameters
    from training_image.inputs import Inputs
    from training_image.learning import Task
    from training_image.material import Material
    from training_image.preparation import Preparation
    from training_image.schema import Schema
    from training_image.spool import Seen, Spool

    Floats = NDArray[np.float32]

logger = logging.getLogger(__name__)

SAMPLED: Final[Mapping[str, int]] = {
    "train": 100_000,
    "validation": 100_000,
    "test": 200_000,
}
"""Rows of each split that are more than enough for what needs no more: percentiles, shares, means
of errors."""

ROWS_A_BIN: Final = 200
"""Of a sample, at least, that is to say where numbers are cut into bins; else all rows say it.
LightGBM's default is 200,000 rows for 255 bins (`bin_construct_sample_cnt`)."""

BATCH: Final = 6_000_000
"""Values of a batch, four bytes each, of which some copies are in memory at once."""

MOST_BATCH_ROWS: Final = 524_288
"""More of them bring nothing."""

MOST_CELLS: Final = 100_000_000
"""Of the quantile matrix, a byte each: beyond them trees get no ratios."""


def learn_streamed(
    material: Material, chosen: Hyperparameters, kept: Checkpoints | None = None
) -> Learnt | None:
    """Learn from the training rows, choose by the validation rows.

    Several hosts grow the same trees together; the first one alone returns them and goes on to
    nets. What is decided of rows is decided by the sample, which is the same on all hosts.
    """
    spools, samples, peers = material.spools, material.splits, material.peers
    preparation = prepare(material.schema, chosen.exclude, chosen.derived)
    train, validation = (preparation.split(samples[name]) for name in ("train", "validation"))
    task = peers.share(_task(train, spools["train"].seen, preparation, chosen))
    weights = task.class_weights(spools["train"].seen.counts)
    cut = cut_rows(task, train, preparation, spools["train"].seen)
    rows = Streamed(spools["train"], preparation, task.inputs, weights, cut=cut)
    judged = Streamed(
        spools["validation"], preparation, task.inputs, weights, (peers.rank, peers.count)
    )
    if not judged.rows:
        raise TrainingError(
            "the validation split has fewer rows than the job has hosts",
            found=f"{judged.spool.rows} rows for {peers.count} hosts",
            do="add data, or lower training.instance_count in the model file",
        )
    found = search(task, rows, judged, kept)
    peers.part()
    if not peers.leads:
        return None
    grown = task.choose_trees(validation, found)
    trees = [one.booster for one in grown]
    nets_of, facts = task.choose_nets(train, validation, trees)
    nets = task.learn_nets(train, nets_of.decay) if nets_of.share else None
    facts |= facts_of(grown, [one.rounds for one in grown], spools["train"].seen.rows)
    facts["sampled"] = sampled(samples, nets=nets is not None)
    if peers.count > 1:
        facts["hosts"] = peers.count
    return Learnt(task.objective, task.inputs, trees, nets, nets_of.share, facts, preparation)


def _task(train: Split, seen: Seen, preparation: Preparation, chosen: Hyperparameters) -> Task:
    hot = sum(len(column.values) for column in preparation.schema.categories)
    room = MOST_CELLS // seen.rows - preparation.schema.width - hot
    ratios = min(MOST_RATIOS, max(0, room))
    task = task_of(train, preparation.schema, chosen, most_ratios=ratios)
    return replace(task, inputs=widened(task.inputs, seen, preparation))


def cut_rows(
    task: Task, train: Split, preparation: Preparation, seen: Seen
) -> tuple[Floats, Floats] | None:
    """Return rows by which numbers are cut into bins, and their weights; none if all have to say.

    They are the sample's, the ends of all rows, and one with each category: what is too rare for a
    sample would have no bin of its own.
    """
    if train.features.rows < ROWS_A_BIN * task.chosen.max_bin:
        return None
    schema = preparation.raw
    rare = max([2, *(len(column.values) for column in schema.categories)])
    numeric = np.full((rare, schema.width), np.nan, dtype=np.float32)
    numeric[:2] = seen.low, seen.high
    words = [
        [*column.values, *[MISSING] * (rare - len(column.values))] for column in schema.categories
    ]
    rest = Features(numeric, np.array(words, dtype=np.object_).reshape(-1, rare).T)
    more = task.inputs.for_trees(preparation.features(rest), preparation.schema)
    rows = task.tree_rows(train)
    weight = np.concatenate([rows.weight, np.ones(rare, dtype=np.float32)])
    return np.concatenate([rows.matrix, more]), weight


def sampled(samples: Mapping[str, Split], *, nets: bool) -> dict[str, int]:
    """Return how many rows were enough for what, and log it."""
    found = {name: split.features.rows for name, split in samples.items()}
    if nets:
        found["nets"] = min(MOST_NET_ROWS, found["train"])
    logger.info("sampled rows %s", " ".join(f"{name}={rows}" for name, rows in found.items()))
    return found


def widened(inputs: Inputs, seen: Seen, preparation: Preparation) -> Inputs:
    """Clip nothing by chance: where a sample's end is to be the bound, it is that of all rows."""
    kept = list(preparation.numbers)
    own = slice(len(kept))
    whole: NDArray[np.bool_] = np.array(inputs.whole[own], dtype=np.bool_)
    low, high = inputs.low.copy(), inputs.high.copy()
    low[own] = np.where(whole, np.fmin(seen.low[kept], low[own]), low[own])
    high[own] = np.where(whole, np.fmax(seen.high[kept], high[own]), high[own])
    return replace(inputs, low=low, high=high)


@dataclass(frozen=True)
class Streamed:
    """A split's rows as trees learn from them, a batch at a time."""

    spool: Spool
    preparation: Preparation
    inputs: Inputs
    weights: Floats
    """Of each class; empty if all rows weigh the same."""

    part: tuple[int, int] = (0, 1)
    """Which of the spool's rows: the first one, and how far it is to the next."""

    cut: tuple[Floats, Floats] | None = None
    """The rows that say where numbers are cut into bins, and their weights."""

    @property
    def rows(self) -> int:
        """How many rows this host has."""
        return len(range(self.part[0], self.spool.rows, self.part[1]))

    @property
    def cells(self) -> int:
        """Rows of all hosts times columns."""
        schema = self.preparation.schema
        words = sum(len(column.values) for column in schema.categories)
        return self.spool.seen.rows * (schema.width + words + len(self.inputs.ratios))

    def batches(self) -> Iterator[Mapping[str, Any]]:
        """Return what XGBoost is given."""
        at_once = min(MOST_BATCH_ROWS, max(1, BATCH * self.spool.seen.rows // self.cells))
        for batch in self.spool.batches(at_once, self.part):
            if not len(batch.target):  # of a last one that is smaller than there are hosts
                continue
            # codes stand where words do: what is left out is left out by place
            coded = Features(batch.numeric, cast("NDArray[np.object_]", batch.codes))
            prepared = self.preparation.features(coded)
            hot = hot_codes(prepared.categorical, self.preparation.schema)
            weight = self.weights[batch.target.astype(np.intp)] if self.weights.size else None
            yield {
                "data": self.inputs.tree_matrix(prepared.numeric, hot),
                "label": batch.target.astype(np.float32),
                "weight": weight,
            }

    def matrix_for(self, growth: Growth, threads: int, like: Any = None) -> Any:  # noqa: ANN401 - XGBoost is untyped
        """Return XGBoost's matrix, made once."""
        if not self._made:
            told = {"max_bin": int(growth.settings["max_bin"]), "nthread": threads}
            if self.cut and like is None:
                matrix, weight = self.cut
                like = xgboost.QuantileDMatrix(matrix, weight=weight, **told)
            made = xgboost.QuantileDMatrix(Batches(lambda: ahead(self.batches())), ref=like, **told)
            self._made.append(made)
        return self._made[0]

    @cached_property
    def _made(self) -> list[Any]:
        return []


class Batches(xgboost.DataIter):
    """Batches as XGBoost asks for them, as often as it likes."""

    def __init__(self, read: Callable[[], Iterator[Mapping[str, Any]]]) -> None:
        xgboost.DataIter.__init__(self)
        self._read = read
        self._left = read()

    def next(self, input_data: Callable[..., object]) -> bool:
        """Hand over the next batch, if there is one."""
        batch = next(self._left, None)
        if batch is None:
            return False
        input_data(**batch)
        return True

    def reset(self) -> None:
        """Begin anew."""
        self._left = self._read()


def hot_codes(codes: NDArray[Any], schema: Schema) -> Floats:
    """Return one column for each category, as `one_hot` does with words."""
    columns = [
        codes[:, index] == place
        for index, column in enumerate(schema.categories)
        for place in range(len(column.values))
    ]
    if not columns:
        return np.empty((len(codes), 0), dtype=np.float32)
    return np.stack(columns, axis=1).astype(np.float32)
