"""Drawing the latest run for the documents: what the terminal showed, and the report's charts."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI

from twin.commands.answers import ANSWERS, examples_table, read_examples
from twin.errors import TwinError
from twin.progress import Progress
from twin.report.gather import gather, latest_entries
from twin.report.picture import draw_report

if TYPE_CHECKING:
    from pathlib import Path

    from twin.settings import Workspace

COLUMNS = 124
FONT_FACES = re.compile(r"@font-face\s*\{[^}]*\}\s*")
"""What rich would load from elsewhere: a picture brings nothing along, so any monospace will do."""


def draw_pictures(workspace: Workspace) -> int:
    """Write `run.svg` and `report.svg` into `docs/images`; return the exit code."""
    if not (workspace.last / "timeline.jsonl").exists():
        raise TwinError("nothing has run yet", resource=str(workspace.last), do="type `make run`")
    folder = workspace.root / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawing in (
        ("run.svg", draw_run(workspace)),
        ("report.svg", draw_report(gather(workspace))),
    ):
        (folder / name).write_text(drawing, encoding="utf-8")
        click.echo(folder / name)
    return 0


def draw_run(workspace: Workspace) -> str:
    """Draw the rows of the latest run and what its endpoints answered, as a terminal shows it."""
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
    )
    progress = Progress(Console(file=io.StringIO()))
    for entry in latest_entries(workspace):
        progress.show(entry)
    console.print("[bold]$ make run[/bold]")
    console.print(progress.table())
    for folder in sorted((workspace.last / "runs").glob("*/*")):
        _print_answers(console, folder)
    drawing = console.export_svg(title="make run", theme=DIMMED_MONOKAI, unique_id="run")
    return FONT_FACES.sub("", drawing)


def _print_answers(console: Console, folder: Path) -> None:
    file = folder / ANSWERS
    if file.exists():
        answers = json.loads(file.read_text(encoding="utf-8"))
        console.print(f"\n{folder.parent.name} answers over HTTP", markup=False, highlight=False)
        console.print(examples_table(read_examples(folder), answers))
