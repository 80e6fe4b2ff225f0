"""Predictions become bodies in three media types."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from training_image.answers import answers_of
from training_image.errors import PredictionError
from training_image.media import CSV, JSON, JSON_LINES

NUMBERS = np.array([9.1, -2, 3e-8], dtype=np.float32)
CLASSES = ("no", "a, b", 'say "c"')
PROBABILITIES = np.array([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]], dtype=np.float32)


def render(media: str, predictions: NDArray[np.float32], classes: tuple[str, ...] = ()) -> bytes:
    answers = answers_of(classes)
    return answers.render(media, answers.rows(predictions))


def test_a_number_is_the_shortest_text_that_gives_it_back() -> None:
    lines = render(CSV, NUMBERS).decode().splitlines()

    assert lines[:2] == ["9.1", "-2.0"]
    assert [np.float32(line) for line in lines] == NUMBERS.tolist()


def test_numbers_come_in_the_order_of_the_rows() -> None:
    as_json = json.loads(render(JSON, NUMBERS))
    as_lines = [json.loads(line) for line in render(JSON_LINES, NUMBERS).splitlines()]

    assert as_json == {"predictions": [9.1, -2, 3e-8]}
    assert as_lines == [{"prediction": 9.1}, {"prediction": -2}, {"prediction": 3e-8}]


def test_a_label_comes_with_all_probabilities() -> None:
    assert render(CSV, PROBABILITIES, CLASSES).decode().splitlines() == [
        '"a, b",0.25,0.5,0.25',
        '"say ""c""",0.125,0.125,0.75',
    ]
    assert json.loads(render(JSON, PROBABILITIES, CLASSES)) == {
        "classes": list(CLASSES),
        "predictions": [
            {"label": "a, b", "probabilities": [0.25, 0.5, 0.25]},
            {"label": 'say "c"', "probabilities": [0.125, 0.125, 0.75]},
        ],
    }
    assert (
        json.loads(render(JSON_LINES, PROBABILITIES, CLASSES).splitlines()[1])["label"] == 'say "c"'
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_number_is_an_error_and_no_answer(bad: float) -> None:
    with pytest.raises(PredictionError):
        render(CSV, np.array([1, bad], dtype=np.float32))
    with pytest.raises(PredictionError):
        render(JSON, np.array([[1, bad, 0]], dtype=np.float32), CLASSES)
