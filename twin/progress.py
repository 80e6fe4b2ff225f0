"""Live progress in the terminal: a line a step, with state, time and the one fact that matters."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Self

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from twin.advice import CONTAINERS
from twin.errors import shorten
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

NAME_WIDTH = 14
"""Of the longest name of a row."""

MARKS: dict[State, Text] = {
    "succeeded": Text("✓", style="green"),
    "failed": Text("✗", style="bold red"),
    "ignored": Text("-", style="dim"),
}


BUILD_NUMBERS = {Step.EVENT: "2"}
"""The event of a push starts the pipeline; the other events, step 7, start DAG runs."""

COMMIT = re.compile(r"[0-9a-f]{40}")
DIGESTS = re.compile(r"\b(sha256:|jr_|)([0-9a-f]{12})(?:[0-9a-f]{52}|[0-9a-f]{28})\b")
"""Commits, image digests and Glue's run ids: twelve digits tell them apart."""
SEVERAL = (Step.RUN, Step.TRAINING)
"""Steps of which a push has one for each model, and whose facts do not say which."""

BRIEF = 60
"""Characters of a failure that one of its parts tells of in its own row."""

LONGEST_FAILURE = 150
"""Characters of a failure in its row; below the rows it is told in full."""


def number_of(entry: Entry) -> str:
    """Return which of the fifteen steps an entry belongs to; entries of builds run as commits."""
    number = LABELS[entry.step][0]
    return BUILD_NUMBERS.get(entry.step, number) if COMMIT.fullmatch(entry.run) else number


def readable(fact: str) -> str:
    """Return a fact with commits and digests cut to the digits that tell them apart."""
    return DIGESTS.sub(r"\1\2", fact)


def fact_of(entry: Entry) -> str:
    """Return what a row says of an entry: whose it is where the fact does not say, and the fact."""
    fact = readable(entry.fact)
    if entry.state == "failed":
        fact = shorten(" ".join(fact.split()), LONGEST_FAILURE)
    if entry.state == "failed" and entry.step in CONTAINERS:
        fact = f"{fact[:BRIEF]} ..." if len(fact) > BRIEF else fact
    if entry.step in SEVERAL and entry.resource not in fact:
        return f"{entry.resource}: {fact}" if fact else entry.resource
    return fact


def thing_of(entry: Entry) -> tuple[Step, str, str]:
    """Return what an entry is about: entries about one thing share a row.

    All models of a push share one Glue job, so only the log tells their job runs apart.
    """
    return (entry.step, entry.run, entry.log if entry.step is Step.ETL else entry.resource)


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
            self._live.update(self.table(), refresh=True)
            self._live.stop()

    def note(self, what: str, fact: str = "") -> None:
        """Show a piece of the twin's own start: first as begun, then with its fact."""
        began = self._notes.get(what, (time.time(), ""))[0]
        self._notes[what] = (began, fact)
        if self._console.is_terminal:
            self._live.update(self.table(), refresh=True)
        elif fact:
            self._print_plain("✓", what, "", time.time() - began, fact)

    def show(self, entry: Entry | None) -> None:
        """Take an entry, or nothing at a tick, and draw."""
        if entry is not None:
            self._take(entry)
        if self._console.is_terminal:
            self._live.update(self.table(), refresh=True)

    def _take(self, entry: Entry) -> None:
        row = self._rows.setdefault(thing_of(entry), Row(entry))
        row.latest = entry
        if not self._console.is_terminal and entry.state != "started":
            name, mark = LABELS[entry.step][1], MARKS[entry.state].plain
            self._print_plain(mark, name, number_of(entry), row.seconds, fact_of(entry))

    def _print_plain(self, mark: str, name: str, number: str, seconds: float, fact: str) -> None:
        line = f"{mark} {number:>5} {name:<{NAME_WIDTH}} {seconds:6.1f} s  {fact}"
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def table(self) -> Table:
        """Return what is drawn, as it is now."""
        table = Table.grid(padding=(0, 1))
        table.add_column(width=2)
        table.add_column(width=5, justify="right", style="dim")
        table.add_column(min_width=9, no_wrap=True)
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
        _, name, service = LABELS[row.first.step]
        mark = MARKS.get(row.latest.state, row.spinner)
        style = "red" if row.latest.state == "failed" else ""
        fact = Text(fact_of(row.latest), style=style)
        number = number_of(row.first)
        table.add_row(mark, number, name, service, f"{row.seconds:.1f} s", fact)


def _since(began: float) -> str:
    return f"{time.time() - began:.1f} s"
