"""More rows than memory should hold: read in batches, and learnt from all the same."""

import errno
import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.training_image.conftest import ROOT
from tests.functional.training_image.test_every_kind import job_of

COLUMNS: list[dict[str, Any]] = [
    {"name": "sex", "kind": "categorical", "values": ["M", "F", "sea horse"]},
    {"name": "length", "kind": "numeric"},
    {"name": "rings", "kind": "integer"},
    {"name": "legs", "kind": "integer"},
]
ROWS = 200_500

ReadBoth = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def read_both(image_python: Path) -> ReadBoth:
    """Read the train splits of jobs whole, and through a spool."""

    def read(*jobs: Path) -> list[dict[str, Any]]:
        program = "tests.functional.training_image.read_both"
        done = subprocess.run(
            [image_python, "-m", program, *jobs], cwd=ROOT, capture_output=True, check=True
        )
        return json.loads(done.stdout)

    return read


def test_rows_of_every_kind_are_the_same_from_a_spool(
    tmp_path: Path, lay_job: Callable[..., Path], read_both: ReadBoth
) -> None:
    jobs = [job_of(tmp_path / output, output, lay_job) for output in ("csv", "parquet")]

    found = read_both(*jobs)

    assert [type(one["whole"]) for one in found] == [list, list]
    assert [one["spooled"] for one in found] == [one["whole"] for one in found]


def test_what_is_refused_whole_is_refused_from_a_spool(
    lay_job: Callable[..., Path], read_both: ReadBoth
) -> None:
    expected = {
        "": "the train split has no rows; add data",
        "M,0.5,7\n": "found 3 columns; expected 4 columns; make the dataset anew",
        "M,x,7,4\nM,1,8,4\n": "column 'length' of",
        "M,nan,7,4\nM,1,8,4\n": "found a NaN; expected finite numbers only",
        "M,1e39,7,4\nM,1,8,4\n": "expected finite numbers only",
        "M,,7,4\nM,1,8,4\n": "found an empty field; expected finite numbers only",
        "X,1,7,4\nM,1,8,4\n": "found a value of 1 character; expected one of 3 declared values",
        "M,1,,4\nM,1,8,4\n": "expected a value in each row of the target",
        "M,1,7,4\nF,2,7,5\n": "the target 'rings' has one value only in the train split",
    }
    jobs: list[Path] = []
    for text in expected:
        jobs.append(lay_job({"train": []}, COLUMNS, "rings"))
        next((jobs[-1] / "input/data/train").rglob("*.csv")).write_text(text)

    found = read_both(*jobs)

    for one, message in zip(found, expected.values(), strict=True):
        assert message in one["spooled"]
        assert isinstance(one["whole"], str)


def test_a_disk_that_is_full_of_rows_is_known_as_full(
    tmp_path: Path, lay_job: Callable[..., Path], image_python: Path
) -> None:
    job = lay_job({"train": [["M", f"{row % 9}", f"{row}", "4"] for row in range(3000)]}, COLUMNS)
    program = "tests.functional.training_image.spool_to_full_disk"

    done = subprocess.run(
        [image_python, "-m", program, job, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == str(errno.ENOSPC)


@pytest.fixture(scope="module")
def streamed(lay_job: Callable[..., Path], train: Callable[[Path], Any]) -> Any:
    """A model of more rows than are held in memory."""
    chance = random.Random(5)  # noqa: S311 - no secret
    rows = [
        [word, f"{size:.4f}", str(round(size * 10) + (word == "F")), "4"]
        for word, size in ((chance.choice("MF"), chance.random()) for _ in range(ROWS))
    ]
    splits = {"train": rows[:400], "validation": rows[400:500], "test": rows[500:] + rows[:500]}
    settings = {"rounds": 5, "trials": 1, "learning_rate": 0.5}
    result = train(lay_job(splits, COLUMNS, "rings", settings))
    assert result.exit_code == 0, result.output
    return result


def test_a_model_of_many_rows_is_proven_on_all_and_measured_on_a_sample(streamed: Any) -> None:
    evaluation = streamed.document("evaluation.json")

    assert evaluation["rows"] == {"train": 400, "validation": 100, "test": ROWS}
    assert evaluation["parity"]["rows"] == ROWS
    assert evaluation["trained"]["sampled"] == {"train": 400, "validation": 100, "test": 200_000}
    assert evaluation["metrics"]["rmse"]["value"] < 1
    assert "sampled rows train=400 validation=100 test=200000" in streamed.output


def test_examples_of_many_rows_are_the_first_ones(streamed: Any) -> None:
    lines = next((streamed.base / "input/data/test").rglob("*.csv")).read_text().splitlines()

    example = streamed.document("evaluation.json")["examples"][0]

    word, length, rings, legs = lines[0].split(",")
    assert (example["row"], example["target"]) == (f"{word},{length},{legs}", int(rings))


@pytest.mark.parametrize(
    "rare", [["F", "0.5", "900", "4"], ["M", "0.5", "900", "0"]], ids=["category", "flag"]
)
def test_what_is_too_rare_for_the_sample_is_learnt(
    rare: list[str], lay_job: Callable[..., Path], train: Callable[[Path], Any]
) -> None:
    columns = [{**COLUMNS[0], "nullable": True}, *COLUMNS[1:]]
    common = [[("M", "")[row % 2], f"{row % 997 / 997:.4f}", "4", "4"] for row in range(149_998)]
    settings = {"rounds": 40, "trials": 1, "learning_rate": 0.5, "min_child_weight": 1}
    splits = {  # where the two rare rows stand, they are in no sample
        "train": [*common[:70_001], rare, *common[70_001:149_996], rare, *common[149_996:]],
        "validation": [*common[:60_000], rare],
        "test": [*common[:50], *[rare] * 50],
    }

    result = train(lay_job(splits, columns, "rings", {**settings, "subsample": 1}))

    assert result.exit_code == 0, result.output
    evaluation = result.document("evaluation.json")
    assert evaluation["trained"]["sampled"]["train"] == 100_000
    assert evaluation["metrics"]["rmse"]["value"] < 100


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="Linux alone counts bytes")
def test_each_byte_is_read_once_to_count_rows_and_once_to_copy_them(
    image_python: Path, lay_job: Callable[..., Path]
) -> None:
    rows = [["M", f"{number / 7:.5f}", str(number % 9), "4"] for number in range(100_000)]
    job = lay_job({"train": rows}, COLUMNS, "rings")
    program = "tests.functional.training_image.bytes_read"

    done = subprocess.run(
        [image_python, "-m", program, job], cwd=ROOT, capture_output=True, check=True
    )

    found = json.loads(done.stdout)
    assert found["size"] <= found["counted"] < 1.01 * found["size"]
    assert found["size"] <= found["copied"] < 1.01 * found["size"]
