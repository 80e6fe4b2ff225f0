"""One execution environment of a function: a process that serves one event at a time.

What runs in it is `function_runtime`. It is killed when an event takes too long.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import queue
import secrets
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twin.execution import start_process, stop_group

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    from twin.logs import LogStream

RUNTIME: Final = Path(__file__).with_name("function_runtime.py")

LOAD_SECONDS: Final = 10.0
"""How long a handler's import may take: Lambda's own limit for its init phase."""

STOP_SECONDS: Final = 2.0
"""How long a killed process's last output is waited for."""


@dataclass(frozen=True)
class Function:
    """Everything that decides how a function's process behaves."""

    name: str
    arn: str
    version: str
    handler: str
    code: bytes = field(repr=False)
    environment: Mapping[str, str]
    """The function's variables, and what its runtime adds; credentials come separately."""

    role_arn: str
    timeout_s: float
    memory_mb: int
    log_group: str

    @property
    def code_hash(self) -> str:
        """Return the identity of the code."""
        return hashlib.sha256(self.code).hexdigest()[:16]

    @property
    def identity(self) -> str:
        """Return what two invocations need to have in common to share a process."""
        facts = [self.arn, self.version, self.handler, self.role_arn, self.code_hash]
        return json.dumps([*facts, sorted(self.environment.items())])


@dataclass(frozen=True)
class Invoked:
    """How an invocation ended. `payload` is the JSON that the caller gets, an error's or not."""

    payload: str
    failed: bool
    lines: tuple[str, ...]
    """What was logged meanwhile."""

    log: str
    """Where: `group/stream`."""


class Environment:
    """One process, and the thread that it lives with: when the twin dies, so does the process."""

    def __init__(
        self, function: Function, folder: Path, variables: Mapping[str, str], log: LogStream
    ) -> None:
        self.identity = function.identity
        self._function = function
        self._log = log
        self._marker = f"\x1e{secrets.token_hex(8)} "
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._lines: list[str] = []
        self._loaded = False
        self._process: subprocess.Popen[bytes] | None = None
        self._started = threading.Event()
        argv = [sys.executable, "-P", str(RUNTIME), str(folder), function.handler, self._marker]
        self._thread = threading.Thread(
            target=self._live, args=(argv, folder, variables), name=function.name, daemon=True
        )
        self._thread.start()
        self._started.wait()

    @property
    def alive(self) -> bool:
        """Tell whether the process can serve another event."""
        return self._process is not None and self._process.poll() is None

    def serve(self, event: str, request_id: str) -> Invoked:
        """Serve one event, with the log lines that Lambda writes around it."""
        self._lines = []
        self._print(f"START RequestId: {request_id} Version: {self._function.version}")
        began = time.monotonic()
        answer = self._ask(event, request_id)
        milliseconds = (time.monotonic() - began) * 1000
        failed = "payload" not in answer
        if failed and "stackTrace" not in answer["error"]:  # nobody in the process could say it
            self._print(answer["error"]["errorMessage"])
        self._print(f"END RequestId: {request_id}")
        self._print(self._report(request_id, milliseconds, answer.get("memory_mb", 0)))
        self._log.flush()
        payload = json.dumps(answer["error"]) if failed else answer["payload"]
        return Invoked(payload, failed, tuple(self._lines), self._log.name)

    def stop(self) -> None:
        """End the process and all that it started."""
        if self._process is not None:
            stop_group(self._process, grace_seconds=0)
        self._thread.join(STOP_SECONDS)

    def _ask(self, event: str, request_id: str) -> dict[str, Any]:
        try:
            if not self._load():
                return self._ended(request_id)
            self._send(event, request_id)
            answer = self._answers.get(timeout=self._function.timeout_s)
        except queue.Empty:
            self.stop()
            return self._timed_out(request_id)
        return self._ended(request_id) if answer is None else answer

    def _load(self) -> bool:
        """Wait until the handler is loaded, which a new process has still to say."""
        self._loaded = self._loaded or self._answers.get(timeout=LOAD_SECONDS) is not None
        return self._loaded

    def _send(self, event: str, request_id: str) -> None:
        request = {
            "event": json.loads(event),
            "deadline": time.time() + self._function.timeout_s,
            "context": {
                "aws_request_id": request_id,
                "invoked_function_arn": self._function.arn,
                "function_name": self._function.name,
                "function_version": self._function.version,
                "memory_limit_in_mb": str(self._function.memory_mb),
                "log_group_name": self._log.group,
                "log_stream_name": self._log.stream,
            },
        }
        pipe = self._process.stdin if self._process else None
        with contextlib.suppress(BrokenPipeError):  # it ended; the end of its output tells
            if pipe is not None:
                pipe.write(json.dumps(request).encode() + b"\n")
                pipe.flush()

    def _live(self, argv: list[str], folder: Path, variables: Mapping[str, str]) -> None:
        try:
            self._process = start_process(argv, cwd=folder, env=variables)
        finally:
            self._started.set()
        with contextlib.suppress(BrokenPipeError), self._process as process:
            self._read(process)
        self._answers.put(None)

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Tell answers from what the function printed, until the process ends."""
        marker = self._marker.encode()
        for raw in process.stdout or ():
            if raw.startswith(marker):
                self._answers.put(json.loads(raw[len(marker) :]))
            elif raw.strip():
                self._print(raw.decode("utf-8", "replace").rstrip())

    def _print(self, line: str) -> None:
        self._lines.append(line)
        self._log.write(line)

    def _report(self, request_id: str, milliseconds: float, used_mb: int) -> str:
        return (
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\t"
            f"Billed Duration: {int(milliseconds) + 1} ms\t"
            f"Memory Size: {self._function.memory_mb} MB\tMax Memory Used: {used_mb} MB"
        )

    def _timed_out(self, request_id: str) -> dict[str, Any]:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        seconds = f"{self._function.timeout_s:.2f}"
        message = f"{stamp} {request_id} Task timed out after {seconds} seconds"
        return {"error": {"errorMessage": message, "errorType": "Sandbox.Timedout"}}

    def _ended(self, request_id: str) -> dict[str, Any]:
        code = self._process.returncode if self._process else "none"
        message = f"RequestId: {request_id} Error: Runtime exited with exit status {code}"
        return {"error": {"errorMessage": message, "errorType": "Runtime.ExitError"}}
