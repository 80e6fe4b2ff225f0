"""The verb `invoke`: rows in, answers out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from twin.commands.answers import MOST_ROWS, predictions_table
from twin.commands.ask import ask, endpoint_url
from twin.commands.question import CSV, JSON, Question, media_of, read_question
from twin.errors import TwinError
from twin.hold import read_running

if TYPE_CHECKING:
    from typing import BinaryIO

    from twin.settings import Workspace

EXAMPLE: Final = "make invoke MODEL=abalone ROW=M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"


def ask_about_row(workspace: Workspace, model: str, row: str) -> int:
    """Ask about one row, print the answer, return the exit code."""
    _require(model, row)
    running = read_running(workspace)
    answer = ask(endpoint_url(running, model), Question(row.encode()), CSV)
    Console().print(answer.strip(), markup=False, highlight=False, soft_wrap=True)
    return 0


def ask_about_file(
    workspace: Workspace, model: str, file: str, to: str = "", stdin: BinaryIO = sys.stdin.buffer
) -> int:
    """Ask about the rows of a file; show the answers, or write them to another file."""
    _require(model, file)
    target = media_of(Path(to)) if to else JSON
    question = read_question(file, stdin)
    running = read_running(workspace)
    answer = ask(endpoint_url(running, model), question, target)
    if to:
        _write(Path(to), answer)
    else:
        _show(Console(), answer)
    return 0


def _show(console: Console, answer: str) -> None:
    found: dict[str, Any] = json.loads(answer)
    predictions: list[Any] = found["predictions"]
    classes = [str(one) for one in found.get("classes", ())]
    console.print(predictions_table(predictions, classes))
    if len(predictions) > MOST_ROWS:
        console.print(
            f"{MOST_ROWS} of {len(predictions):,} rows; TO=answers.csv writes all of them"
        )


def _write(file: Path, answer: str) -> None:
    try:
        file.write_text(answer, encoding="utf-8")
    except OSError as error:
        raise TwinError(
            "the answers can't be written",
            step="invoke",
            resource=str(file),
            found=error.strerror or str(error),
            do="name a file in a folder that is there",
        ) from error
    Console().print(f"wrote {file}", markup=False, highlight=False, soft_wrap=True)


def _require(model: str, rows: str) -> None:
    if model and rows:
        return
    raise TwinError(
        "ask which model about which row?",
        step="invoke",
        found=f"MODEL={model!r}" if rows else f"MODEL={model!r} and neither ROW nor FILE",
        expected="ROW: the raw file's columns less the target, in their order, as CSV; or FILE: "
        "rows as CSV, JSON or JSON Lines, by the name's ending (- for standard input)",
        do=f"for example: {EXAMPLE}",
    )
