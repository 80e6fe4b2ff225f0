"""What the ETL costs, each figure beside its baseline in one run.

    make bench-etl                              # 4,177 rows, 1 M and 10 M: a quarter of an hour
    make bench-etl ARGS="--rows 4177 1000000"   # fewer rows
    make bench-etl ARGS="--memory --times 1"    # memory at 10 M and 30 M rows, too
    make bench-etl ARGS="--formats --rows 4177" # 1 M rows in each format of raw files

The baselines are pandas as samples do it, and polars and DuckDB by hand. Each is a
whole process; the least of several runs counts, which are made in turns. It decides nothing: it
prints.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.etl_formats import write_formats
from etl.machine import this_machine
from models.load import load_model

ROOT: Final = Path(__file__).resolve().parent.parent
BENCH_PYTHON: Final = ROOT / ".venv-bench" / "bin" / "python"
SAMPLE: Final = 4_177
MILLION: Final = 1_000_000
KIBIBYTE: Final = 1024
MEGABYTE: Final = 1_000_000

ETL: Final = "the ETL"
BASELINES: Final = {
    "DuckDB by hand": (sys.executable, "duckdb_by_hand"),
    "polars by hand": (str(BENCH_PYTHON), "polars_by_hand"),
    "pandas as in samples": (str(BENCH_PYTHON), "pandas_sample"),
}
MOST: Final = 10 * MILLION
"""Rows; polars and pandas hold them several times and are left out beyond."""


@dataclass(frozen=True)
class Cost:
    """What a whole process took."""

    seconds: float
    processor: float
    """Seconds, user and system."""

    memory: float
    """Megabytes at most."""


def main() -> None:
    """Measure all of it and print the tables."""
    asked = arguments()
    console = Console()
    console.print(f"{this_machine()}, {platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="bench-etl-", dir=asked.folder) as folder:
        for rows in asked.rows:
            show(console, rows, compare(Path(folder), rows, asked.times))
        if MOST in asked.rows:
            added(console, Path(folder))
        if asked.memory:
            memory(console, Path(folder))
        if asked.formats:
            formats(console, Path(folder), asked.times)


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench-etl", description="What the ETL costs.")
    parser.add_argument("--rows", type=int, nargs="+", default=[SAMPLE, MILLION, 10 * MILLION])
    parser.add_argument("--times", type=int, default=3, help="runs of each, the best counts")
    parser.add_argument("--memory", action="store_true", help="compare 10 M rows with 30 M")
    parser.add_argument("--formats", action="store_true", help="each format of raw files")
    parser.add_argument("--folder", help="where the files go; 5 GB for 30 M rows")
    return parser.parse_args()


def compare(folder: Path, rows: int, times: int) -> dict[str, Cost]:
    """Measure the ETL and its baselines on a file of so many rows, in turns."""
    source = write_rows(folder / f"{rows}.csv", rows)
    runs: dict[str, list[Cost]] = {}
    for _ in range(times):
        runs.setdefault(ETL, []).append(run_etl(folder, [source]))
        for name, (python, module) in BASELINES.items():
            if rows > MOST and python != sys.executable:
                continue
            target = folder / "baseline"
            command = [python, "-m", f"benchmarks.etl_baselines.{module}", str(source), str(target)]
            runs.setdefault(name, []).append(measure(command))
            shutil.rmtree(target)
    return {name: least(costs) for name, costs in runs.items()}


def least(costs: list[Cost]) -> Cost:
    """Return the least of each figure: what is above it, the machine did meanwhile."""
    return Cost(
        seconds=min(cost.seconds for cost in costs),
        processor=min(cost.processor for cost in costs),
        memory=min(cost.memory for cost in costs),
    )


def write_rows(path: Path, rows: int) -> Path:
    """Write a file of so many rows, and return it.

    In a process of its own: a process counts the memory of the one that started it as its own.
    """
    command = [sys.executable, "-m", "benchmarks.etl_rows", str(rows), str(path)]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own
    return path


def run_etl(
    folder: Path, sources: list[Path], *, keep: bool = False, form: dict[str, object] | None = None
) -> Cost:
    """Measure the job on these files, as a whole process that finds nothing made before."""
    lake = folder / "lake"
    if not keep:
        shutil.rmtree(lake, ignore_errors=True)
    request = write_request(lake, sources, form)
    program = "from etl.job import main; main()"
    return measure([sys.executable, "-c", program, "--request_uri", request.as_uri()])


def write_request(lake: Path, sources: list[Path], form: dict[str, object] | None) -> Path:
    """Put files into a lake, and the request for a dataset of them; return the request.

    The files have the format of the model file unless another one is named.
    """
    raw = lake / "data" / "raw" / "abalone"
    raw.mkdir(parents=True, exist_ok=True)
    for source in sources:
        (raw / source.name).unlink(missing_ok=True)
        os.link(source, raw / source.name)
    listed = [
        {
            "bucket": "data",
            "key": f"raw/abalone/{source.name}",
            "version_id": "v1",
            "size": source.stat().st_size,
        }
        for source in sources
    ]
    dataset = f"{len(sources):016d}"
    request = lake / "artifacts" / "datasets" / "abalone" / dataset / "request.json"
    request.parent.mkdir(parents=True)
    contract = load_model(ROOT / "models" / "abalone.yaml").to_json()["data"]
    document = {
        "format": 1,
        "model": "abalone",
        "dataset_id": dataset,
        "etl_tree": "0" * 40,
        "artifact_bucket": "artifacts",
        "sources": listed,
        "contract": contract | ({"format": form} if form else {}),
    }
    request.write_text(json.dumps(document), encoding="utf-8")
    return request


def measure(command: list[str]) -> Cost:
    """Run a command to its end and return what it took."""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed: {process.returncode}")
    unit = 1 if sys.platform == "darwin" else KIBIBYTE  # of ru_maxrss
    return Cost(
        seconds=time.monotonic() - began,
        processor=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss * unit / MEGABYTE,
    )


# ---- what is printed -----------------------------------------------------------------------------


def limits(rows: int, costs: dict[str, Cost]) -> tuple[str, str, str]:
    """Return what this project wants of the ETL: seconds, processor time, memory."""
    by_hand = costs["DuckDB by hand"].processor
    asked = {
        SAMPLE: ("0.35 s", "", ""),
        MILLION: ("", "3.7 s", "600 MB"),
        10 * MILLION: ("", f"{1.15 * by_hand:.1f} s", "1000 MB"),
    }
    return asked.get(rows, ("", "", ""))


def show(console: Console, rows: int, costs: dict[str, Cost]) -> None:
    """Print the costs of one number of rows side by side."""
    table = Table(title=f"{rows:,} rows of 9 columns, whole processes")
    for column in ("", "wall", "processor", "memory"):
        table.add_column(column, justify="right" if column else "left")
    table.add_row(f"{ETL}: at most", *limits(rows, costs), style="dim")
    for name, cost in costs.items():
        table.add_row(
            name, f"{cost.seconds:.2f} s", f"{cost.processor:.2f} s", f"{cost.memory:.0f} MB"
        )
    console.print(table)
    ratio = costs[ETL].processor / costs["DuckDB by hand"].processor
    console.print(f"the ETL takes {ratio:.2f} times the processor time of DuckDB by hand")


def added(console: Console, folder: Path) -> None:
    """Print what a file of 1 % costs when it is added to what was made before."""
    whole = folder / f"{MOST}.csv"
    more = write_rows(folder / "more.csv", MOST // 100)
    first = run_etl(folder, [whole])
    second = run_etl(folder, [whole, more], keep=True)
    share = second.processor / first.processor
    console.print(
        f"adding {MOST // 100:,} rows to {MOST:,}: {second.processor:.2f} s of processor time,"
        f" {share:.1%} of the whole (at most 3%)"
    )


def memory(console: Console, folder: Path) -> None:
    """Print that memory does not grow with the file."""
    costs: dict[int, Cost] = {}
    for rows in (MOST, 3 * MOST):
        source = write_rows(folder / f"{rows}.csv", rows)
        costs[rows] = run_etl(folder, [source])
        source.unlink()
    found = ", ".join(f"{rows:,} rows {cost.memory:.0f} MB" for rows, cost in costs.items())
    console.print(f"memory of the ETL: {found}")


def formats(console: Console, folder: Path, times: int) -> None:
    """Print what a million rows cost in each format of raw files."""
    source = write_rows(folder / f"{MILLION}.csv", MILLION)
    table = Table(title=f"{MILLION:,} rows of 9 columns in each format")
    for column in ("", "processor", "times plain text", "memory"):
        table.add_column(column, justify="right" if column else "left")
    plain = 0.0
    for name, path, form in write_formats(source):
        cost = least([run_etl(folder, [path], form=form) for _ in range(times)])
        plain = plain or cost.processor
        ratio = f"{cost.processor / plain:.2f}"
        table.add_row(name, f"{cost.processor:.2f} s", ratio, f"{cost.memory:.0f} MB")
    console.print(table)


if __name__ == "__main__":
    main()
