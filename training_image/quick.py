"""The short way from rows to features, for rows with nothing out of the ordinary in them.

It reads all numbers of a request at once and judges them together. Whatever it cannot vouch for (a
gap, spaces around a word, a date, anything wrong) it leaves to the long way, which goes cell by
cell and says what is wrong. Both give the same features.
"""

from __future__ import annotations

from itertools import chain, compress, cycle
from operator import itemgetter
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from training_image.cells import LARGEST_NUMBER
from training_image.features import Features

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from training_image.schema import Schema

_PLAIN: Final = frozenset((float, int))
"""The types of JSON's numbers; `true` is an integer in Python, but of another type."""

_QUICK: Final = frozenset(("numeric", "integer", "categorical"))


class QuickReader:
    """Reads the rows of requests for one schema, or says that it cannot."""

    def __init__(self, schema: Schema) -> None:
        features = schema.features
        self._fits = all(column.kind in _QUICK for column in features)
        self._columns = len(features)
        numbers = [index for index, one in enumerate(features) if one.kind != "categorical"]
        words = [index for index, one in enumerate(features) if one.kind == "categorical"]
        self._number_count, self._word_count = len(numbers), len(words)
        self._pick_numbers, self._pick_words = _picker(numbers), _picker(words)
        self._are_numbers = [one.kind != "categorical" for one in features]
        self._are_words = [one.kind == "categorical" for one in features]
        self._whole = [at for at, one in enumerate(schema.numbers) if one.kind == "integer"]
        self._allowed = [frozenset(column.values) for column in schema.categories]

    def read_lines(self, lines: Sequence[bytes]) -> Features | None:
        """Return the features of lines that commas alone divide, or nothing: the long way then."""
        commas = {line.count(b",") for line in lines}
        if not self._fits or commas != {self._columns - 1}:
            return None
        try:
            cells = b",".join(lines).decode().split(",")
            numbers = _numbers([*compress(cells, cycle(self._are_numbers))])
        except ValueError:
            return None
        return self._features(len(lines), numbers, [*compress(cells, cycle(self._are_words))])

    def read_texts(self, rows: Sequence[Sequence[object]]) -> Features | None:
        """Return the features of rows of texts, or nothing if they need the long way."""
        if not self._fit(rows):
            return None
        texts = cast("list[str]", [*chain.from_iterable(map(self._pick_numbers, rows))])
        try:
            return self._features(len(rows), _numbers(texts), self._words_of(rows))
        except ValueError:
            return None

    def read_values(self, rows: Sequence[Sequence[object]]) -> Features | None:
        """Return the features of rows of JSON values, or nothing if they need the long way."""
        if not self._fit(rows):
            return None
        values = [*chain.from_iterable(map(self._pick_numbers, rows))]
        if not _PLAIN.issuperset(map(type, values)):
            return None
        try:
            numbers = [*map(float, cast("list[float]", values))]
            return self._features(len(rows), numbers, self._words_of(rows))
        except TypeError:  # a word that is a list
            return None

    def _fit(self, rows: Sequence[Sequence[object]]) -> bool:
        return self._fits and {*map(len, rows)} == {self._columns}

    def _words_of(self, rows: Sequence[Sequence[object]]) -> list[object]:
        return [*chain.from_iterable(map(self._pick_words, rows))]

    def _features(
        self, count: int, numbers: list[float], words: Sequence[object]
    ) -> Features | None:
        # One comparison for NaN, infinities and what 32 bits do not hold: none passes it.
        if not sum(map(abs, numbers)) <= LARGEST_NUMBER:
            return None
        width = self._number_count
        for at in self._whole:
            if not all(map(float.is_integer, numbers[at::width])):
                return None
        for at, allowed in enumerate(self._allowed):
            if not allowed.issuperset(words[at :: self._word_count]):
                return None
        return Features(
            np.array(numbers, dtype=np.float32).reshape(count, width),
            np.array(words, dtype=np.object_).reshape(count, self._word_count),
        )


def _numbers(texts: list[str]) -> list[float]:
    """Return the numbers that texts are.

    Raises:
        ValueError: one is none, or is written as contracts do not have it.
    """
    joined = "".join(texts)
    if "_" in joined or not joined.isascii():  # Python takes 1_000 and digits of all scripts
        raise ValueError(joined)
    return [*map(float, texts)]


def _picker(places: list[int]) -> Callable[[Sequence[object]], Sequence[object]]:
    """Return what takes some places of a row, in their order."""
    if len(places) > 1:
        return itemgetter(*places)
    # one place alone would come without a sequence around it
    first = places[0] if places else 0
    return itemgetter(slice(first, first + len(places)))
