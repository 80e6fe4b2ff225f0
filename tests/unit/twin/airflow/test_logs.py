"""Airflow's log files as streams that people read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from twin.airflow.logs import Mirror, readable

if TYPE_CHECKING:
    from pathlib import Path


class Stream:
    """Keeps what was written."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line)

    def flush(self) -> None:
        """Nothing waits here."""


class Streams(dict[str, Stream]):
    """Opens each stream once."""

    def open(self, name: str) -> Stream:
        return self.setdefault(name, Stream())


def test_a_structured_line_becomes_time_level_and_event() -> None:
    line = json.dumps({"timestamp": "2026-11-24T02:51:41.467809Z", "level": "info", "event": "hi"})

    assert readable(line) == "2026-11-24T02:51:41.467 INFO    hi"


def test_an_exception_follows_its_event() -> None:
    error = {
        "exc_type": "KeyError",
        "exc_value": "'x'",
        "frames": [{"filename": "dags/gate.py", "lineno": 7, "name": "judge"}],
    }
    line = json.dumps({"timestamp": "", "level": "error", "event": "no", "error_detail": [error]})

    assert readable(line).splitlines()[1:] == ["  dags/gate.py:7 in judge", "  KeyError: 'x'"]


def test_a_line_that_is_not_structured_stays() -> None:
    assert readable("Killed") == "Killed"
    assert readable("{cut off") == "{cut off"


def test_each_line_is_passed_on_once_and_whole(tmp_path: Path) -> None:
    streams = Streams()
    mirror = Mirror(tmp_path, streams.open)
    file = tmp_path / "dag_id=d" / "attempt=1.log"
    file.parent.mkdir()

    file.write_text("one\ntw", encoding="utf-8")
    mirror.look()
    file.write_text("one\ntwo\n", encoding="utf-8")
    mirror.look()
    mirror.look()

    assert streams["dag_id=d/attempt=1.log"].lines == ["one", "two"]


def test_a_stream_has_no_colon_in_its_name(tmp_path: Path) -> None:
    streams = Streams()
    (tmp_path / "run_id=manual__2026-11-24T02:51").mkdir()
    (tmp_path / "run_id=manual__2026-11-24T02:51" / "attempt=1.log").write_text("one\n")

    Mirror(tmp_path, streams.open).look()

    assert list(streams) == ["run_id=manual__2026-11-24T02_51/attempt=1.log"]
