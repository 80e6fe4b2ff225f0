"""Brings what Airflow logs into files to log streams, as MWAA brings it to CloudWatch Logs.

It reads the files again and again; a thousand of them cost a few milliseconds a look.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from twin.execution import LineSink

LOOK_SECONDS: Final = 0.25


@dataclass
class Mirror:
    """Follows the log files below one folder; each becomes a stream of the same name."""

    folder: Path
    open_stream: Callable[[str], LineSink]
    _read: dict[Path, int] = field(default_factory=dict["Path", int])

    def follow(self, stopping: threading.Event) -> None:
        """Look until somebody stops it, then a last time."""
        while not stopping.wait(LOOK_SECONDS):
            self.look()
        self.look()

    def look(self) -> None:
        """Pass on what is new; a line that is not finished waits for its end."""
        for file in sorted(self.folder.rglob("*.log")):
            if file.is_symlink() or file.stat().st_size <= self._read.get(file, 0):
                continue
            lines = self._new_lines(file)
            stream = self.open_stream(self._name(file))
            for line in lines:
                stream.write(readable(line))
            stream.flush()

    def _new_lines(self, file: Path) -> list[str]:
        with file.open("rb") as log:
            log.seek(self._read.get(file, 0))
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read[file] = self._read.get(file, 0) + len(whole)
        return whole.decode("utf-8", "replace").splitlines()

    def _name(self, file: Path) -> str:
        """Return the stream's name; CloudWatch allows neither colons nor asterisks."""
        return file.relative_to(self.folder).as_posix().replace(":", "_").replace("*", "_")


def readable(line: str) -> str:
    """Return a structured line as a person reads it: time, level, event, what else there is."""
    found: Any = None
    if line.startswith("{"):
        try:
            found = json.loads(line)
        except ValueError:
            return line
    if not isinstance(found, dict) or "event" not in found:
        return line
    fields = cast("dict[str, Any]", found)
    head = f"{str(fields.get('timestamp', ''))[:23]} {str(fields.get('level', '')).upper():<7}"
    return "\n".join([f"{head} {fields['event']}", *_traceback(fields)])


def _traceback(fields: dict[str, Any]) -> list[str]:
    """Return the exception of a structured line, innermost last."""
    lines: list[str] = []
    errors: list[dict[str, Any]] = fields.get("error_detail") or []
    for error in errors:
        frames: list[dict[str, Any]] = error.get("frames", [])
        lines += [f"  {one['filename']}:{one['lineno']} in {one['name']}" for one in frames]
        lines.append(f"  {error.get('exc_type')}: {error.get('exc_value')}")
    return lines
