"""One container that serves: started, asked for its health, watched, drained."""

from __future__ import annotations

import http.client
import os
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.cloud import LOOPBACK, free_port
from twin.execution import start_process, stop_group

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from twin.execution import LineSink
    from twin.executors.containers import ContainerImage

PING_SECONDS = 2.0
"""SageMaker gives a container two seconds to answer /ping."""

POLL_SECONDS = 0.02

ANSWER_SECONDS = 60.0
"""SageMaker gives a container a minute to answer a request."""

DRAIN_SECONDS = 30.0
"""How long requests under way may take before their container is ended all the same."""


@dataclass(frozen=True)
class Answer:
    """What a container said to one request."""

    status: int
    content_type: str
    body: bytes


class ContainerServer:
    """One process of an image's `serve`, on a free port of its own.

    It knows neither endpoint nor config: who made it decides when it is used.
    """

    def __init__(
        self, image: ContainerImage, base: Path, environment: Mapping[str, str], log: LineSink
    ) -> None:
        self.port = free_port()
        self.exited = threading.Event()
        self.last_line = ""
        self._image = image
        self._environment = {
            "PATH": os.defpath,
            "MODEL_SERVER_WORKERS": "1",  # an instance has its processors to itself, a laptop not
            **environment,
            "SAGEMAKER_BASE_DIR": str(base),
            "SAGEMAKER_BIND_TO_PORT": str(self.port),
            "SERVE_HOST": LOOPBACK,  # a container's network ends at its own wall; here, at loopback
        }
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._started = threading.Event()
        self._stopping = threading.Event()
        self._idle = threading.Condition()
        self._under_way = 0

    # ---- life -------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process; a thread stays with it to its end."""
        threading.Thread(target=self._live, name=f"container {self.port}", daemon=True).start()
        self._started.wait()

    def wait_healthy(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until /ping answers 200; tell whether it did before the time was up."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.exited.is_set() and not stop.is_set():
            if self._ping():
                return True
            self.exited.wait(POLL_SECONDS)
        return False

    @property
    def crashed(self) -> bool:
        """Tell whether it ended without having been asked to."""
        return self.exited.is_set() and not self._stopping.is_set()

    @property
    def how_it_ended(self) -> str:
        """Return exit code and last line, for people."""
        code = self._process.returncode if self._process else None
        if code is None:
            return "it is running"
        return f"it exited with {code}: {self.last_line}" if self.last_line else f"exit code {code}"

    def drain_and_stop(self) -> None:
        """Let the requests under way be answered, then end the process. Nobody may begin new ones.

        The caller has taken this server out of use before.
        """
        with self._idle:
            self._idle.wait_for(lambda: self._under_way == 0, timeout=DRAIN_SECONDS)
        self.stop()

    def stop(self) -> None:
        """End the process now."""
        self._stopping.set()
        if self._process is not None and not self.exited.is_set():
            stop_group(self._process)

    def _live(self) -> None:
        """Start the process and follow it to its end, in the thread that it dies with."""
        try:
            process = start_process(
                self._image.command("serve"), cwd=self._image.cwd, env=self._environment
            )
        except OSError as error:
            self._write(f"the container could not be started: {error}")
            self.exited.set()
            self._started.set()
            return
        self._process = process
        self._started.set()
        self._follow(process)

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        with process:  # closes its pipes and waits for its end
            if process.stdin is not None:
                process.stdin.close()
            for raw in process.stdout or ():
                self._write(raw.decode("utf-8", "replace").rstrip("\r\n"))
        self._log.flush()
        self.exited.set()

    def _write(self, line: str) -> None:
        self.last_line = line.strip() or self.last_line
        self._log.write(line)

    # ---- requests ---------------------------------------------------------------------------

    def begin(self) -> None:
        """Count a request that will be sent here."""
        with self._idle:
            self._under_way += 1

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Be under way from `begin` to the end of the block."""
        try:
            yield
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def ask(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a request for predictions.

        Raises:
            OSError: there was no connection, or no answer in time.
            http.client.HTTPException: the connection ended in the middle of the answer.
        """
        with closing(http.client.HTTPConnection(LOOPBACK, self.port, ANSWER_SECONDS)) as client:
            client.request("POST", "/invocations", body, dict(headers))
            answer = client.getresponse()
            content_type = answer.getheader("Content-Type") or "application/octet-stream"
            return Answer(answer.status, content_type, answer.read())

    def _ping(self) -> bool:
        try:
            with closing(http.client.HTTPConnection(LOOPBACK, self.port, PING_SECONDS)) as client:
                client.request("GET", "/ping")
                return client.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
