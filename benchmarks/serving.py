"""What serving costs, beside the usual servers and the floor, in one run.

    make bench-serving                        # five minutes
    make bench-serving ARGS="--rounds 1 --growth 20000"

One worker each, on one core; the load comes from another. Rounds go by turns and the best of each
counts: what is below it, the machine did meanwhile. It decides nothing: it prints.
"""

from __future__ import annotations

import argparse
import os
import platform
import socket
import statistics
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.serving_load import Load, ask, generator, put_load, request
from benchmarks.serving_model import IMAGE_PYTHON, Served, make_model, run
from benchmarks.serving_random import send_random
from benchmarks.serving_stacks import FASTAPI, FLASK, HELLO, NAMES, NGINX, OURS, Running, running
from etl.machine import this_machine

CONNECTIONS: Final = 32
STARTS: Final = 5
BATCHES: Final = 200
RANDOM: Final = 10_000

# What is asked, for a model of trees: times Flask's stack, share of hello, median to hello's.
LIMITS: Final = {"xgboost": (35, 0.60), "ensemble": (25, 0.45)}
MEDIAN: Final = 2.6
BATCH: Final = 1.3
START: Final = 0.6
MEMORY: Final = 100


@dataclass
class Found:
    """What was measured of one server."""

    loads: list[Load] = field(default_factory=list[Load])
    singles: list[Load] = field(default_factory=list[Load])
    busy: list[float] = field(default_factory=list[float])
    """Share of a core that the server took under load."""

    costs: list[float] = field(default_factory=list[float])
    """Its processor time a request, in microseconds."""

    memory: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second, of the best round."""
        return max(load.requests / load.seconds for load in self.loads)

    @property
    def cost(self) -> float:
        """Microseconds of processor time a request, of the best round."""
        return min(self.costs)

    @property
    def single(self) -> Load:
        """One connection, of the best round."""
        return min(self.singles, key=lambda load: load.p50)


def main() -> None:
    """Measure all of it and print the tables."""
    asked = arguments()
    console = Console(width=110)
    console.print(f"{this_machine()}, {platform.machine()}, Python {platform.python_version()}")
    console.print(f"load: {generator()}; nginx: {NGINX or 'not on PATH, so Flask without it'}")
    with tempfile.TemporaryDirectory(prefix="bench-serving-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's worker is another user, and has to reach gunicorn's socket
        served = make_model(folder, asked.algorithm)
        (folder / "row.csv").write_bytes(served.row)
        (folder / "rows.csv").write_bytes(served.rows)
        bench = Bench(folder, served, asked.seconds)
        found = bench.compare(asked.rounds)
        show(console, asked.algorithm, found, served.trees)
        bench.batch(console)
        bench.start(console)
        bench.growth(console, asked.growth)


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench-serving", description="What serving costs.")
    parser.add_argument("--algorithm", choices=sorted(LIMITS), default="xgboost")
    parser.add_argument("--seconds", type=float, default=1, help="of one load")
    parser.add_argument("--rounds", type=int, default=8, help="of each, the best counts")
    parser.add_argument("--growth", type=int, default=200_000, help="requests")
    return parser.parse_args()


class Bench:
    """The measurements, on one model."""

    def __init__(self, folder: Path, served: Served, seconds: float) -> None:
        self._folder = folder
        self._served = served
        self._seconds = seconds
        cores = sorted(os.sched_getaffinity(0))
        self._server = set(cores[:1])
        self._client = set(cores[1:]) or self._server

    def compare(self, rounds: int) -> dict[str, Found]:
        """Put load on each server, in turns."""
        found = {name: Found() for name in NAMES}
        for _ in range(rounds):
            for name in NAMES:
                self._round(name, found[name])
        return found

    def _round(self, name: str, found: Found) -> None:
        row = self._folder / "row.csv"
        with running(name, self._served, self._folder, self._server) as server:
            put_load(server.port, CONNECTIONS, 1, row, self._client)
            began = server.processor()
            load = put_load(server.port, CONNECTIONS, self._seconds, row, self._client)
            took = server.processor() - began
            if load.wrong:
                raise SystemExit(f"{name}: {load.wrong} of {load.requests} answers were wrong")
            found.loads.append(load)
            found.busy.append(took / load.seconds)
            found.costs.append(took / load.requests * 1e6)
            found.singles.append(put_load(server.port, 1, self._seconds, row, self._client))
            found.memory = max(found.memory, server.memory())

    def batch(self, console: Console) -> None:
        """Print how a request with a thousand rows compares with ONNX Runtime alone."""
        module = "benchmarks.serving_baselines.onnx_time"
        files = [str(self._served.base / "model/model.onnx"), str(self._folder / "rows.csv")]
        pinned = ["taskset", "-c", ",".join(map(str, self._server))]
        alone: list[tuple[float, ...]] = []
        whole: list[tuple[float, ...]] = []
        for _ in range(3):
            said = run([*pinned, str(IMAGE_PYTHON), "-m", module, *files], {})
            alone.append(tuple(map(float, said.split())))
            whole.append(self._batch_times())
        ours, theirs = (tuple(map(min, zip(*found, strict=True))) for found in (whole, alone))
        console.print(
            f"1,000 rows of CSV: {ours[0] / 1e3:.2f} ms, ONNX Runtime alone {theirs[0] / 1e3:.2f}"
            f" ms: {ours[0] / theirs[0]:.2f} times (at most {BATCH});"
            f" by processor time {ours[1] / theirs[1]:.2f} times"
        )

    def _batch_times(self) -> tuple[float, float]:
        """Return microseconds of a request: of the quickest tenth, and of the processor."""
        asked = request(self._served.rows)
        times: list[float] = []
        with (
            running(OURS, self._served, self._folder, self._server) as server,
            closing(socket.create_connection(("127.0.0.1", server.port))) as client,
        ):
            before = server.processor()
            for _ in range(BATCHES):
                began = time.perf_counter()
                answer = ask(client, asked)
                times.append(time.perf_counter() - began)
                if b" 200 " not in answer[:20]:
                    raise SystemExit(f"a thousand rows were refused: {answer[:400]!r}")
            took = (server.processor() - before) / BATCHES
        return statistics.quantiles(times, n=10)[0] * 1e6, took * 1e6

    def start(self, console: Console) -> None:
        """Print how long it takes from the start to the first ping."""
        both = self._server | self._client
        for name in NAMES:
            times: list[float] = []
            for _ in range(STARTS if name == OURS else 2):
                with running(name, self._served, self._folder, both) as server:
                    times.append(server.seconds)
            limit = f" (at most {START})" if name == OURS else ""
            console.print(f"start to the first /ping 200, {name}: {min(times):.2f} s{limit}")

    def growth(self, console: Console, requests: int) -> None:
        """Print whether memory grows: random requests first, then many good ones."""
        with running(OURS, self._served, self._folder, self._server) as server:
            statuses = send_random(server.port, RANDOM)
            counts = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
            console.print(f"{RANDOM:,} random requests: {counts}")
            console.print(
                f"memory after them (at most {MEMORY} MB): {self._grow(server, requests)}"
            )
        with running(HELLO, self._served, self._folder, self._server) as server:
            console.print(f"memory of the hello: {self._grow(server, requests)}")

    def _grow(self, server: Running, requests: int) -> str:
        row = self._folder / "row.csv"
        before, sent = server.memory(), 0
        while sent < requests:
            sent += put_load(server.port, CONNECTIONS, 5, row, self._client).requests
        return f"{before:.1f} MB, after {sent:,} requests more {server.memory():.1f} MB"


# ---- what is printed -----------------------------------------------------------------------------


def show(console: Console, algorithm: str, found: dict[str, Found], trees: int) -> None:
    """Print the servers side by side, and the ratios that are asked for."""
    table = Table(title=f"one row of CSV, one worker, a model of {trees} trees ({algorithm})")
    heads = (f"requests/s ({CONNECTIONS})", "busy", "CPU us", "p50 us (1)", "p99 us (1)", "RSS MB")
    for column in ("", *heads):
        table.add_column(column, justify="right" if column else "left")
    for name, one in found.items():
        table.add_row(
            name,
            f"{one.rate:,.0f}",
            f"{max(one.busy):.0%}",
            f"{one.cost:.0f}",
            f"{one.single.p50:.0f}",
            f"{one.single.p99:.0f}",
            f"{one.memory:.0f}",
        )
    console.print(table)
    ours, hello = found[OURS], found[HELLO]
    times, share = LIMITS[algorithm]
    for name in (FLASK, FASTAPI):
        least = f" (at least {times})" if name == FLASK else ""
        console.print(
            f"{ours.rate / found[name].rate:.1f} times {name}{least};"
            f" by processor time {found[name].cost / ours.cost:.1f} times"
        )
    console.print(
        f"{ours.rate / hello.rate:.0%} of hello (at least {share:.0%});"
        f" by processor time {hello.cost / ours.cost:.0%}"
    )
    median = ours.single.p50 / hello.single.p50
    quick = min(one.p10 for one in ours.singles) / min(one.p10 for one in hello.singles)
    console.print(
        f"one connection: {median:.2f} times hello's median (at most {MEDIAN});"
        f" the quickest tenth {quick:.2f} times"
    )


if __name__ == "__main__":
    main()
