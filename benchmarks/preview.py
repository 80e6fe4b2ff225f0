"""How long a preview takes, beside the two evaluations of the program that it cannot do without.

    make bench-preview

The baseline is those two, at once and in processes of their own, of the same two versions: what is
above it is git, the comparison and the start of the command. The best of three each, in one run. It
decides nothing: it prints.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from ops.preview.base import find_base, unpack_base

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
TIMES = 3
LIMIT_SECONDS = 10.0
STACKS = ("dev", "prod")
BASE = "HEAD"


def main() -> None:
    """Measure both and print the table."""
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        base = Path(folder).resolve()
        unpack_base(ROOT, find_base(ROOT, BASE), base)
        baseline = best(lambda: run(evaluation(base), evaluation(ROOT)))
        preview = best(lambda: run([sys.executable, "-m", "ops.preview", "--base", BASE]))
    show(Console(), baseline, preview)


def evaluation(root: Path) -> list[str]:
    """Return the command that evaluates the stacks of a version."""
    return [sys.executable, "-m", "ops.preview.evaluate", str(root), *STACKS]


def run(*commands: list[str]) -> None:
    """Run commands at once and wait for all of them."""
    started = [
        subprocess.Popen(  # noqa: S603 - our own modules
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        for command in commands
    ]
    codes = [process.wait() for process in started]
    if any(codes):
        sys.exit(f"a command failed: {codes}")


def best(work: Callable[[], None]) -> float:
    """Return the shortest of several runs, in seconds."""
    measured: list[float] = []
    for _ in range(TIMES):
        began = time.monotonic()
        work()
        measured.append(time.monotonic() - began)
    return min(measured)


def show(console: Console, baseline: float, preview: float) -> None:
    """Print the figures beside what is asked of them."""
    table = Table(title=f"A preview of {' and '.join(STACKS)}")
    for column in ("figure", "measured", "at most"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    table.add_row("both versions evaluated, at once", f"{baseline:.1f} s", "")
    style = "" if preview <= LIMIT_SECONDS else "red"
    table.add_row("make preview", f"{preview:.1f} s", f"{LIMIT_SECONDS:g} s", style=style)
    console.print(table)
    console.print(f"the preview takes {preview / baseline:.2f} times its evaluations")


if __name__ == "__main__":
    main()
