"""Live progress in the terminal: a line a step, with state, time and the one fact that matters."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from twin.timeline import Entry, State, Step

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

LABELS = {
    Step.PUSH: ("1", "push", "CodeCommit"),
    Step.PIPELINE: ("2", "pipeline", "CodePipeline"),
    Step.STAGING: ("3-4", "staging", "CodeBuild"),
    Step.IMAGE: ("5-6", "image", "CodeBuild, ECR"),
    Step.EVENT: ("7", "event", "EventBridge"),
    Step.TRIGGER: ("8", "trigger", "Lambda"),
    Step.RUN: ("9", "DAG run", "Airflow"),
    Step.ETL: ("10-11", "ETL", "Glue"),
    Step.TRAINING: ("12-13", "training", "SageMaker"),
    Step.REGISTRY: ("14", "registry", "SageMaker"),
    Step.DEPLOYMENT: ("15", "endpoint", "SageMaker"),
}
"""The number of each step among the fifteen, its name, and the service that does it."""

MARKS: dict[State, Text] = {
    "succeeded": Text("✓", style="green"),
    "failed": Text("✗", style="bold red"),
    "ignored": Text("-", style="dim"),
}


class Row:
    """One line: a step of one run, from its start to its end."""

    def __init__(self, entry: Entry) -> None:
        self.first = entry
        self.latest = entry
        self.spinner = Spinner("dots", style="cyan")

    @property
    def seconds(self) -> float:
        """Return how long the step took, or takes until now."""
        end = time.time() if self.latest.state == "started" else self.latest.at
        return max(0.0, end - self.first.at)


class Progress:
    """Draws rows while they change; prints plain lines when the output is no terminal.

    It decides nothing: it shows the entries that it is given. Use it as a context.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[tuple[Step, str, str], Row] = {}
        self._began = time.time()
        self._notes: dict[str, tuple[float, str]] = {}
        self._live = Live(console=console, auto_refresh=False, transient=False)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._live.update(self._table(), refresh=True)
            self._live.stop()

    def note(self, what: str, fact: str = "") -> None:
        """Show a piece of the twin's own start: first as begun, then with its fact."""
        began = self._notes.get(what, (time.time(), ""))[0]
        self._notes[what] = (began, fact)
        if self._console.is_terminal:
            self._live.update(self._table(), refresh=True)
        elif fact:
            self._console.print(_plain("✓", what, "", time.time() - began, fact))

    def show(self, entry: Entry | None) -> None:
        """Take an entry, or nothing at a tick, and draw."""
        if entry is not None:
            self._take(entry)
        if self._console.is_terminal:
            self._live.update(self._table(), refresh=True)

    def _take(self, entry: Entry) -> None:
        key = (entry.step, entry.run, entry.resource)
        row = self._rows.setdefault(key, Row(entry))
        row.latest = entry
        if not self._console.is_terminal and entry.state != "started":
            number, name, _ = LABELS[entry.step]
            mark = MARKS[entry.state].plain
            self._console.print(_plain(mark, name, number, row.seconds, entry.fact))

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_column(width=2)
        table.add_column(width=5, justify="right", style="dim")
        table.add_column(min_width=9)
        table.add_column(style="dim", no_wrap=True)
        table.add_column(justify="right", width=7)
        table.add_column(overflow="fold")
        for what, (began, fact) in self._notes.items():
            mark = MARKS["succeeded"] if fact else Spinner("dots", style="cyan")
            table.add_row(mark, "", what, "", "" if fact else _since(began), fact)
        for row in self._rows.values():
            self._add(table, row)
        return table

    def _add(self, table: Table, row: Row) -> None:
        number, name, service = LABELS[row.first.step]
        mark = MARKS.get(row.latest.state, row.spinner)
        style = "red" if row.latest.state == "failed" else ""
        fact = Text(row.latest.fact, style=style)
        table.add_row(mark, number, name, service, f"{row.seconds:.1f} s", fact)


def _since(began: float) -> str:
    return f"{time.time() - began:.1f} s"


def _plain(mark: str, name: str, number: str, seconds: float, fact: str) -> Text:
    return Text(f"{mark} {number:>5} {name:<10} {seconds:6.1f} s  {fact}")
