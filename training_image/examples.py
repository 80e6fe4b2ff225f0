"""Test rows with the model's answers, as clients, people and later programs read them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from training_image.dataset import Split
    from training_image.objectives import Objective
    from training_image.schema import Schema

MOST_EXAMPLES: Final = 20


def examples(
    test: Split, schema: Schema, objective: Objective, prediction: NDArray[np.float32]
) -> list[dict[str, Any]]:
    """Return the first test rows as a client would send them, with what the answer should be."""
    skipped = [column.name for column in schema.columns].index(schema.target)
    classes = schema.classes if objective.classifies else ()
    return [
        {
            "row": _csv_line([*text[:skipped], *text[skipped + 1 :]]),
            "target": _target(target, classes),
            "prediction": _answer(predicted, classes),
        }
        for text, target, predicted in zip(
            test.texts[:MOST_EXAMPLES], test.target.tolist(), prediction, strict=False
        )
    ]


def render_predictions(
    target: NDArray[np.float64], prediction: NDArray[np.float32], classes: Sequence[str] = ()
) -> bytes:
    """Return `predictions.csv`: what each test row is and what the model says.

    That is a number, or the label and the probability of each class.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    chances = [f"probability {name}" for name in classes]
    writer.writerow(["target", "prediction", *chances])
    writer.writerows(_lines(target, prediction, classes))
    return buffer.getvalue().encode()


def _lines(
    target: NDArray[np.float64], prediction: NDArray[np.float32], classes: Sequence[str]
) -> Iterator[list[str]]:
    # the shortest texts that give the same 32-bit numbers back
    if not classes:
        for one, other in zip(target.tolist(), prediction.astype(str), strict=True):
            yield [f"{one:.15g}", str(other)]
        return
    for one, row in zip(target.tolist(), prediction, strict=True):
        yield [classes[int(one)], classes[int(row.argmax())], *(str(value) for value in row)]


def _target(target: float, classes: Sequence[str]) -> str | int | float:
    if classes:
        return classes[int(target)]
    return int(target) if target.is_integer() else target


def _answer(predicted: Any, classes: Sequence[str]) -> Any:  # noqa: ANN401 - a number, or several
    if not classes:
        return float(str(predicted))
    return {
        "label": classes[int(predicted.argmax())],
        "probabilities": [float(str(value)) for value in predicted],
    }


def _csv_line(fields: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(fields)
    return buffer.getvalue()
