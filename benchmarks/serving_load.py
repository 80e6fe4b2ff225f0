"""A load that saturates a server: wrk where it is on PATH, else processes of this file.

    python -m benchmarks.serving_load PORT CONNECTIONS SECONDS BODY   # one of those processes

Whether it saturates shows in the server's own processor time: a server that has a core to itself
and does not use it was waiting for the load.
"""

from __future__ import annotations

import json
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

ROOT: Final = Path(__file__).resolve().parent.parent
WRK: Final = shutil.which("wrk")
OK: Final = b" 200 "
SCRIPT: Final = """
local file = io.open("%s", "rb")
wrk.method, wrk.body = "POST", file:read("*a")
wrk.headers["Content-Type"] = "text/csv"
function done(summary, latency, requests)
  local wrong = summary.errors.status + summary.errors.read + summary.errors.write
  local form = 'JSON {"requests": %%d, "seconds": %%f, "wrong": %%d, ' ..
    '"p10": %%f, "p50": %%f, "p99": %%f}'
  print(string.format(form,
    summary.requests, summary.duration / 1e6, wrong,
    latency:percentile(10), latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Load:
    """What a load found."""

    requests: int
    seconds: float
    wrong: int
    """Answers with another status than 200."""

    p10: float
    """Microseconds of the quickest tenth: what it takes if nobody disturbs."""

    p50: float

    p99: float


def generator() -> str:
    """Return what makes the load, for people."""
    return f"wrk ({WRK})" if WRK else "Python processes (wrk is not on PATH)"


def put_load(port: int, connections: int, seconds: float, body: Path, core: set[int]) -> Load:
    """Send a body over so many connections for some seconds."""
    if WRK:
        return _wrk(port, connections, seconds, body, core)
    return _python(port, connections, seconds, body, core)


def _wrk(port: int, connections: int, seconds: float, body: Path, core: set[int]) -> Load:
    script = body.with_suffix(".lua")
    script.write_text(SCRIPT % body, encoding="utf-8")
    command = ["taskset", "-c", ",".join(map(str, core)), str(WRK), "-t1", f"-c{connections}"]
    command += [f"-d{max(1, round(seconds))}s", "-s", str(script)]
    command += [f"http://127.0.0.1:{port}/invocations"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    found = next(line for line in said.splitlines() if line.startswith("JSON "))
    return Load(**json.loads(found.removeprefix("JSON ")))


def _python(port: int, connections: int, seconds: float, body: Path, core: set[int]) -> Load:
    processes = min(connections, 2 * len(core))
    shares = [connections // processes + (n < connections % processes) for n in range(processes)]
    cpus = ",".join(map(str, core))
    started = [
        subprocess.Popen(  # noqa: S603 - our own
            [
                *("taskset", "-c", cpus, sys.executable, "-m", "benchmarks.serving_load"),
                *(str(port), str(share), str(seconds), str(body)),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for share in shares
    ]
    found = [Load(**json.loads(process.communicate()[0])) for process in started]
    return Load(
        requests=sum(one.requests for one in found),
        seconds=max(one.seconds for one in found),
        wrong=sum(one.wrong for one in found),
        p10=statistics.median(one.p10 for one in found),
        p50=statistics.median(one.p50 for one in found),
        p99=max(one.p99 for one in found),
    )


def request(body: bytes, media: str = "text/csv") -> bytes:
    """Return a request as it goes over the wire."""
    head = f"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: {media}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def ask(client: socket.socket, asked: bytes) -> bytes:
    """Send a request over a connection that stays, and return its whole answer."""
    client.sendall(asked)
    answer = client.recv(1 << 20)
    while not is_whole(answer):
        answer += client.recv(1 << 20)
    return answer


def is_whole(answer: bytes) -> bool:
    """Tell whether an answer has come to its end: its head and its body come by themselves."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    return len(body) >= int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])


def main(port: int, connections: int, seconds: float, body: Path) -> Load:
    """Keep a request under way on each connection, until the time is up."""
    asked = request(body.read_bytes())
    ready = selectors.DefaultSelector()
    times: list[float] = []
    wrong = 0
    sent: dict[socket.socket, float] = {}
    came: dict[socket.socket, bytes] = {}
    for _ in range(connections):
        client = socket.create_connection(("127.0.0.1", port))
        ready.register(client, selectors.EVENT_READ)
        sent[client] = time.perf_counter()
        client.sendall(asked)
    began = time.perf_counter()
    while (now := time.perf_counter()) < began + seconds:
        for key, _ in ready.select(1):
            client = cast("socket.socket", key.fileobj)
            answer = came.pop(client, b"") + client.recv(1 << 20)
            if not is_whole(answer):
                came[client] = answer
                continue
            wrong += OK not in answer[:20]
            times.append(time.perf_counter() - sent[client])
            sent[client] = time.perf_counter()
            client.sendall(asked)
    cut = statistics.quantiles(times, n=100)
    return Load(len(times), now - began, wrong, *(cut[at] * 1e6 for at in (9, 49, 98)))


if __name__ == "__main__":
    asked = sys.argv[1:]
    found = main(int(asked[0]), int(asked[1]), float(asked[2]), Path(asked[3]))
    print(json.dumps(vars(found)))  # noqa: T201 - the answer
