"""What `docs/training.md` says of defaults and bounds is what the training image has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.objectives import METRICS, OBJECTIVES
from training_image import baselines, bootstrap, evaluate, inputs, nets, slices
from training_image.examples import MOST_EXAMPLES
from training_image.hyperparameters import USUAL, Hyperparameters

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
ELSEWHERE = {
    "algorithm",
    "objective",
    "class_weights",
    "trials",
    "monotone",
    "exclude",
    "derived",
}
"""Fields of the model file's `training` itself."""


def table(heading: str) -> dict[str, str]:
    """Return the second cell of each row below a heading of columns, by each name in the first."""
    rows = PAGE.split(f"| {heading} |", 1)[1].splitlines()[2:]
    found: dict[str, str] = {}
    for row in rows:
        if not row.startswith("|"):
            break
        first, second = (cell.strip() for cell in row.split("|")[1:3])
        found |= dict.fromkeys(re.findall(r"`(\w+)`", first), second.strip("`"))
    return found


def test_each_hyperparameter_stands_there_with_its_default() -> None:
    defaults = {
        name: str(USUAL.get(name, "tried" if value is None else value))
        for name, value in vars(Hyperparameters()).items()
        if name not in ELSEWHERE
    }

    assert table("hyperparameter") == defaults


def test_each_objective_and_metric_stands_there() -> None:
    assert set(table("objective")) == set(OBJECTIVES)
    assert set(table("metric")) == set(METRICS)


def test_each_field_of_an_evaluation_stands_there() -> None:
    fields = set(re.findall(r'^        "(\w+)": ', _source("evaluate.py"), re.MULTILINE))

    assert {"format", "metrics", "slices"} <= fields <= set(table("field"))


@pytest.mark.parametrize(
    "said",
    [
        f"({inputs.CLIPPED_PERCENT} % on either side)",
        f"two layers of {nets.WIDTH}. Two each first learn with weight decays of"
        f" {', '.join(map(str, nets.DECAYS[:-1]))} and {nets.DECAYS[-1]}:",
        f"half of them with {nets.SPREAD} times as much",
        f"{evaluate.TOLERANCE:f}".rstrip("0") + " of the prediction",
        f"{bootstrap.RESAMPLES:,} draws",
        f"| {baselines.MOST_ROWS:,} |",
        f"| {bootstrap.MOST_DRAWN:,} (with many classes less, not below {bootstrap.LEAST_DRAWN:,})",
        f"| rows of importance | {evaluate.MOST_IMPORTANCE_ROWS:,} |",
        f"parts of {slices.LEAST_ROWS} rows or more, {slices.MOST_PARTS} a column,"
        f" {slices.MOST_COLUMNS} columns",
        f"| {MOST_EXAMPLES} test rows as clients send them",
    ],
)
def test_each_bound_is_the_images(said: str) -> None:
    assert said in PAGE


@pytest.mark.parametrize(
    ("file", "name", "said"),
    [
        ("learning.py", "MOST_REFIT_ROWS", "From more than {} training and validation rows"),
        ("learning.py", "MOST_NET_ROWS", "the linear baseline | {} |"),
        ("search.py", "MOST_TREES", "no further setting is tried | {} |"),
        ("search.py", "TRIAL_CELLS", "together | {} |"),
        ("streaming.py", "MOST_CELLS", "no ratios | {} |"),
        ("streaming.py", "ROWS_A_BIN", "all rows say where to cut | {} at least |"),
    ],
)
def test_each_bound_of_what_needs_xgboost_is_the_images(file: str, name: str, said: str) -> None:
    found = re.search(rf"^{name}: Final = ([\d_]+)$", _source(file), re.MULTILINE)

    assert found
    assert said.format(f"{int(found[1]):,}") in PAGE


def _source(file: str) -> str:
    folder = Path(__file__).resolve().parents[2] / "training_image"
    return (folder / file).read_text(encoding="utf-8")
