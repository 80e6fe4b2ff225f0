"""How long the loop takes, what it weighs, and how much of it is Airflow's own floor.

    make bench-loop

Everything is measured in one run on one machine: a clean clone's `make run`, a second one, then in
`make up` a push that trains, one that changes nothing, and an upload. The floor is the same Airflow
without this product: its start, and a DAG of as many empty tasks. It decides nothing: it prints.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.floor import airflow_floor
from tests.end_to_end.project import Project, copy_project

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1 << 20
ROWS = "M,0.5,0.4,0.12,0.6,0.25,0.12,0.18,10\nF,0.6,0.47,0.15,1.1,0.45,0.24,0.3,11\n" * 20


@dataclass(frozen=True)
class Figure:
    """One measured figure beside what is asked of it; `unit` is `s` or `MB`."""

    name: str
    value: float
    limit: float
    unit: str = "s"


def main() -> None:
    """Measure everything and print the table."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="loop-") as folder:
        figures = [*clean_clone(Path(folder) / "clone"), *programs(), *inner_loop(Path(folder))]
        floor = airflow_floor(Path(folder) / "floor")
    show(console, figures)
    console.print(
        f"Airflow's own floor in this run: ready after {floor.ready:.1f} s, "
        f"a DAG of {floor.tasks} empty tasks in {floor.empty_run:.1f} s"
    )
    train = next(figure for figure in figures if figure.name == PUSH)
    ratio = train.value / floor.empty_run
    console.print(f"push to live endpoint: {ratio:.1f} times that empty DAG")


PUSH = "push of training settings to live endpoint"


def clean_clone(target: Path) -> list[Figure]:
    """Clone the project as it is committed, then `make run` twice."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(target)], check=True)  # noqa: S603, S607 - our own commands
    first = timed(lambda: make(target, "run"))
    second = timed(lambda: make(target, "run"))
    shutil.rmtree(target)
    return [
        Figure("make run, clean clone, packages cached", first, 45),
        Figure("make run, second time", second, 25),
    ]


def make(folder: Path, *arguments: str) -> None:
    """Run make; what it printed is shown if it fails."""
    done = subprocess.run(  # noqa: S603 - our own commands
        ["make", *arguments],  # noqa: S607 - make comes from PATH
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"make {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def programs() -> list[Figure]:
    """Measure two starts as whole processes, the best of three each."""
    evaluation = [sys.executable, "-m", "benchmarks.evaluate"]
    handler = [sys.executable, "-c", "import trigger.handler"]
    return [
        Figure("evaluate the Pulumi program", best_of(evaluation), 1.0),
        Figure("import of the Lambda's handler", best_of(handler), 0.3),
    ]


def best_of(command: list[str], times: int = 3) -> float:
    """Return the shortest of several runs, in seconds."""

    def run() -> None:
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own

    return min(timed(run) for _ in range(times))


def inner_loop(folder: Path) -> list[Figure]:
    """Measure pushes and an upload against a twin that is up, and what it all weighs."""
    project = copy_project(folder / "project").up()
    try:
        return [*pushes(project), upload(project, folder), weight(project)]
    finally:
        project.down()


def pushes(project: Project) -> list[Figure]:
    """Measure a push that trains, and one that changes nothing."""
    project.replace("models/abalone.yaml", "seed: 0", "seed: 1")
    training = timed(lambda: verb(project, "push"))
    project.write("docs/note.md", "a note\n")
    unchanged = timed(lambda: verb(project, "push"))
    return [Figure(PUSH, training, 10), Figure("push that changes nothing", unchanged, 5)]


def upload(project: Project, folder: Path) -> Figure:
    """Measure a raw file to the endpoint that has learnt from it."""
    file = folder / "more.csv"
    file.write_text(ROWS, encoding="utf-8")
    return Figure(
        "upload to live endpoint", timed(lambda: verb(project, "upload", "abalone", str(file))), 8
    )


def verb(project: Project, *arguments: str) -> None:
    """Run a verb; what it printed is shown if it fails."""
    done = project.verb(*arguments)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def weight(project: Project) -> Figure:
    """Add up the proportional set sizes of the twin and everything it started."""
    twin = psutil.Process(project.running.pid)
    processes = [twin, *twin.children(recursive=True)]
    total = sum(process.memory_full_info().pss for process in processes)
    return Figure(f"memory of all {len(processes)} processes (PSS)", total / MEGABYTE, 1800, "MB")


def timed(work: Callable[[], object]) -> float:
    """Return how long the work took, in seconds."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def show(console: Console, figures: list[Figure]) -> None:
    """Print the figures beside what is asked of them."""
    table = Table(title="The loop")
    for column in ("figure", "measured", "at most", "share"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for one in figures:
        style = "" if one.value <= one.limit else "red"
        measured, limit = f"{one.value:.1f} {one.unit}", f"{one.limit:g} {one.unit}"
        table.add_row(one.name, measured, limit, f"{one.value / one.limit:.0%}", style=style)
    console.print(table)


if __name__ == "__main__":
    main()
