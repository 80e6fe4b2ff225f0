"""Runs functions: a process for each execution environment, kept warm between events.

A process is started from the function's own zip, in its own environment, and serves one event at a
time, as Lambda's execution environments do. It is killed when an event takes too long. What it
costs: a warm process holds some 40 MB, so only a few are kept.
"""

from __future__ import annotations

import contextlib
import io
import secrets
import threading
import time
import zipfile
from typing import TYPE_CHECKING, Final

from twin.errors import TwinError
from twin.executors.function_environment import Environment, Function, Invoked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from twin.logs import LogStream

    OpenLog = Callable[[str, str], LogStream]

MOST_AT_ONCE: Final = 4
"""Events that are served at the same time; Lambda would take a thousand, a laptop should not."""

MOST_WARM: Final = 2
"""Processes that are kept for the next event."""


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
