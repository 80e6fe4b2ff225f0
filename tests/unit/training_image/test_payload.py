"""Bodies become features, or a refusal that names row and column."""

from __future__ import annotations

import contextlib
import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_image.errors import RequestError
from training_image.payload import RowReader
from training_image.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from training_image.features import Features


def read_csv(reader: RowReader, body: bytes, header: str = "") -> Features:
    return reader.read(reader.split_csv(body, header))


def read_json(reader: RowReader, body: bytes) -> Features:
    return reader.read(reader.split_json(body))


def read_json_lines(reader: RowReader, body: bytes) -> Features:
    return reader.read(reader.split_json_lines(body))


@pytest.fixture
def reader(build_schema: Any) -> RowReader:
    return RowReader(build_schema())


@pytest.fixture
def nullable(build_schema: Any) -> RowReader:
    return RowReader(build_schema(nullable=True))


@pytest.mark.parametrize(
    "body",
    [
        b"M,0.5,4",
        b"M,0.5,4\n",
        b"M,0.5,4\r\n",
        b" M , 0.5 ,4.0",
        b"\xef\xbb\xbfM,+.5e0,4",
        b'"M","0.5",4\n',
    ],
)
def test_a_line_is_a_row(reader: RowReader, body: bytes) -> None:
    features = read_csv(reader, body)

    assert features.numeric.tolist() == [[0.5, 4]]
    assert features.categorical.tolist() == [["M"]]


@pytest.mark.parametrize(
    "document",
    [
        [["M", 0.5, 4]],
        ["M", 0.5, 4],
        [{"legs": 4, "length": 0.5, "sex": "M"}],
        {"legs": 4.0, "length": 0.5, "sex": "M"},
        [{"Legs": 4, " Length ": 0.5, "SEX": "M"}],
    ],
)
def test_json_rows_are_lists_or_objects(reader: RowReader, document: object) -> None:
    features = read_json(reader, json.dumps(document).encode())

    assert features.numeric.tolist() == [[0.5, 4]]
    assert features.categorical.tolist() == [["M"]]


def test_rows_keep_their_order(reader: RowReader) -> None:
    features = read_csv(reader, b"M,1,1\nF,2,2\nsea horse,3,3")

    assert features.numeric[:, 0].tolist() == [1, 2, 3]


def test_what_is_nullable_may_be_missing(nullable: RowReader) -> None:
    from_csv = read_csv(nullable, b",,4")
    from_json = read_json(nullable, b"[[null, null, 4]]")

    for features in (from_csv, from_json):
        assert features.categorical.tolist() == [[""]]
        assert math.isnan(features.numeric[0, 0])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the body is empty"),
        (b"M,1,1\n\nF,1,1", "row 2 has the wrong number of columns; found 1"),
        (b"M,0.5", "row 1 has the wrong number of columns; found 2; expected 3: sex, length, legs"),
        (b"M,1,1\nM,1,1,1", "row 2 has the wrong number of columns; found 4"),
        (b"X,1,1", "row 1, column 'sex'; found 'X'; expected one of M, F, sea horse"),
        (b"M,1,1\nM,big,1", "row 2, column 'length'; found 'big'"),
        (b"M,,1", "column 'length'; found ''"),
        (b",1,1", "column 'sex'; found ''"),
        (b"M,nan,1", "column 'length'; found 'nan'"),
        (b"M,inf,1", "column 'length'; found 'inf'"),
        (b"M,1e999,1", "column 'length'; found '1e999'"),
        (b"M,1e39,1", "column 'length'; found '1e39'"),
        (b"M,1_000,1", "column 'length'; found '1_000'"),
        (b"M,0x1,1", "column 'length'; found '0x1'"),
        ("M,٣,1".encode(), "column 'length'"),
        (b"M,1,1.5", "column 'legs'; found '1.5'; expected a whole number"),
        (b"M,\xff,1", "the body is no UTF-8 text; found byte 0xff at position 2"),
        (b'"M,1,1', "the body is no CSV"),
    ],
)
def test_csv_that_does_not_fit_is_refused(reader: RowReader, body: bytes, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_csv(reader, body)

    assert message in str(caught.value)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the body is no JSON"),
        (b"[", "the body is no JSON"),
        (b"[" * 100_000, "the body is no JSON"),
        (b"[]", "the body is empty"),
        (b"3", "the body holds no rows"),
        (b"null", "the body holds no rows"),
        (b'[["M", NaN, 1]]', "the body is no JSON"),
        (b'[["M", 1e999, 1]]', "the body is no JSON"),
        (b'[["M", 1' + b"0" * 400 + b", 1]]", "the body is no JSON"),
        (b'[["M", "1", 1]]', "column 'length'; found '1'"),
        (b'[["M", true, 1]]', "column 'length'; found True"),
        (b'[["M", null, 1]]', "column 'length'; found None"),
        (b"[[1, 1, 1]]", "column 'sex'; found 1"),
        (b"[[[], 1, 1]]", "column 'sex'; found []"),
        (b'[["M", 1, 1], 2]', "row 2; found 2; expected a list or an object"),
        (b'[{"sex": "M", "length": 1}]', "missing ['legs']"),
        (b'[{"sex": "M", "length": 1, "legs": 1, "arms": 2}]', "unknown ['arms']"),
    ],
)
def test_json_that_does_not_fit_is_refused(reader: RowReader, body: bytes, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_json(reader, body)

    assert message in str(caught.value)
    assert caught.value.status == 400


@pytest.fixture
def smoker() -> RowReader:
    columns = (Column("smoker", "boolean"), Column("member", "boolean", nullable=True))
    return RowReader(Schema((*columns, Column("years", "integer")), "years"))


@pytest.mark.parametrize("body", [b"true,", b"Yes , ", b"1,", b"T,"])
def test_a_boolean_is_a_number_in_every_spelling(smoker: RowReader, body: bytes) -> None:
    features = read_csv(smoker, body + b"\n0,N")

    assert features.numeric[:, 0].tolist() == [1, 0]
    assert math.isnan(features.numeric[0, 1])
    assert features.numeric[1, 1] == 0


@pytest.mark.parametrize("value", [True, 1, "yes", "T"])
def test_json_has_booleans_of_its_own(smoker: RowReader, value: object) -> None:
    features = read_json(smoker, json.dumps([value, None]).encode())

    assert features.numeric[0, 0] == 1
    assert math.isnan(features.numeric[0, 1])


@pytest.mark.parametrize("value", [None, 2, 1.5, "", "on"])
def test_what_is_no_boolean_is_refused_by_column(smoker: RowReader, value: object) -> None:
    with pytest.raises(RequestError, match=r"row 1, column 'smoker'; found .*one of true, t, yes"):
        read_json(smoker, json.dumps([value, True]).encode())


@pytest.mark.parametrize(
    ("kind", "fill", "value"),
    [("numeric", "1.5", 1.5), ("integer", "2", 2), ("boolean", "true", 1)],
)
def test_a_gap_is_filled_as_it_was_for_training(kind: Kind, fill: str, value: float) -> None:
    column = Column("x", kind, nullable=True, fill=fill)
    reader = RowReader(Schema((column, Column("y", "numeric")), "y"))

    assert read_csv(reader, b'""').numeric.tolist() == [[value]]
    assert read_json(reader, b"[null]").numeric.tolist() == [[value]]


def test_a_category_that_is_not_there_is_filled_too() -> None:
    column = Column("x", "categorical", nullable=True, values=("a", "b"), fill="b")
    reader = RowReader(Schema((column, Column("y", "numeric")), "y"))

    assert read_json(reader, b'[[null], ["a"]]').categorical.tolist() == [["b"], ["a"]]


HEADER = b"legs,sex,length\n"


@pytest.mark.parametrize("said", ["", "present"])
def test_a_header_may_come_in_any_order(reader: RowReader, said: str) -> None:
    features = read_csv(reader, HEADER + b"4,M,0.5\n2,F,0.25", said)

    assert features.numeric.tolist() == [[0.5, 4], [0.25, 2]]
    assert features.categorical.tolist() == [["M"], ["F"]]


def test_a_header_is_no_row(reader: RowReader) -> None:
    with pytest.raises(RequestError, match="row 2, column 'legs'"):
        read_csv(reader, HEADER + b"4,M,0.5\nfour,F,0.25")


@pytest.mark.parametrize(
    ("body", "said", "message"),
    [
        (HEADER + b"4,M,1", "absent", "row 1, column 'sex'; found 'legs'"),
        (b"M,1,1", "present", r"the header has the wrong columns; found unknown \['1', 'M'\]"),
        (b"sex,length,arms\nM,1,1", "present", r"unknown \['arms'\], missing \['legs'\]"),
        (HEADER, "", "a header alone"),
        (b"", "present", "the header has the wrong columns"),
    ],
)
def test_a_wrong_header_is_refused(reader: RowReader, body: bytes, said: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        read_csv(reader, body, said)


def test_a_row_of_names_that_are_values_is_a_row() -> None:
    columns = (Column("x", "categorical", values=("x", "z")), Column("y", "numeric"))
    reader = RowReader(Schema(columns, "y"))

    assert read_csv(reader, b"x\nz").categorical.tolist() == [["x"], ["z"]]
    assert read_csv(reader, b"x\nz", "present").categorical.tolist() == [["z"]]


def test_rows_may_stand_below_instances(reader: RowReader) -> None:
    document = {"instances": [["M", 0.5, 4], {"sex": "F", "length": 1, "legs": 2}]}

    features = read_json(reader, json.dumps(document).encode())

    assert features.numeric.tolist() == [[0.5, 4], [1, 2]]


def test_a_line_of_json_is_a_row(reader: RowReader) -> None:
    features = read_json_lines(reader, b'["M", 0.5, 4]\n{"legs":2,"sex":"F","length":1}\n')

    assert features.numeric.tolist() == [[0.5, 4], [1, 2]]
    assert features.categorical.tolist() == [["M"], ["F"]]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the body is empty"),
        (b"\n", "the body is empty"),
        (b'["M", 1, 1]\n\n["M", 1, 1]', "row 2 is no JSON"),
        (b'["M", 1, 1]\n{"sex": "M"}', r"row 2 has the wrong columns; .* missing \['length'"),
        (b'["M", 1, 1]\n["M", 1, "x"]', "row 2, column 'legs'"),
    ],
)
def test_a_wrong_line_of_json_is_refused(reader: RowReader, body: bytes, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        read_json_lines(reader, body)


def test_only_line_ends_end_a_line() -> None:
    columns = (Column("x", "categorical", values=("a\u2028b\x0bc",)), Column("y", "numeric"))
    reader = RowReader(Schema(columns, "y"))

    assert read_csv(reader, "a\u2028b\x0bc\r\n".encode()).rows == 1


@given(body=st.binary(max_size=60))
def test_no_body_does_worse_than_a_refusal(body: bytes) -> None:
    schema = Schema((Column("a", "numeric"), Column("b", "numeric"), Column("y", "numeric")), "y")
    reader = RowReader(schema)

    for read in (read_csv, read_json, read_json_lines):
        with contextlib.suppress(RequestError):
            assert read(reader, body).rows > 0


SHORT = Column("sex", "categorical", values=("M", "F"))
PLAIN = Schema((SHORT, Column("length", "numeric"), Column("y", "numeric")), "y")


@pytest.mark.parametrize("said", ["", "present"])
def test_many_lines_below_a_header_are_read_at_once(said: str) -> None:
    reader, lines = RowReader(PLAIN), b"M,0.455\nF,2\n" * 50

    rows = reader.split_csv(b"sex,length\n" + lines, said)

    assert rows.block is not None
    plain = read_csv(reader, lines, "absent")
    assert rows.block.numeric.tolist() == plain.numeric.tolist()
    assert rows.block.categorical.tolist() == plain.categorical.tolist()


def test_many_lines_that_could_be_names_and_are_rows_have_no_header() -> None:
    words = Schema(
        (Column("red", "categorical", values=("red", "blue")), Column("y", "numeric")), "y"
    )

    assert read_csv(RowReader(words), b"red\n" * 100).rows == 100


def test_a_header_may_be_written_as_raw_files_have_it() -> None:
    found = read_csv(RowReader(PLAIN), b"Length , SEX\n2,F\n")

    assert found.numeric.tolist() == [[2.0]]
    assert found.categorical.tolist() == [["F"]]


@pytest.mark.parametrize("lines", [1, 40])
@pytest.mark.parametrize("said", ["", "present"])
def test_a_header_has_the_very_names_of_columns(lines: int, said: str) -> None:
    columns = tuple(Column(name, "numeric") for name in ("a__b", "size_", "y"))

    found = read_csv(RowReader(Schema(columns, "y")), b"a__b,size_\n" + b"1,2\n" * lines, said)

    assert found.numeric.tolist() == [[1.0, 2.0]] * lines


def test_what_is_much_too_long_is_no_header(reader: RowReader) -> None:
    header = HEADER.strip()

    assert read_csv(reader, b"_" + header + b"\n4,M,1\n", "present").rows == 1
    with pytest.raises(RequestError, match="the header has the wrong columns"):
        read_csv(reader, b"_" * 300 + header + b"\n4,M,1\n", "present")


def test_a_header_of_another_length_is_named_as_it_was_written(reader: RowReader) -> None:
    with pytest.raises(RequestError, match=r"found unknown \['\$', 'Sex'\]"):
        read_csv(reader, b"Sex,$\nM,1,1\n", "present")
