"""What endpoints answered, as people read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.table import Table

from twin.commands.ask import ask, endpoint_url, predictions_in
from twin.commands.question import JSON, Question

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from twin.hold import Running
    from twin.settings import Workspace

SHOWN: Final = 3
"""Rows of the test set that are asked after a run."""

MOST_ROWS: Final = 20
"""Answers that a table shows."""

ANSWERS: Final = "answers.json"
"""Keeps what the endpoint said beside what the run left, for who looks when it is gone."""

Prediction = Any
"""A number; of a classifier, `{"label": ..., "probabilities": [...]}`."""


def show_answers(console: Console, workspace: Workspace, running: Running) -> None:
    """Ask each model that was deployed about some of its test rows, and show the answers."""
    for folder in sorted((workspace.last / "runs").glob("*/*")):
        examples = read_examples(folder)
        if examples:
            url = endpoint_url(running, folder.parent.name)
            rows = "\n".join(str(example["row"]) for example in examples)
            answers = predictions_in(ask(url, Question(rows.encode()), JSON))
            (folder / ANSWERS).write_text(json.dumps(answers), encoding="utf-8")
            title = f"\n{folder.parent.name} answers at {url}"
            console.print(title, markup=False, highlight=False, soft_wrap=True)
            console.print(examples_table(examples, answers))


def read_examples(folder: Path) -> list[dict[str, Any]]:
    """Return some rows of the test set that a run evaluated; none if it evaluated nothing."""
    file = folder / "evaluation.json"
    if not file.exists():
        return []
    return json.loads(file.read_text(encoding="utf-8")).get("examples", [])[:SHOWN]


def examples_table(examples: Sequence[dict[str, Any]], answers: Sequence[Prediction]) -> Table:
    """Show what was asked and answered beside what the evaluation had said, and the truth."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("row of the test set", overflow="fold")
    table.add_column("answer", justify="right")
    table.add_column("evaluation", justify="right")
    table.add_column("truth", justify="right")
    for example, answer in zip(examples, answers, strict=True):
        said = prediction_text(example["prediction"])
        table.add_row(example["row"], prediction_text(answer), said, str(example["target"]))
    return table


def prediction_text(prediction: Prediction) -> str:
    """Return a number with three places; of a class, its label and how likely it is."""
    if isinstance(prediction, dict):
        found: dict[str, Any] = prediction  # pyright: ignore[reportUnknownVariableType]  # JSON
        return f"{found['label']} {max(found['probabilities']):.3f}"
    return f"{float(prediction):.3f}"


def predictions_table(predictions: Sequence[Prediction], classes: Sequence[str]) -> Table:
    """Show the first answers, a row each: a number, or a label and each class's probability."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("row", justify="right")
    for name in ("label", *classes) if classes else ("prediction",):
        table.add_column(name, justify="left" if name == "label" else "right", overflow="fold")
    for number, one in enumerate(predictions[:MOST_ROWS], 1):
        table.add_row(str(number), *_cells(one))
    return table


def _cells(prediction: Prediction) -> list[str]:
    if isinstance(prediction, dict):
        found: dict[str, Any] = prediction  # pyright: ignore[reportUnknownVariableType]  # JSON
        return [str(found["label"]), *(f"{one:.3f}" for one in found["probabilities"])]
    return [prediction_text(prediction)]
