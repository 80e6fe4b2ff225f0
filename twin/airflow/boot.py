"""Boots a real Airflow: imports it once, forks its components, ends all of them together.

    python -m twin.airflow.boot HOME...      (started by `twin.airflow.server`, nobody else)

    import core -> migrate (first time only) -> fork the API server, which takes longest
    -> import the rest -> fork execution API, DAG processor, scheduler, triggerer -> watch

Importing once instead of five times is what makes it quick; the cost is that components share one
interpreter's state up to the fork. It says what happens as JSON lines on its standard output, and
takes the end of its standard input for the end of the twin.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import shutil
import signal
import sqlite3
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from twin.airflow import components, processes, shortcuts

if TYPE_CHECKING:
    from types import FrameType

    from twin.airflow.components import Component

WATCH_SECONDS: Final = 0.05
PARTS: Final = ("metadatabase", "scheduler", "triggerer", "dag_processor")
"""What Airflow's health answer must call healthy."""


@dataclass(frozen=True)
class Arguments:
    """What the twin asks of a boot."""

    database: Path
    template: Path
    logs: Path
    api_port: int
    execution_port: int
    shortcuts: bool


@dataclass
class Boot:
    """One Airflow, from import to end."""

    arguments: Arguments
    events: int
    running: dict[int, str] = field(default_factory=dict[int, str])

    def run(self) -> int:
        """Boot, watch, end; return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        processes.lead_family()
        try:
            self._start()
            return self._watch()
        finally:
            processes.end_family()

    def _start(self) -> None:
        gc.disable()  # a fifth of the imports' time
        components.load_core()
        self._prepare_database()
        at = self.arguments
        if at.shortcuts:
            shortcuts.keep_fractions_of_seconds()
        self._fork(components.api_server(components.API_SERVER, "core", at.api_port))
        components.load_rest()
        if at.shortcuts:
            shortcuts.read_service_models_once()
        gc.collect()
        gc.freeze()  # pages that no collection touches stay shared between the forks
        self._fork(components.api_server(components.EXECUTION_API, "execution", at.execution_port))
        for one in (components.DAG_PROCESSOR, components.SCHEDULER, components.TRIGGERER):
            self._fork(one)
        gc.enable()
        self._say("forked", components=sorted(self.running.values()))

    def _fork(self, component: Component) -> None:
        if processes.is_orphan(0):
            raise SystemExit(0)
        log = self.arguments.logs / f"{component.name}.log"
        self.running[processes.fork(component.run, log)] = component.name

    def _prepare_database(self) -> None:
        """Give Airflow a migrated database: the template's copy, or a new one that becomes it."""
        at = self.arguments
        if not at.template.exists():
            self._migrate()
            _keep_template(at.database, at.template)
        for rest in ("", "-wal", "-shm"):
            at.database.with_name(at.database.name + rest).unlink(missing_ok=True)
        shutil.copyfile(at.template, at.database)

    def _migrate(self) -> None:
        log = self.arguments.logs / "migration.log"
        pid = processes.fork(lambda: components.run_command(components.MIGRATION), log)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status:
            self._say("ended", component="migration", status=status)
            raise SystemExit(1)

    def _watch(self) -> int:
        """Wait until somebody wants the end, or a component finds its own."""
        ready = False
        while not processes.is_orphan(0, WATCH_SECONDS):
            ended = processes.reap()
            if ended and ended[0] in self.running:
                self._say("ended", component=self.running[ended[0]], status=ended[1])
                return 1
            if not ready and self._is_healthy():
                ready = True
                self._say("ready")
        return 0

    def _is_healthy(self) -> bool:
        """Ask both servers; the first question to the execution API makes it build its versions."""
        at = self.arguments
        if not self._listening({at.api_port, at.execution_port}):
            return False
        try:
            _get(f"http://127.0.0.1:{at.execution_port}/execution/health")
            found = _get(f"http://127.0.0.1:{at.api_port}/api/v2/monitor/health")
        except (OSError, ValueError):
            return False
        return all((found.get(part) or {}).get("status") == "healthy" for part in PARTS)

    def _listening(self, ports: set[int]) -> bool:
        """Tell whether our own servers have the ports: somebody else's would answer as well."""
        found: set[int] = set()
        for pid in self.running:
            with contextlib.suppress(psutil.Error):
                sockets = psutil.Process(pid).net_connections("tcp")
                found |= {one.laddr.port for one in sockets if one.status == psutil.CONN_LISTEN}
        return ports <= found

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # the end is under way
        raise SystemExit(0)

    def _say(self, event: str, **facts: object) -> None:
        line = json.dumps({"event": event, **facts}) + "\n"
        os.write(self.events, line.encode())


def _keep_template(database: Path, template: Path) -> None:
    """Keep a database for the next starts: whole, or not at all.

    The file alone would not do: SQLite keeps what was written last in a second one.
    """
    unfinished = template.with_suffix(f".{os.getpid()}")
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(unfinished),))
    unfinished.replace(template)


def _get(url: str) -> dict[str, dict[str, str]]:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
        return json.load(answer)


def main() -> None:
    """Boot with the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="twin.airflow.boot", description=__doc__)
    for name in ("database", "template", "logs"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("api-port", "execution-port"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--no-shortcuts", dest="shortcuts", action="store_false")
    arguments = Arguments(**vars(parser.parse_args()))
    events = os.dup(1)
    os.dup2(2, 1)  # nothing but events goes to whoever started this
    sys.exit(Boot(arguments, events).run())


if __name__ == "__main__":
    main()
