"""Predictions to the body of an answer, in the order of the rows.

Pure. A number is the shortest text that gives the same 32-bit number back. Of a classifier, each
row has its label and the probabilities of all classes, in the order that `classes` has.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from training_image.errors import PredictionError
from training_image.media import CSV, JSON

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_NUMBERS: Final = orjson.OPT_SERIALIZE_NUMPY
_NO_NUMBER: Final = b"null"
"""What is written for NaN and infinities."""


class Answers(Protocol):
    """What is said of rows, in two steps: requests that are predicted at once share the first."""

    def rows(self, predictions: NDArray[np.float32]) -> Sequence[Any]:
        """Return what is said of each row.

        Raises:
            PredictionError: the model gave no number for some row.
        """
        ...

    def render(self, media: str, rows: Sequence[Any]) -> bytes:
        """Return a body that says it."""
        ...


def answers_of(classes: tuple[str, ...]) -> Answers:
    """Return how answers are made: of a classifier, or of numbers if there are no classes."""
    return _Labels(classes) if classes else _Numbers()


class _Numbers:
    """One number a row."""

    def rows(self, predictions: NDArray[np.float32]) -> list[bytes]:
        return _dump(predictions)[1:-1].split(b",")

    def render(self, media: str, rows: Sequence[bytes]) -> bytes:
        if media == CSV:
            return b"\n".join(rows) + b"\n"
        if media == JSON:
            return b'{"predictions":[%b]}\n' % b",".join(rows)
        return b'{"prediction":%b}\n' % b'}\n{"prediction":'.join(rows)


class _Labels:
    """The likeliest label, and the probabilities of all of them."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        self._classes = orjson.dumps(classes)
        self._quoted = [_quoted(label) for label in classes]
        self._labels = [orjson.dumps(label) for label in classes]

    def rows(self, predictions: NDArray[np.float32]) -> list[tuple[int, bytes]]:
        best: list[int] = predictions.argmax(axis=1).tolist()
        return [*zip(best, _dump(predictions)[2:-2].split(b"],["), strict=True)]

    def render(self, media: str, rows: Sequence[tuple[int, bytes]]) -> bytes:
        if media == CSV:
            return b"".join(b"%b,%b\n" % (self._quoted[label], row) for label, row in rows)
        objects = [
            b'{"label":%b,"probabilities":[%b]}' % (self._labels[label], row) for label, row in rows
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
