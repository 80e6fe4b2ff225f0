"""The servers that are compared: how each is started, one worker each, on a core of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from benchmarks.serving_model import BENCH_PYTHON, IMAGE_PYTHON, ROOT
from twin.cloud import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.serving_model import Served

NGINX: Final = shutil.which("nginx", path=f"{Path('/usr/sbin')}:{Path('/usr/local/sbin')}") or (
    shutil.which("nginx")
)
OURS: Final = "this project"
FLASK: Final = "nginx + gunicorn gevent + Flask + pandas" if NGINX else "gunicorn + Flask + pandas"
FASTAPI: Final = "FastAPI + uvicorn + ONNX Runtime"
HELLO: Final = "hello, bare ASGI on uvicorn"
NAMES: Final = (OURS, HELLO, FASTAPI, FLASK)
PATIENCE_SECONDS: Final = 30
UVICORN: Final = "benchmarks.serving_baselines.uvicorn_server"

NGINX_SETTINGS: Final = """
worker_processes 1;
daemon off;
pid %(folder)s/nginx.pid;
error_log %(folder)s/error.log;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path %(folder)s/body;
  proxy_temp_path %(folder)s/proxy;
  fastcgi_temp_path %(folder)s/fastcgi;
  uwsgi_temp_path %(folder)s/uwsgi;
  scgi_temp_path %(folder)s/scgi;
  upstream gunicorn { server unix:%(folder)s/gunicorn.sock; }
  server {
    listen 127.0.0.1:%(port)d;
    client_max_body_size 6m;
    keepalive_timeout 75;
    location ~ ^/(ping|invocations) { proxy_pass http://gunicorn; }
  }
}
"""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    port: int
    seconds: float
    """From its start to the first /ping 200."""

    processes: tuple[psutil.Process, ...]

    def memory(self) -> float:
        """Return the resident memory of all of it, in megabytes."""
        return sum(process.memory_info().rss for process in self.family()) / 1e6

    def processor(self) -> float:
        """Return the processor time that all of it took so far, in seconds."""
        times = [process.cpu_times() for process in self.family()]
        return sum(one.user + one.system for one in times)

    def family(self) -> list[psutil.Process]:
        """Return its processes and theirs."""
        return [one for top in self.processes for one in (top, *top.children(recursive=True))]


@contextmanager
def running(name: str, served: Served, folder: Path, core: set[int]) -> Iterator[Running]:
    """Start a server, for as long as a `with` block."""
    port = free_port()
    commands = command_lines(name, served, folder, port)
    environment = {
        "PATH": "/usr/bin:/bin",
        "BENCH_BOOSTER": str(served.booster),
        "BENCH_MODEL": str(served.base / "model" / "model.onnx"),
        "SAGEMAKER_BASE_DIR": str(served.base),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "MODEL_SERVER_WORKERS": "1",
        "SERVE_HOST": "127.0.0.1",
    }
    pinned = ["taskset", "-c", ",".join(map(str, core))]
    began = time.monotonic()
    with (folder / "server.log").open("ab") as log:
        started = [
            subprocess.Popen([*pinned, *command], cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own
            for command in commands
        ]
    try:
        wait_for_ping(port, started, folder / "server.log")
        took = time.monotonic() - began
        yield Running(port, took, tuple(psutil.Process(one.pid) for one in started))
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def command_lines(name: str, served: Served, folder: Path, port: int) -> list[list[str]]:
    """Return the commands that make a server."""
    python = str(BENCH_PYTHON)
    match name:
        case _ if name == OURS:
            return [[str(IMAGE_PYTHON), "-m", "training_image", "serve"]]
        case _ if name == HELLO:
            application = "benchmarks.serving_baselines.hello:app"
            return [[python, "-m", UVICORN, application, str(port)]]
        case _ if name == FASTAPI:
            application = "benchmarks.serving_baselines.fastapi_stack:app"
            return [[python, "-m", UVICORN, application, str(port)]]
        case _:
            return flask_commands(python, served.base.parent, folder, port)


def flask_commands(python: str, base: Path, folder: Path, port: int) -> list[list[str]]:
    """Return gunicorn's command, and nginx's where there is one."""
    address = f"unix:{base / 'gunicorn.sock'}" if NGINX else f"127.0.0.1:{port}"
    application = "benchmarks.serving_baselines.flask_stack:app"
    gunicorn = [python, "-m", "gunicorn", "-k", "gevent", "-w", "1", "--log-level", "error"]
    commands = [[*gunicorn, "-b", address, application]]
    if NGINX:
        settings = folder / "nginx.conf"
        settings.write_text(NGINX_SETTINGS % {"folder": base, "port": port}, encoding="utf-8")
        commands.append([NGINX, "-c", str(settings), "-e", str(base / "error.log")])
    return commands


def wait_for_ping(port: int, started: list[subprocess.Popen[bytes]], log: Path) -> None:
    """Wait for the first /ping that answers 200."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and all(process.poll() is None for process in started):
        try:
            with closing(socket.create_connection(("127.0.0.1", port), 1)) as client:
                client.sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
                if b" 200 " in client.recv(4096)[:20]:
                    return
        except OSError:
            pass
        time.sleep(0.002)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    sys.exit(f"no answer to /ping from {[process.args for process in started]}:\n{said}")
