"""Asking live endpoints over plain HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import requests
from rich.console import Console
from rich.table import Table

from twin.errors import TwinError
from twin.hold import Running, read_running

if TYPE_CHECKING:
    from pathlib import Path

    from twin.settings import Workspace

PATIENCE_SECONDS = 60.0
"""SageMaker's own limit for an answer."""

SHOWN = 3
"""Rows of the test set that are asked after a run."""


def ask_endpoint(workspace: Workspace, model: str, row: str) -> int:
    """Ask about one row, print the answer, return the exit code."""
    running = read_running(workspace)
    answer = ask(endpoint_url(running, model), row)
    Console().print(answer.strip(), markup=False)
    return 0


def endpoint_url(running: Running, model: str) -> str:
    """Return where a model's endpoint answers, as long as it has one."""
    return f"{running.url}/endpoints/{running.outputs['name_prefix']}-{model}/invocations"


def ask(url: str, rows: str) -> str:
    """Post rows as CSV, return the predictions.

    Raises:
        TwinError: the endpoint refused, with its own words.
    """
    headers = {"Content-Type": "text/csv"}
    answer = requests.post(url, data=rows.encode(), headers=headers, timeout=PATIENCE_SECONDS)
    if not answer.ok:
        raise TwinError(
            f"the endpoint answered {answer.status_code}",
            resource=url,
            found=_message(answer.text),
            expected="the raw file's columns less the target, in their order, as CSV",
            do="compare the row with the model file's columns",
        )
    return answer.text


def _message(text: str) -> str:
    try:
        found: Any = json.loads(text)
    except ValueError:
        return text.strip()
    return str(found.get("OriginalMessage") or found.get("message") or found.get("Message") or text)


def show_answers(console: Console, workspace: Workspace, running: Running) -> None:
    """Ask each model that was deployed about some of its test rows, and show the answers."""
    for folder in sorted((workspace.last / "runs").glob("*/*")):
        examples = _examples(folder)
        if examples:
            console.print(_answers(endpoint_url(running, folder.parent.name), folder, examples))


def _examples(folder: Path) -> list[dict[str, Any]]:
    file = folder / "evaluation.json"
    if not file.exists():
        return []
    return json.loads(file.read_text(encoding="utf-8")).get("examples", [])[:SHOWN]


def _answers(url: str, folder: Path, examples: list[dict[str, Any]]) -> Table:
    answers = ask(url, "\n".join(str(example["row"]) for example in examples)).split()
    table = Table(title=f"{folder.parent.name} answers at {url}", title_justify="left")
    table.add_column("row asked (from the test set)")
    table.add_column("answer", justify="right")
    table.add_column("in the evaluation", justify="right")
    table.add_column("true", justify="right")
    for example, answer in zip(examples, answers, strict=True):
        prediction = f"{float(example['prediction']):.3f}"
        table.add_row(example["row"], f"{float(answer):.3f}", prediction, str(example["target"]))
    return table
