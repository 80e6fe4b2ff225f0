"""Runs functions: a process for each execution environment, kept warm between events.

A process is started from the function's own zip, in its own environment, and serves one event at a
time, as Lambda's execution environments do. It is killed when an event takes too long. What it
costs: a warm process holds some 40 MB, so only a few are kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import queue
import secrets
import sys
import threading
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twin.errors import TwinError
from twin.execution import start_process, stop_group

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping

    from twin.logs import LogStream

    OpenLog = Callable[[str, str], LogStream]

RUNTIME: Final = Path(__file__).with_name("function_runtime.py")

MOST_AT_ONCE: Final = 4
"""Events that are served at the same time; Lambda would take a thousand, a laptop should not."""

MOST_WARM: Final = 2
"""Processes that are kept for the next event."""

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


class Functions:
    """Execution environments of all functions: finds a warm one or starts one."""

    def __init__(
        self,
        folder: Path,
        credentials: Callable[[str], Mapping[str, str]],
        open_log: OpenLog,
        *,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._folder = folder
        self._credentials = credentials
        self._open_log = open_log
        self._slots = threading.BoundedSemaphore(most_at_once)
        self._lock = threading.Lock()
        self._warm: list[Environment] = []
        self._busy: set[Environment] = set()

    def invoke(self, function: Function, event: str, request_id: str) -> Invoked:
        """Serve one event; returns when the function is done, or was killed for its timeout.

        Raises:
            TwinError: the code is no zip, or IAM does not know the role.
        """
        with self._slots, self._environment(function) as environment:
            return environment.serve(event, request_id)

    def stop(self) -> None:
        """End every process."""
        with self._lock:
            environments = [*self._warm, *self._busy]
            self._warm.clear()
        for environment in environments:
            environment.stop()

    @contextlib.contextmanager
    def _environment(self, function: Function) -> Iterator[Environment]:
        environment = self._take(function.identity) or self._start(function)
        with self._lock:
            self._busy.add(environment)
        try:
            yield environment
        finally:
            self._put_back(environment)

    def _take(self, identity: str) -> Environment | None:
        with self._lock:
            for environment in self._warm:
                if environment.identity == identity:
                    self._warm.remove(environment)
                    return environment
        return None

    def _put_back(self, environment: Environment) -> None:
        with self._lock:
            self._busy.discard(environment)
            if environment.alive:
                self._warm.append(environment)
            surplus = self._warm[:-MOST_WARM]
            del self._warm[:-MOST_WARM]
        for old in surplus:
            old.stop()

    def _start(self, function: Function) -> Environment:
        folder = self._unpack(function)
        day = time.strftime("%Y/%m/%d", time.gmtime())
        stream = f"{day}/[{function.version}]{secrets.token_hex(16)}"
        variables = {
            **self._credentials(function.role_arn),
            **function.environment,
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "LAMBDA_TASK_ROOT": str(folder),
        }
        return Environment(function, folder, variables, self._open_log(function.log_group, stream))

    def _unpack(self, function: Function) -> Path:
        """Unzip the code, once for each content."""
        folder = self._folder / function.name / function.code_hash
        with self._lock:
            if not folder.exists():
                _unzip(function, folder)
        return folder


def _unzip(function: Function, folder: Path) -> None:
    temporary = folder.with_name(f"{folder.name}.part")
    try:
        with zipfile.ZipFile(io.BytesIO(function.code)) as archive:
            archive.extractall(temporary)
    except zipfile.BadZipFile as error:
        raise TwinError(
            "the function's code is no zip archive",
            resource=function.arn,
            found=f"{len(function.code)} bytes: {error}",
            expected="a zip archive whose root holds the handler's package",
            do="give the function an archive (components/retrain_trigger.py)",
        ) from error
    temporary.rename(folder)


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
