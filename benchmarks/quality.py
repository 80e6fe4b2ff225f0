"""How good models are with the defaults: abalone's folds, and other tables beside a tuned XGBoost.

    make bench-quality                               # everything
    make bench-quality ARGS="--abalone"              # abalone alone
    make bench-quality ARGS="--tables wine cars"     # some of the other tables
    make bench-quality ARGS="--trials 10"            # fewer trials for the XGBoost that is tuned

Each fold's rows are predicted by a model of the other folds' rows, of which 3 in 17 are for
validation: the shares that the ETL gives by default. Everyone gets the same rows. It decides
nothing: it prints.
"""
# pyright: basic, reportMissingImports=false
# runs in an environment of its own, with the learners to compare

from __future__ import annotations

import argparse
import logging
import platform
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import optuna
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.quality_tables import ABALONE, TABLES, read
from benchmarks.quality_tuned import Tuned, line_predictions
from training_image.dataset import Split
from training_image.hyperparameters import Hyperparameters
from training_image.learning import learn
from training_image.machine import processors
from training_image.objectives import OBJECTIVES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from benchmarks.quality_tables import Table as Source
    from training_image.objectives import ObjectiveName
    from training_image.schema import Schema

    Floats = NDArray[np.float32]
    Learner = Callable[[Split, Split, Split], Floats]

FOLD_SEEDS: Final = (0, 1, 2, 3, 4)
"""Of the five ways in which abalone's rows are shuffled before they are cut into folds."""

FOLDS: Final = 5
VALIDATION: Final = 3 / 17
"""Of the rows that are not the fold's."""

LIMITS: Final = {"ensemble": 2.06, "xgboost": 2.11}
LONGEST: Final = 30.0
SURE: Final = 2
"""Standard errors of the mean difference of rows' losses, beyond which it is no chance."""

ALGORITHMS: Final = ("ensemble", "xgboost")
VERDICTS: Final = f"+ better, - worse, = neither by more than {SURE} standard errors"


@dataclass(frozen=True)
class Scores:
    """What came of all folds: the loss of each row, and how long fits took."""

    losses: NDArray[np.float64]
    seconds: float

    def value(self, objective: str) -> float:
        """Return RMSE of squares, else the mean loss."""
        mean = float(self.losses.mean())
        return mean**0.5 if objective == "squared_error" else mean


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(prog="make bench-quality", description="How good models are.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--abalone", action="store_true", help="abalone alone")
    which.add_argument("--tables", nargs="*", help="which of the other tables", metavar="NAME")
    parser.add_argument("--trials", type=int, default=30, help="of the XGBoost that is tuned")
    asked = parser.parse_args()
    known = [table.name for table in TABLES]
    if unknown := {*(asked.tables or [])}.difference(known):
        parser.error(f"no table {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    logging.disable()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    console = Console()
    console.print(
        f"{processors()} processors, {platform.machine()}, Python {platform.python_version()}"
    )
    if not asked.tables:
        abalone(console)
    if not asked.abalone:
        chosen = [table for table in TABLES if table.name in (asked.tables or known)]
        others(console, chosen, asked.trials)


def abalone(console: Console) -> None:
    """Measure the mean over five fold seeds."""
    schema, rows = read(ABALONE)
    found: dict[str, list[Scores]] = {algorithm: [] for algorithm in ALGORITHMS}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("abalone", total=len(ALGORITHMS) * len(FOLD_SEEDS))
        for algorithm in ALGORITHMS:
            for seed in FOLD_SEEDS:
                learner = ours(ABALONE.objective, schema, algorithm)
                found[algorithm].append(scores(rows, seed, learner))
                progress.advance(task)
    shown = Table(title=f"abalone, RMSE of {FOLDS} folds, defaults")
    shown.add_column("fold seed")
    for algorithm in ALGORITHMS:
        shown.add_column(algorithm, justify="right")
    errors = {name: [one.value(ABALONE.objective) for one in each] for name, each in found.items()}
    for place, seed in enumerate(FOLD_SEEDS):
        shown.add_row(str(seed), *(f"{each[place]:.4f}" for each in errors.values()))
    shown.add_section()
    shown.add_row("mean", *(f"{np.mean(each):.4f}" for each in errors.values()), style="bold")
    shown.add_row("asked", *(f"{LIMITS[name]}" for name in errors))
    seconds = [np.mean([one.seconds for one in each]) for each in found.values()]
    shown.add_row(f"a fit (at most {LONGEST:.0f} s)", *(f"{one:.1f} s" for one in seconds))
    console.print(shown)


def others(console: Console, tables: list[Source], trials: int) -> None:
    """Measure tables beside XGBoost, tuned, and a line."""
    shown = Table(title=f"{FOLDS} folds; RMSE, or the objective's loss: less is better")
    for name in ("", "rows", "line", "tuned", *ALGORITHMS):
        shown.add_column(name, justify="right" if name else "left")
    ratios: dict[str, list[float]] = {algorithm: [] for algorithm in ALGORITHMS}
    before = ""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("tables", total=len(tables))
        for table in tables:
            progress.update(task, description=table.name)
            if table.objective != before:
                shown.add_section()
                shown.add_row(f"[italic]{table.objective}")
            before = table.objective
            found = compare(table, trials)
            values = {name: one.value(table.objective) for name, one in found.items()}
            for algorithm in ALGORITHMS:
                ratios[algorithm].append(values[algorithm] / values["tuned"])
            shown.add_row(
                table.name,
                f"{len(found['tuned'].losses):,}",
                *(f"{values[name]:.4g}" for name in ("line", "tuned")),
                *(
                    f"{values[name]:.4g} {verdict(found[name], found['tuned'])}"
                    for name in ALGORITHMS
                ),
            )
            progress.advance(task)
    console.print(shown)
    console.print(f"tuned: XGBoost, by {trials} trials; {VERDICTS}")
    for algorithm, each in ratios.items():
        mean = float(np.exp(np.mean(np.log(each))))
        console.print(f"{algorithm}: {mean:.3f} times the tuned one's, geometric mean")


def compare(table: Source, trials: int) -> dict[str, Scores]:
    """Return what each learner scores."""
    schema, rows = read(table)
    learners: dict[str, Learner] = {
        name: ours(table.objective, schema, name) for name in ALGORITHMS
    }
    tuned = Tuned(table.objective, schema, trials)
    learners["tuned"] = tuned.predictions
    learners["line"] = lambda train, validation, test: line_predictions(
        table.objective, schema, train.together(validation), test
    )
    return {name: scores(rows, 0, one, table.objective) for name, one in learners.items()}


def verdict(ours: Scores, theirs: Scores) -> str:
    """Tell whether losses of the same rows differ by more than chance."""
    gained = theirs.losses - ours.losses
    error = float(gained.std()) / len(gained) ** 0.5
    if abs(float(gained.mean())) <= SURE * error:
        return "="
    return "+" if gained.mean() > 0 else "-"


def ours(objective: ObjectiveName, schema: Schema, algorithm: str) -> Learner:
    """Return what the training image learns, with its defaults."""
    chosen = Hyperparameters(objective=objective, algorithm=algorithm)

    def predictions(train: Split, validation: Split, test: Split) -> Floats:
        return learn(train, validation, schema, chosen).predict(test.features)

    return predictions


def scores(rows: Split, seed: int, learner: Learner, objective: str = "squared_error") -> Scores:
    """Return the loss of each row, predicted by what was learnt of other folds."""
    losses: list[NDArray[np.float64]] = []
    began = time.monotonic()
    for train, validation, test in folds(rows, seed):
        predictions = np.asarray(learner(train, validation, test), dtype=np.float32)
        losses.append(OBJECTIVES[objective].losses(predictions, test.target))
    return Scores(np.concatenate(losses), (time.monotonic() - began) / FOLDS)


def folds(rows: Split, seed: int) -> Iterator[tuple[Split, Split, Split]]:
    """Yield training, validation and test rows."""
    parts = np.array_split(np.random.default_rng(seed).permutation(len(rows.target)), FOLDS)
    for place, test in enumerate(parts):
        rest = np.concatenate([part for other, part in enumerate(parts) if other != place])
        rest = np.random.default_rng(place).permutation(rest)
        cut = round(len(rest) * VALIDATION)
        yield taken(rows, rest[cut:]), taken(rows, rest[:cut]), taken(rows, test)


def taken(rows: Split, places: NDArray[np.intp]) -> Split:
    """Return some rows."""
    return Split(rows.name, rows.features.take(places), rows.target[places], ())


if __name__ == "__main__":
    main()
