"""Trees and nets of more rows than memory should hold: nets learn from a sample, and say so."""

import csv
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

COLUMNS: list[dict[str, Any]] = [
    {"name": "sex", "kind": "categorical", "values": ["M", "F"]},
    {"name": "length", "kind": "numeric"},
    {"name": "rings", "kind": "numeric"},
]
MOST_NET_ROWS = 50_000
"""As `training_image.learning` has it, which the image's environment alone can import."""

TRAIN, VALIDATION, TEST = MOST_NET_ROWS + 2_000, 1_000, 200_500


@pytest.fixture(scope="module")
def ensemble(lay_job: Callable[..., Path], train: Callable[[Path], Any]) -> Any:
    """A model of trees and nets; so many test rows that none of the splits is held whole."""
    chance = random.Random(5)  # noqa: S311 - no secret
    rows: list[list[str]] = []
    for _ in range(TRAIN + VALIDATION + TEST):
        word, size = chance.choice("MF"), chance.random()
        rows.append([word, f"{size:.4f}", f"{10 * size + (word == 'F') + chance.random():.3f}"])
    splits = {
        "train": rows[:TRAIN],
        "validation": rows[TRAIN : TRAIN + VALIDATION],
        "test": rows[TRAIN + VALIDATION :],
    }
    settings = {"rounds": 20, "trials": 1, "learning_rate": 0.3}
    base = lay_job(splits, COLUMNS, "rings", settings, algorithm="ensemble")
    result = train(base)
    assert result.exit_code == 0, result.output
    return result


def test_it_says_from_how_many_rows_what_was_learnt(ensemble: Any) -> None:
    trained = ensemble.document("evaluation.json")["trained"]

    assert trained["rows"] == TRAIN
    assert trained["sampled"] == {
        "train": TRAIN,
        "validation": VALIDATION,
        "test": 200_000,
        "nets": MOST_NET_ROWS,
    }
    assert f"sampled rows train={TRAIN} validation=1000 test=200000 nets=50000" in ensemble.output


def test_its_nets_have_their_share_and_all_test_rows_prove_it(ensemble: Any) -> None:
    evaluation = ensemble.document("evaluation.json")

    assert evaluation["trained"]["algorithm"] == "ensemble"
    assert evaluation["trained"]["share"] > 0
    assert evaluation["parity"]["rows"] == TEST
    assert evaluation["metrics"]["rmse"]["value"] < 0.35  # its noise alone has 0.29


def test_it_answers_requests_as_it_was_measured(
    ensemble: Any, start_server: Callable[..., Any]
) -> None:
    rows = next((ensemble.base / "input/data/test").rglob("*.csv")).read_text().splitlines()[:20]
    expected = [float(one["prediction"]) for one in _predictions(ensemble.base)[:20]]
    body = "\n".join(row.rsplit(",", 1)[0] for row in rows)

    with start_server(ensemble.base) as server:
        status, text = server.invoke(body.encode())

    assert status == 200
    assert [float(line) for line in text.split()] == pytest.approx(expected, rel=1e-5)


def _predictions(base: Path) -> list[Mapping[str, str]]:
    with (base / "model/predictions.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))
