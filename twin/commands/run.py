"""Starting a twin: once through all steps, or to stay up."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from twin.commands.answers import show_answers
from twin.commands.failures import show_failures
from twin.commands.retrain import expected_dags
from twin.following import Followed, wait_for
from twin.progress import Progress, fact_of
from twin.session import Session
from twin.signals import raise_on_sigterm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import FrameType

    from twin.hold import Running
    from twin.settings import Workspace
    from twin.timeline import Entry

AWS_COMMAND = ".tools/aws/bin/aws"
"""The CLI that builds find, for a person who has none."""


def run_once(workspace: Workspace) -> int:
    """Start, push, follow, ask the endpoints, write the report, stop; return the exit code."""
    console = Console()
    began = time.monotonic()
    with _session(workspace, console, "make run") as (session, followed):
        _show_result(console, session, followed)
    console.print(f"[dim]{time.monotonic() - began:.1f} s in all[/dim]")
    return 0 if followed.ok else 1


def stay_up(workspace: Workspace) -> int:
    """Start, push, follow, then show what happens until somebody ends it; return the exit code."""
    console = Console()
    ended = threading.Event()
    with _session(workspace, console, "make up") as (session, followed):
        _show_result(console, session, followed)
        _show_places(console, session)
        _stop_on_signals(ended)
        _narrate(console, session, ended)
    return 0


@contextmanager
def _session(
    workspace: Workspace, console: Console, command: str
) -> Iterator[tuple[Session, Followed]]:
    """Start a twin and follow its first push; stop it in any case."""
    raise_on_sigterm()
    with Progress(console) as progress:
        session = Session(workspace, progress, command)
        try:
            session.start()
            followed = _first_push(session, progress)
        except BaseException:
            session.stop()
            raise
    try:
        yield session, followed
    finally:
        session.stop()


def _first_push(session: Session, progress: Progress) -> Followed:
    from trigger.runs import push_run_id

    commit = session.repository.snapshot()
    workspace = session.workspace
    followed = Followed(commit, frozenset({push_run_id(commit)}), expected_dags(workspace))
    session.repository.push(commit, session.running.branch)

    def show(entry: Entry | None) -> None:
        session.check()
        progress.show(entry)

    wait_for(workspace.last / "timeline.jsonl", followed, show)
    session.settle()
    return followed


def _show_result(console: Console, session: Session, followed: Followed) -> None:
    show_failures(console, followed)
    if followed.ok:
        show_answers(console, session.workspace, session.running)
    console.print(f"report  {session.workspace.last / 'report.html'}", soft_wrap=True)


def _show_places(console: Console, session: Session) -> None:
    lines = places(session.running, session.repository.only_path(), session.endpoint_lines())
    console.print("\n[bold]The twin is up[/bold] (Ctrl-C or `make down` ends it)")
    for what, where in lines:
        # One line each, never folded: they are there to be copied.
        line = f"  {what:<12}{where}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print()


def places(running: Running, remote: Path, endpoints: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return where everything is: what it is, and the line to copy."""
    keys = "AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any"
    return [
        ("Airflow", running.airflow_url),
        ("", f"user {running.airflow_username}, password {running.airflow_password}"),
        (
            "AWS",
            f"export AWS_ENDPOINT_URL={running.url} AWS_DEFAULT_REGION={running.region} {keys}",
        ),
        ("", f"then any SDK, or `{AWS_COMMAND} s3 ls`"),
        ("git remote", str(remote)),
        *(("endpoint", line) for line in endpoints.values()),
        ("next", "in another terminal: make push, make upload MODEL= FILE=, make status"),
    ]


def _narrate(console: Console, session: Session, ended: threading.Event) -> None:
    """Print what happens from now on, a line each, until the end."""

    def show(entry: Entry) -> None:
        if entry.state != "started":
            clock = time.strftime("%H:%M:%S", time.localtime(entry.at))
            style = "red" if entry.state == "failed" else ""
            line = f"{clock} {entry.step:<10} {entry.state:<9} {fact_of(entry) or entry.resource}"
            console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)

    session.cloud.timeline.subscribe(show)
    while not ended.wait(0.2):
        session.check()


def _stop_on_signals(ended: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
