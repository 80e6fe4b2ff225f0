"""Many lines of CSV to features at once: fields are eight bytes each, and a column is an array.

For plain fields only, of at most eight bytes: words, and numbers without an exponent. Those are
exact: a mantissa below 10^8 divided by a power of ten rounds as the standard asks for, so numbers
are what `float` makes of them. The rest is left to the way that reads lines.

Digits are added up eight at a time, within one 64-bit number: first in pairs, then fours, then all
(Lemire, "Quickly parsing eight digits", 2018).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import numpy as np

from training_image.features import Features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training_image.schema import Column, Schema

    Words64 = NDArray[np.uint64]
    Places = NDArray[np.int64]

LONGEST: Final = 8
COMMA, LINE, MINUS, DOT, ZERO = b",\n-.0"

_PLAIN: Final = frozenset(("numeric", "integer", "categorical"))


def _each(byte: int) -> np.uint64:
    """Return a number whose eight bytes are all this one."""
    return np.uint64(int.from_bytes(bytes([byte] * LONGEST), "little"))


_DOTS, _ONES, _HIGH, _ZEROS = _each(DOT), _each(1), _each(0x80), _each(ZERO)
_BELOW_TEN: Final = _each(0x80 - 10)
_PAIRS: Final = np.uint64(0x00FF00FF00FF00FF)
_FOURS: Final = np.uint64(0x0000FFFF0000FFFF)
_EIGHT: Final = np.uint64(0x00000000FFFFFFFF)
_7, _8, _16, _32, _56 = (np.uint64(bits) for bits in (7, 8, 16, 32, 56))
_ONE, _BYTE, _ZERO = np.uint64(1), np.uint64(0xFF), np.uint64(ZERO)
_TEN, _HUNDRED, _MYRIAD = np.uint64(10), np.uint64(100), np.uint64(10_000)
_PLACES: Final = np.uint64(0x0102030405060708)
"""Times a number with a single one in its n-th byte, this has n + 1 in the highest byte."""

_FILL: Final = np.array(
    [int.from_bytes(b"0" * (LONGEST - count), "little") for count in range(LONGEST + 1)], np.uint64
)
"""Zeros before a field of so many bytes."""

_BEFORE: Final = np.array([(LONGEST - count) * LONGEST for count in range(LONGEST + 1)], np.uint64)
"""Bits before a field of so many bytes."""

_SCALES: Final = np.array([1.0] + [10.0 ** (LONGEST - 1 - at) for at in range(LONGEST)])
"""What a mantissa is divided by: first without a dot, then by the dot's place."""


class BlockReader:
    """Reads plain lines for one schema, or says that it cannot."""

    def __init__(self, schema: Schema) -> None:
        features = schema.features
        self._columns = len(features)
        self._numbers = [at for at, one in enumerate(features) if one.kind != "categorical"]
        self._words = [at for at, one in enumerate(features) if one.kind == "categorical"]
        self._whole = [at for at, one in enumerate(schema.numbers) if one.kind == "integer"]
        self._codes = [_codes(column) for column in schema.categories]
        self._fits = (
            sys.byteorder == "little"
            and all(column.kind in _PLAIN for column in features)
            and all(column.values for column in schema.categories)
            and all(len(v.encode()) <= LONGEST for c in schema.categories for v in c.values)
        )

    def read(self, body: bytes) -> Features | None:
        """Return the features of lines without a header, or nothing if they are not plain."""
        if not self._fits or b"\0" in body or b"\r" in body or b'"' in body:
            return None
        text = body if body.endswith(b"\n") else body + b"\n"
        # the eight bytes before the end of a field are taken of each: the first one has them, too
        padded = np.frombuffer(bytes(LONGEST) + text, np.uint8)
        cut = _cut(padded, self._columns)
        if cut is None:
            return None
        ends, lengths = cut
        packed = np.ndarray((len(padded) - LONGEST + 1,), "<u8", padded, strides=(1,))
        fields = _last_bytes(packed[ends - LONGEST], lengths)
        words = self._read_words(fields)
        signed = b"-" in body
        numbers = self._read_numbers(padded, fields, ends if signed else None, lengths)
        return None if numbers is None or words is None else Features(numbers, words)

    def _read_numbers(
        self, padded: NDArray[np.uint8], fields: Words64, ends: Places | None, lengths: Places
    ) -> NDArray[np.float32] | None:
        """Return the numbers; with nothing for their ends, none of them is negative."""
        fields, lengths = (
            fields.take(self._numbers, axis=1),
            lengths.take(self._numbers, axis=1),
        )
        negative = None
        if ends is not None:
            negative = padded[ends.take(self._numbers, axis=1) - lengths] == MINUS
            lengths -= negative
            if not lengths.all():
                return None
            fields = _last_bytes(fields, lengths)
        values = _numbers(fields, lengths)
        if values is None:
            return None
        if negative is not None:
            values[negative] *= -1
        whole = values[:, self._whole] if self._whole else values[:0]
        return None if (whole != np.floor(whole)).any() else values.astype(np.float32)

    def _read_words(self, fields: Words64) -> NDArray[np.object_] | None:
        words = np.empty((len(fields), len(self._words)), dtype=np.object_)
        for index, (at, (codes, values)) in enumerate(zip(self._words, self._codes, strict=True)):
            found = fields[:, at]
            places = np.searchsorted(codes, found).clip(max=len(codes) - 1)
            if (codes[places] != found).any():
                return None
            words[:, index] = values[places]
        return words


def _codes(column: Column) -> tuple[Words64, NDArray[np.object_]]:
    """Return a column's words as numbers, in order, and the words in the same order."""
    packed = [
        (int.from_bytes(value.encode()[:LONGEST].rjust(LONGEST, b"\0"), "little"), value)
        for value in column.values
    ]
    packed.sort()
    return np.array([code for code, _ in packed], np.uint64), np.array(
        [value for _, value in packed], np.object_
    )


def _cut(padded: NDArray[np.uint8], columns: int) -> tuple[Places, Places] | None:
    """Return where each field ends, and its length, shape (lines, columns).

    There is nothing if some line has other columns, or a field is empty or too long.
    """
    is_line = padded == LINE
    found = np.flatnonzero(is_line | (padded == COMMA))
    if len(found) != int(np.count_nonzero(is_line)) * columns:
        return None
    lengths = np.empty_like(found)
    lengths[0] = found[0] - LONGEST
    np.subtract(found[1:], found[:-1], out=lengths[1:])
    lengths[1:] -= 1
    if lengths.min() < 1 or lengths.max() > LONGEST:
        return None
    ends = found.reshape(-1, columns)
    if (padded[ends[:, -1]] != LINE).any():
        return None
    return ends, lengths.reshape(-1, columns)


def _last_bytes(fields: Words64, lengths: Places) -> Words64:
    """Return so many last bytes of each field; those before are zero."""
    before = _BEFORE.take(lengths)
    return (fields >> before) << before


def _numbers(fields: Words64, lengths: Places) -> NDArray[np.float64] | None:
    """Return the numbers that fields hold, or nothing if one holds none."""
    packed = fields | _FILL.take(lengths)
    other = packed ^ _DOTS
    dots = (other - _ONES) & ~other & _HIGH  # exact for the first dot of each
    unit = (dots & (~dots + _ONE)) >> _7  # a one in the byte of the dot, if there is one
    has_dot = (unit != 0).astype(np.uint64)
    if (has_dot >= lengths.view(np.uint64)).any():
        return None
    before = unit - has_dot
    kept = packed & ~(before | (unit * _BYTE))
    digits = (kept | ((packed & before) << _8) | (has_dot * _ZERO)) ^ _ZEROS
    if (((digits + _BELOW_TEN) | digits) & _HIGH).any():
        return None
    digits = (digits * _TEN + (digits >> _8)) & _PAIRS
    digits = (digits * _HUNDRED + (digits >> _16)) & _FOURS
    digits = (digits * _MYRIAD + (digits >> _32)) & _EIGHT
    return digits / _SCALES.take(((unit * _PLACES) >> _56).view(np.int64))
