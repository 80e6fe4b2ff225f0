"""The short ways from rows to features give what the long way gives, or leave the rows to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_image.block import BlockReader
from training_image.errors import RequestError
from training_image.payload import RowReader
from training_image.quick import QuickReader
from training_image.schema import Column, Schema

if TYPE_CHECKING:
    from training_image.features import Features

SCHEMA = Schema(
    (
        Column("size", "numeric"),
        Column("sex", "categorical", values=("M", "female", "ß")),
        Column("legs", "integer"),
        Column("y", "numeric"),
    ),
    "y",
)
NUMBERS = st.one_of(
    st.sampled_from(
        ["0.455", "-1.5", "+2", "1.", ".5", "", ".", "-", "1..2", "1e3", "nan", "inf", "1_0", " 7"]
    ),
    st.text("0123456789.-+e_ \u0663", max_size=10),
    st.integers(-10_000_000, 10_000_000).map(str),
    st.floats(-1e6, 1e6).map(lambda number: f"{number:.3f}"),
)
WORDS = st.sampled_from(["M", "female", "ß", "", " M", "X", "femalefemale", "ale"])
LINES = st.lists(st.tuples(NUMBERS, WORDS, NUMBERS).map(",".join), min_size=1, max_size=5)


def read_the_long_way(lines: list[str]) -> Features | None:
    """Return what cell by cell is read of lines: a space before a word bars the short ways."""
    try:
        reader = RowReader(SCHEMA)
        found = reader.read(reader.split_csv("\n".join([*lines, "1, M,1"]).encode()))
    except RequestError:
        return None
    return found.take(np.arange(len(lines)))


def same(one: Features, other: Features) -> bool:
    numbers = np.array_equal(one.numeric, other.numeric, equal_nan=True)
    return numbers and bool((one.categorical == other.categorical).all())


@given(lines=LINES)
def test_a_short_way_never_says_something_else(lines: list[str]) -> None:
    body = "\n".join(lines).encode()

    long = read_the_long_way(lines)
    found = (
        BlockReader(SCHEMA).read(body),
        QuickReader(SCHEMA).read_texts([line.split(",") for line in lines]),
        QuickReader(SCHEMA).read_lines([line.encode() for line in lines]),
    )

    assert all(long is not None and same(one, long) for one in found if one is not None)


@pytest.mark.parametrize("end", ["", "\n"])
def test_plain_lines_are_read_as_a_block(end: str) -> None:
    body = f"0.455,M,4\n-12.0625,female,-3\n9999999,ß,2.00{end}".encode()

    features = BlockReader(SCHEMA).read(body)

    assert features is not None
    assert features.numeric.tolist() == [[np.float32(0.455), 4], [-12.0625, -3], [9999999, 2]]
    assert features.categorical.tolist() == [["M"], ["female"], ["ß"]]


@given(mantissa=st.integers(0, 9_999_999), decimals=st.integers(0, 6), negative=st.booleans())
def test_a_block_rounds_as_python_does(mantissa: int, decimals: int, *, negative: bool) -> None:
    digits = str(mantissa).rjust(decimals + 1, "0")
    text = f"{'-' * negative}{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}"
    text = text if len(text) <= 8 else "1.5"

    features = BlockReader(SCHEMA).read(f"{text},M,1\n".encode())

    assert features is not None
    assert features.numeric[0, 0] == np.float32(float(text))


def test_plain_rows_take_the_short_way() -> None:
    quick = QuickReader(SCHEMA)

    features = quick.read_texts([["1e3", "M", "4"], [" .5", "ß", "-0"]])
    lines = quick.read_lines([b"1e3,M,4", " .5,ß,-0".encode()])
    values = quick.read_values([[1000, "M", 4.0], [0.5, "ß", 0]])

    for found in (features, lines, values):
        assert found is not None
        assert found.numeric.tolist() == [[1000, 4], [0.5, 0]]
        assert found.categorical.tolist() == [["M"], ["ß"]]


@pytest.mark.parametrize(
    "row",
    [
        [True, "M", 4],
        ["1", "M", 4],
        [math.nan, "M", 4],
        [1e39, "M", 4],
        [1, "M", 4.5],
        [1, ["M"], 4],
        [1, "M"],
        [],
    ],
)
def test_values_that_are_odd_take_the_long_way(row: list[object]) -> None:
    assert QuickReader(SCHEMA).read_values([row]) is None


@pytest.mark.parametrize("kind", ["numeric", "categorical"])
def test_one_column_is_enough(kind: str) -> None:
    column = (
        Column("x", "numeric") if kind == "numeric" else Column("x", "categorical", values=("1",))
    )
    schema = Schema((column, Column("y", "numeric")), "y")

    block, quick = BlockReader(schema).read(b"1\n1\n"), QuickReader(schema).read_texts([["1"]] * 2)

    assert block is not None
    assert quick is not None
    assert (block.rows, quick.rows) == (2, 2)
    assert block.numeric.shape == quick.numeric.shape


def test_a_category_that_nothing_was_learnt_of_is_left_to_the_long_way() -> None:
    schema = Schema((Column("x", "categorical"), Column("y", "numeric")), "y")

    assert BlockReader(schema).read(b"a\n" * 40) is None


def test_many_lines_are_read_as_few_are() -> None:
    reader = RowReader(SCHEMA)
    lines = [f"{at / 8},female,{at}" for at in range(100)]

    many = reader.read(reader.split_csv("\n".join(lines).encode()))
    few = [reader.read(reader.split_csv(line.encode())) for line in lines]

    assert many.numeric.tolist() == [one.numeric[0].tolist() for one in few]
