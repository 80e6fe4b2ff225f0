"""As many serving processes as there are processors, on one port.

Each loads the model itself, after the fork: ONNX Runtime's and numpy's threads do not survive one.
The processes share a socket that nobody listens on before the first of them can answer. One that
ends is replaced, unless it never served: then all end, and the container fails.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Final, NoReturn

from training_image.archive import read_archive
from training_image.errors import SettingsError, TrainingImageError
from training_image.logs import FIELDS, log_as_json

if TYPE_CHECKING:
    from training_image.settings import Settings

SOUND_SECONDS: Final = 5
"""A process that ends sooner would do so again."""

logger = logging.getLogger(__name__)


def run(settings: Settings) -> int:
    """Serve until SIGTERM. Return the exit code.

    Raises:
        TrainingImageError: the model's files are missing or damaged, or the port is taken.
    """
    log_as_json()
    signal.signal(signal.SIGTERM, _stop)
    listener = bind(settings)
    if settings.workers == 1:
        return _work(settings, listener, os.getppid())
    read_archive(settings.folders.model)  # what is wrong is told once, not by each
    return _Supervisor(settings, listener).run()


def bind(settings: Settings) -> socket.socket:
    """Take the port, without listening on it.

    Raises:
        SettingsError: it is taken, or there is no such address.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"port {settings.port} of {settings.host} cannot be taken",
            found=str(error),
            expected="an address of this container and a free port (SAGEMAKER_BIND_TO_PORT)",
        ) from error
    return listener


_TERM: Final = (signal.SIGTERM,)


class _Supervisor:
    """Starts the processes, and waits for them."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._began: dict[int, float] = {}
        self._stopping = False
        self._code = 0

    def run(self) -> int:
        signal.signal(signal.SIGTERM, self._stop)
        for _ in range(self._settings.workers):
            self._start()
        while self._began:
            process, status = os.wait()
            began = self._began.pop(process, 0.0)
            if not self._stopping:
                self._replace(process, os.waitstatus_to_exitcode(status), began)
        return self._code

    def _start(self) -> None:
        """Start a process unless all are to stop. A SIGTERM waits until all are known."""
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, _TERM)
        process = None if self._stopping else os.fork()
        if process == 0:
            signal.signal(signal.SIGTERM, _stop)
            os._exit(_exit_code(self._settings, self._listener, parent))
        if process:
            self._began[process] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TERM)

    def _replace(self, process: int, code: int, began: float) -> None:
        facts = {"worker": process, "exit_code": code}
        logger.error("a worker ended", extra={FIELDS: facts})
        if time.monotonic() - began < SOUND_SECONDS:
            self._code = 1
            self._stop()
        else:
            self._start()

    def _stop(self, *_: object) -> None:
        self._stopping = True
        for process in self._began:
            os.kill(process, signal.SIGTERM)


def _exit_code(settings: Settings, listener: socket.socket, parent: int) -> int:
    """Work, and return the exit code: a forked process goes no further than this."""
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TERM)
        return _work(settings, listener, parent)
    except TrainingImageError as error:
        sys.stderr.write(f"training_image: {error}\n")
    except SystemExit:
        return 0
    except BaseException:
        logger.exception("a worker failed")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 1


def _work(settings: Settings, listener: socket.socket, parent: int) -> int:
    from training_image import serve

    serve.serve(settings, listener, lambda: os.getppid() == parent)
    return 0


def _stop(*_: object) -> NoReturn:
    """End before there is a server to be drained; uvicorn takes over from here, then calls it."""
    sys.exit(0)
