"""Rows with answers."""

import numpy as np

from training_image.dataset import Split
from training_image.examples import examples, render_predictions
from training_image.features import as_features
from training_image.objectives import OBJECTIVES
from training_image.schema import Column, Schema

LABEL = Schema((Column("k", "categorical", values=("no", "yes")), Column("x", "numeric")), "k")


def test_an_example_of_a_classifier_has_label_and_probabilities() -> None:
    split = Split("test", as_features([[2.5]], [], LABEL), np.array([0.0]), [["no", "2.5"]])

    found = examples(split, LABEL, OBJECTIVES["binary"], np.array([[0.4, 0.6]], dtype=np.float32))

    assert found == [
        {
            "row": "2.5",
            "target": "no",
            "prediction": {"label": "yes", "probabilities": [0.4, 0.6]},
        }
    ]


def test_predictions_of_numbers_are_the_shortest_texts() -> None:
    content = render_predictions(np.array([3.0]), np.array([0.1], dtype=np.float32))

    assert content == b"target,prediction\n3,0.1\n"


def test_predictions_of_classes_have_a_column_for_each() -> None:
    content = render_predictions(
        np.array([1.0]), np.array([[0.75, 0.25]], dtype=np.float32), ('a "b"', "c")
    )

    head, line = content.decode().splitlines()
    assert head == 'target,prediction,"probability a ""b""",probability c'
    assert line == 'c,"a ""b""",0.75,0.25'
