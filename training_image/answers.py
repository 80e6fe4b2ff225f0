"""Predictions to the body of an answer, in the order of the rows.

Pure. A number is the shortest text that gives the same 32-bit number back. Of a classifier, each
row has its label and the probabilities of all classes, in the order that `classes` has.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import orjson

from training_image.errors import PredictionError
from training_image.media import CSV, JSON

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

_NUMBERS: Final = orjson.OPT_SERIALIZE_NUMPY
_NO_NUMBER: Final = b"null"
"""What is written for NaN and infinities."""


def answer_renderer(classes: tuple[str, ...]) -> Callable[[str, NDArray[np.float32]], bytes]:
    """Return what renders predictions: media type and predictions in, a body out."""
    return _Labels(classes).render if classes else render_numbers


def render_numbers(media: str, predictions: NDArray[np.float32]) -> bytes:
    """Return a body with one number a row.

    Raises:
        PredictionError: the model gave none for some row.
    """
    text = _dump(predictions)[1:-1]
    if media == CSV:
        return text.replace(b",", b"\n") + b"\n"
    if media == JSON:
        return b'{"predictions":[' + text + b"]}\n"
    return b'{"prediction":' + text.replace(b",", b'}\n{"prediction":') + b"}\n"


class _Labels:
    """Renders the answers of a classifier."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        self._classes = orjson.dumps(classes)
        self._quoted = [_quoted(label) for label in classes]
        self._labels = [orjson.dumps(label) for label in classes]

    def render(self, media: str, probabilities: NDArray[np.float32]) -> bytes:
        rows = _dump(probabilities)[2:-2].split(b"],[")
        best: list[int] = probabilities.argmax(axis=1).tolist()
        if media == CSV:
            return b"".join(
                b"%b,%b\n" % (self._quoted[label], row)
                for label, row in zip(best, rows, strict=True)
            )
        objects = [
            b'{"label":%b,"probabilities":[%b]}' % (self._labels[label], row)
            for label, row in zip(best, rows, strict=True)
        ]
        if media == JSON:
            return b'{"classes":%b,"predictions":[%b]}\n' % (self._classes, b",".join(objects))
        return b"\n".join(objects) + b"\n"


def _dump(numbers: NDArray[np.float32]) -> bytes:
    text = orjson.dumps(numbers, option=_NUMBERS)
    if _NO_NUMBER in text:
        raise PredictionError("the model gives no number", do="look for it in the model's test")
    return text


def _quoted(label: str) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([label])
    return line.getvalue().encode()
