"""What is in rows and in the environment stays out of the log and of the reason of a failure."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.functional.training_image import container

MARKED = "AKIASECRETOFTHEENVIRONMENT"
MARKER = "Mustermann"
MANY = 200_001
"""Rows that are streamed."""

COLUMNS: list[dict[str, Any]] = [
    {"name": "city", "kind": "categorical", "values": ["Ulm", f"{MARKER}sdorf"]},
    {"name": "member", "kind": "boolean"},
    {"name": "born", "kind": "date", "format": "%Y-%m-%d", "features": ["year"]},
    {"name": "income", "kind": "numeric"},
    {"name": "years", "kind": "numeric"},
]
ROW = [f"{MARKER}sdorf", "true", "1971-02-03", "31415926.5", "7"]
OTHER = ["Ulm", "false", "1972-03-04", "27182818.25", "8"]

LayJob = Callable[..., Path]
Run = Callable[[Path], tuple[int, str]]


@pytest.fixture
def run(image_python: Path) -> Run:
    """Train with secrets in the environment; return the exit code and all that was said."""

    def train(base: Path) -> tuple[int, str]:
        done = container.run(image_python, "train", base, AWS_SECRET_ACCESS_KEY=MARKED)
        failure = base / "output/failure"
        told = failure.read_text() if failure.exists() else ""
        return done.returncode, done.stdout + done.stderr + told

    return train


def job_of(lay_job: LayJob, bad: str | None, *, many: bool) -> Path:
    """Return a job one of whose training rows is replaced, in a split that is read in this way."""
    rows = [ROW, OTHER] * 100
    splits = {"train": rows * (MANY // 200 + 1) if many else rows, "validation": rows, "test": rows}
    base = lay_job(splits, COLUMNS, "years", {"rounds": 2, "trials": 1})
    if bad is not None:
        file = next((base / "input/data/train").rglob("*.csv"))
        lines = file.read_bytes().split(b"\n")
        lines[1] = bad.encode("latin-1")
        file.write_bytes(b"\n".join(lines))
    return base


def values_of(rows: Sequence[Sequence[str]]) -> set[str]:
    """Return what of rows would be known again."""
    return {value for row in rows for value in row if len(value) > 5}


@pytest.mark.parametrize("reading", ["whole", "streamed"])
def test_a_training_that_succeeds_tells_no_row_and_no_secret(
    run: Run, lay_job: LayJob, reading: str
) -> None:
    base = job_of(lay_job, None, many=reading == "streamed")

    exit_code, said = run(base)

    assert exit_code == 0, said
    assert [one for one in {MARKED, *values_of([ROW, OTHER])} if one in said] == []


@pytest.mark.parametrize("reading", ["whole", "streamed"])
@pytest.mark.parametrize(
    "bad",
    [
        f"{MARKER},true,1971-02-03,31415926.5,7",
        f"Ulm,{MARKER},1971-02-03,31415926.5,7",
        f"Ulm,true,{MARKER},31415926.5,7",
        f"Ulm,true,1971-02-03,{MARKER},7",
        f"Ulm,true,1971-02-03,31415926.5,{MARKER}",
        "Ulm,true,1971-02-03,31415926e40,7",
        f"Ulm,true,1971-02-03,31415926.5,7,{MARKER}",
        f'Ulm,true,1971-02-03,"{MARKER}"x,7',
        f"Ulm\xff{MARKER},true,1971-02-03,31415926.5,7",
    ],
)
def test_a_row_that_is_refused_is_not_told(
    run: Run, lay_job: LayJob, bad: str, reading: str
) -> None:
    base = job_of(lay_job, bad, many=reading == "streamed")

    exit_code, said = run(base)

    assert exit_code == 1
    assert [one for one in {MARKED, MARKER, "31415926", *values_of([ROW])} if one in said] == []
    assert "make the dataset anew" in (base / "output/failure").read_text()
