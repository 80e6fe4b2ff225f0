"""Looking at what happened: status, logs, report. They need no twin that is up."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any, cast

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from twin.errors import TwinError, shorten
from twin.hold import find_running
from twin.progress import readable

if TYPE_CHECKING:
    from pathlib import Path

    from twin.settings import Workspace

GROUPS = {
    "staging": "aws/codebuild/*-staging",
    "image": "aws/codebuild/*-image",
    "trigger": "aws/lambda/*",
    "run": "airflow-*",
    "etl": "aws-glue/jobs/*",
    "training": "aws/sagemaker/TrainingJobs",
    "transform": "aws/sagemaker/TransformJobs",
    "deployment": "aws/sagemaker/Endpoints/*",
}
"""Where the service of each step logs, below `.twin/last/logs`."""

HOST = re.compile(r"-algo-\d+$")
"""The end of the names of files that keep what a host of a training job logged."""

STYLES = {"deployed": "green", "failed": "bold red", "rejected": "yellow"}
LONGEST_WHY = 320
SHOWN_RUNS = 20

ALIASES = {"pipeline": "staging", "endpoint": "deployment", "registry": "run", "event": "trigger"}


def show_status(workspace: Workspace) -> int:
    """Show whether a twin is up, and what came of each run; return the exit code."""
    console = Console()
    running = find_running(workspace)
    up = f"up: AWS {running.url}, Airflow {running.airflow_url}" if running else "no twin is up"
    console.print(up, markup=False, highlight=False, soft_wrap=True)
    records = sorted(_outcomes(workspace), key=lambda record: str(record.get("finished_at")))
    if not records:
        console.print("no run has ended yet")
        return 0
    if len(records) > SHOWN_RUNS:
        earlier = len(records) - SHOWN_RUNS
        console.print(f"the latest {SHOWN_RUNS} runs; {earlier} earlier ones are in `make report`")
    console.print(runs_table(records[-SHOWN_RUNS:]))
    return 0


def _outcomes(workspace: Workspace) -> list[dict[str, Any]]:
    files = (workspace.last / "runs").glob("*/*/outcome.json")
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def runs_table(records: list[dict[str, Any]]) -> Table:
    """Show what came of each run; the reason, which is the longest, gets the room that is left."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("ended (UTC)\noutcome", no_wrap=True)
    table.add_column("model\nrun", overflow="fold", min_width=17)
    table.add_column("rows\nquarantine", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=1)
    for record in records:
        why = str(record.get("cause") or record.get("reason") or "")
        outcome = Text(record["outcome"], style=STYLES.get(record["outcome"], ""))
        table.add_row(
            Text(str(record.get("finished_at", ""))[11:19] + "\n").append(outcome),
            f"{record['model']}\n{record['run_id']}",
            _counted(record.get("rows")),
            Text(shorten(" ".join(readable(why).split()), LONGEST_WHY)),
        )
    return table


def _counted(rows: dict[str, int] | None) -> str:
    """Return how many rows were read, and below how many of them are in quarantine."""
    if not rows:
        return ""
    bad, read = rows["quarantine"], rows["read"]
    return f"{read:,}\n{bad:,} {bad / read:.1%}" if bad else f"{read:,}"


def show_logs(workspace: Workspace, step: str, *, everything: bool) -> int:
    """Print what a step's service logged: the newest job's streams alone, unless asked for all."""
    step = ALIASES.get(step, step)
    if step not in GROUPS:
        raise TwinError(
            "no such step has logs" if step else "which step's logs?",
            found=step,
            expected=", ".join(GROUPS),
            do="for example: make logs STEP=etl",
        )
    streams = _streams(workspace, GROUPS[step])
    if not streams:
        click.echo(f"{step}: nothing was logged in the latest run")
    newest = [stream for stream in streams if _job(stream) == _job(streams[-1])]
    for stream in (
        streams if everything else sorted(newest, key=lambda file: (len(file.name), file.name))
    ):
        click.secho(f"==> {stream.relative_to(workspace.last / 'logs')}", fg="cyan")
        click.echo(stream.read_text(encoding="utf-8"), nl=False)
    return 0


def _streams(workspace: Workspace, pattern: str) -> list[Path]:
    folder = workspace.last / "logs"
    files = {file for found in folder.glob(pattern) for file in found.rglob("*.log")}
    return sorted(files, key=lambda file: file.stat().st_mtime)


def _job(stream: Path) -> Path:
    """Return the stream without the name of the host: a job on several has one for each."""
    return stream.with_name(HOST.sub("", stream.stem))


def write_report(workspace: Workspace) -> int:
    """Write the report of the latest run and print its address; return the exit code."""
    from twin.report.page import write_page

    if not (workspace.last / "timeline.jsonl").exists():
        raise TwinError("nothing has run yet", resource=str(workspace.last), do="type `make run`")
    began = time.monotonic()
    page = write_page(workspace)
    click.echo(f"{page.as_uri()}   ({time.monotonic() - began:.1f} s)")
    return 0


def write_dataset_report(manifest: Path, before: Path | None) -> int:
    """Write a page about a dataset beside its manifest and print its address; return the exit code.

    The manifest may be of any stack: nothing else is read.
    """
    from twin.report.data import Earlier
    from twin.report.page import render_dataset

    earlier = Earlier(_read_manifest(before), before.name) if before else None
    page = manifest.with_suffix(".html")
    page.write_text(render_dataset(_read_manifest(manifest), earlier), encoding="utf-8")
    click.echo(page.resolve().as_uri())
    return 0


def _read_manifest(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        document = error
    if isinstance(document, dict):
        return cast("dict[str, Any]", document)
    raise TwinError(
        "this is no manifest of a dataset",
        step="report",
        resource=str(file),
        found=str(document) if isinstance(document, Exception) else repr(document),
        expected="a JSON object, as the ETL writes it",
        do="aws s3 cp s3://<artifact bucket>/datasets/<model>/<dataset id>/manifest.json .",
    )
