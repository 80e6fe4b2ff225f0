"""Asking live endpoints over plain HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import requests
from rich import box
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

ANSWERS = "answers.json"
"""Keeps what the endpoint said beside what the run left, for who looks when it is gone."""

NOT_FOUND = 404


def ask_endpoint(workspace: Workspace, model: str, row: str) -> int:
    """Ask about one row, print the answer, return the exit code."""
    if not model or not row:
        raise TwinError(
            "ask which model about which row?",
            step="invoke",
            found=f"MODEL={model!r} ROW={row!r}",
            expected="the raw file's columns less the target, in their order, as CSV",
            do="for example: make invoke MODEL=abalone "
            "ROW=M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15",
        )
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
        TwinError: the endpoint refused, with its own words, or nothing answered.
    """
    headers = {"Content-Type": "text/csv"}
    try:
        answer = requests.post(url, data=rows.encode(), headers=headers, timeout=PATIENCE_SECONDS)
    except requests.RequestException as error:
        raise _silent(url, error) from error
    if answer.ok:
        return answer.text
    found = _message(answer.text)
    raise _missing(url, found) if answer.status_code == NOT_FOUND else _refused(url, found)


def _silent(url: str, error: requests.RequestException) -> TwinError:
    return TwinError(
        "nothing answered",
        step="invoke",
        resource=url,
        found=str(error),
        expected=f"an answer within {PATIENCE_SECONDS:.0f} s",
        do="`make status` says whether the twin is still up, `make logs STEP=endpoint` what the "
        "container said; start the twin with `make up` if it is gone",
    )


def _missing(url: str, found: str) -> TwinError:
    return TwinError(
        "there is no such endpoint",
        step="invoke",
        resource=url,
        found=found,
        do="`make status` says which models are deployed; a model is, when a push or a raw file "
        "of it ended so",
    )


def _refused(url: str, found: str) -> TwinError:
    return TwinError(
        "the endpoint did not answer",
        step="invoke",
        resource=url,
        found=found,
        do="give the model file's columns less the target, in their order, with commas between "
        "them whatever the raw file has; `make logs STEP=endpoint` shows what the container said",
    )


def _message(text: str) -> str:
    try:
        found: Any = json.loads(text)
    except ValueError:
        return text.strip()
    return str(found.get("OriginalMessage") or found.get("message") or found.get("Message") or text)


def show_answers(console: Console, workspace: Workspace, running: Running) -> None:
    """Ask each model that was deployed about some of its test rows, and show the answers."""
    for folder in sorted((workspace.last / "runs").glob("*/*")):
        examples = read_examples(folder)
        if examples:
            url = endpoint_url(running, folder.parent.name)
            answers = ask(url, "\n".join(str(example["row"]) for example in examples)).split()
            (folder / ANSWERS).write_text(json.dumps(answers), encoding="utf-8")
            title = f"\n{folder.parent.name} answers at {url}"
            console.print(title, markup=False, highlight=False, soft_wrap=True)
            console.print(answers_table(examples, answers))


def read_examples(folder: Path) -> list[dict[str, Any]]:
    """Return some rows of the test set that a run evaluated; none if it evaluated nothing."""
    file = folder / "evaluation.json"
    if not file.exists():
        return []
    return json.loads(file.read_text(encoding="utf-8")).get("examples", [])[:SHOWN]


def answers_table(examples: list[dict[str, Any]], answers: list[str]) -> Table:
    """Show what was asked and answered beside what the evaluation had said, and the truth."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("row of the test set", overflow="fold")
    table.add_column("answer", justify="right")
    table.add_column("evaluation", justify="right")
    table.add_column("truth", justify="right")
    for example, answer in zip(examples, answers, strict=True):
        prediction = f"{float(example['prediction']):.3f}"
        table.add_row(example["row"], f"{float(answer):.3f}", prediction, str(example["target"]))
    return table
