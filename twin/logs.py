"""Log lines on their way to CloudWatch Logs, and to a file that outlives the cloud."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FLUSH_SECONDS = 0.25
"""How long a line may wait for others to travel with it."""

MOST_EVENTS = 1_000
"""Events in one PutLogEvents call; the service takes 10,000 and 1 MiB."""

LONGEST_LINE = 16_384
"""Characters of one event that are kept; the service takes 256 KiB less overhead."""


def log_file(folder: Path, group: str, stream: str) -> Path:
    """Return the file that keeps a stream's lines, below the folder of all logs."""
    return folder / group.strip("/") / f"{stream.replace('/', '-')}.log"


class LogStream:
    """One stream of a log group: takes lines, sends them in batches, keeps them in a file.

    A service that cannot log still does its work, so a batch that the cloud refuses is dropped; the
    file has it all the same.
    """

    def __init__(self, client: Callable[[], Any], group: str, stream: str, folder: Path) -> None:
        self.group = group
        self.stream = stream
        self._file = log_file(folder, group, stream)
        self._client = client
        self._lock = threading.Lock()
        self._waiting: list[dict[str, Any]] = []
        self._sent_at = time.monotonic()
        self._made = False

    @property
    def name(self) -> str:
        """Return `group/stream`, as timeline entries name a log."""
        return f"{self.group}/{self.stream}"

    def write(self, line: str) -> None:
        """Take one line, without its line end."""
        event = {"timestamp": int(time.time() * 1000), "message": line[:LONGEST_LINE] or " "}
        with self._lock:
            self._waiting.append(event)
            self._append(line)
            due = time.monotonic() - self._sent_at > FLUSH_SECONDS
            if due or len(self._waiting) >= MOST_EVENTS:
                self._send()
            elif len(self._waiting) == 1:
                self._send_later()

    def flush(self) -> None:
        """Send what waits."""
        with self._lock:
            self._send()

    def close(self) -> None:
        """Send what waits; the stream stays in the service."""
        self.flush()

    def _send_later(self) -> None:
        """See to it that a line is sent even if no other follows: servers are silent for long."""
        timer = threading.Timer(FLUSH_SECONDS, self.flush)
        timer.daemon = True
        timer.start()

    def _send(self) -> None:
        batch, self._waiting = self._waiting, []
        self._sent_at = time.monotonic()
        if not batch:
            return
        client = self._client()
        # BotoCoreError: the cloud has stopped meanwhile
        with contextlib.suppress(client.exceptions.ClientError, BotoCoreError):
            self._make(client)
            client.put_log_events(
                logGroupName=self.group, logStreamName=self.stream, logEvents=batch
            )

    def _append(self, line: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def _make(self, client: Any) -> None:
        if self._made:
            return
        exists = client.exceptions.ResourceAlreadyExistsException
        with contextlib.suppress(exists):
            client.create_log_group(logGroupName=self.group)
        with contextlib.suppress(exists):
            client.create_log_stream(logGroupName=self.group, logStreamName=self.stream)
        self._made = True
