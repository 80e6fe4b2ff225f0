"""What happened, in order: one line of JSON an event, for the terminal, `status` and the report."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pathlib import Path

State = Literal["started", "succeeded", "failed", "ignored"]


class Step(StrEnum):
    """The steps of one retraining, in the order of the architecture page."""

    PUSH = "push"
    PIPELINE = "pipeline"
    STAGING = "staging"
    IMAGE = "image"
    EVENT = "event"
    TRIGGER = "trigger"
    RUN = "run"
    ETL = "etl"
    TRAINING = "training"
    REGISTRY = "registry"
    DEPLOYMENT = "deployment"


@dataclass(frozen=True)
class Entry:
    """One thing that happened.

    `run` groups entries: the commit for builds, the DAG run afterwards. `fact` is the one fact
    that matters to a person. `log` is `group/stream` of the service's log, where there is one.
    `at` is in seconds since the epoch.
    """

    at: float
    step: Step
    state: State
    run: str
    resource: str
    fact: str = ""
    log: str = ""


Listener = Callable[[Entry], None]


class Timeline:
    """Keeps the entries of one run of the twin, in memory and in a file.

    It draws nothing: who shows entries subscribes.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._listeners: list[Listener] = []

    def record(
        self,
        step: Step,
        state: State,
        *,
        run: str,
        resource: str,
        fact: str = "",
        log: str = "",
    ) -> None:
        """Add an entry and tell the listeners; safe to call from any thread."""
        entry = Entry(time.time(), step, state, run, resource, fact, log)
        with self._lock:
            self._entries.append(entry)
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(entry)) + "\n")
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(entry)

    def subscribe(self, listener: Listener) -> None:
        """Call the listener with each entry from now on, in the thread that records it."""
        with self._lock:
            self._listeners.append(listener)

    def entries(self) -> tuple[Entry, ...]:
        """Return what was recorded until now."""
        with self._lock:
            return tuple(self._entries)


def read_entries(file: Path) -> tuple[Entry, ...]:
    """Read a timeline file; a last line that was cut off by a crash is left out."""
    return tuple(_parse(file.read_bytes().splitlines(keepends=True)))


def follow(file: Path, every_s: float = 0.05) -> Iterator[Entry | None]:
    """Yield the file's entries as they are written, and None whenever there is no new one.

    It never ends by itself: the caller stops asking.
    """
    offset = 0
    while True:
        lines = _lines_from(file, offset)
        offset += sum(len(line) for line in lines)
        yield from _parse(lines)
        yield None
        time.sleep(every_s)


def _lines_from(file: Path, offset: int) -> list[bytes]:
    """Return the complete lines that lie behind the offset."""
    if not file.exists():
        return []
    with file.open("rb") as stream:
        stream.seek(offset)
        return [line for line in stream.readlines() if line.endswith(b"\n")]


def _parse(lines: list[bytes]) -> Iterator[Entry]:
    for line in lines:
        if line.endswith(b"\n"):
            fields: dict[str, Any] = json.loads(line)
            fields["step"] = Step(fields["step"])
            yield Entry(**fields)
