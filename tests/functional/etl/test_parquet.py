"""Parquet through the job: typed columns become canonical texts, row group by row group."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.errors import EtlError
from tests.functional.etl.lake import Document, Lake
from tests.functional.etl.parquet_data import PARQUET_CONTRACT, write_parquet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def contract(column: Document) -> Document:
    """Return a contract with one column beside the target."""
    return {
        "format": {"type": "parquet"},
        "columns": [column, {"name": "rings", "kind": "integer"}],
        "target": "rings",
        "split": {"train": 0.5, "validation": 0.25, "test": 0.25},
        "max_quarantine": 0.9,
        "min_test_rows": 1,
    }


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Lake]:
    """Return a function that makes a lake of a file with a column `x`, and 20 rows."""

    def made(column: Document, value: str, options: str = "", rows: int = 20) -> Lake:
        with duckdb.connect(config={"threads": 1}) as database:
            path = tmp_path / "x.parquet"
            database.execute("set TimeZone = 'UTC'")
            database.execute(
                f"copy (select {value}, i as rings from range({rows}) as numbers(i))"  # noqa: S608 - a test's own
                f" to '{path}' (format parquet{options})"
            )
        return Lake(tmp_path / "lake", contract(column)).put("a.parquet", path.read_bytes())

    return made


INTEGERS = ("tinyint", "smallint", "integer", "bigint")
NUMBER: Document = {"name": "x", "kind": "numeric"}
DATE: Document = {"name": "x", "kind": "date", "format": "%d.%m.%Y", "features": ["year"]}
MOMENT: Document = {
    "name": "x",
    "kind": "timestamp",
    "format": "%Y-%m-%d %H:%M:%S",
    "features": ["hour"],
}
WORD: Document = {"name": "x", "kind": "categorical", "max_values": 9}


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        *((NUMBER, f"(-7)::{kind}", "-7") for kind in INTEGERS),
        *(
            (NUMBER, f"200::{kind}", "200")
            for kind in ("utinyint", "usmallint", "uinteger", "ubigint")
        ),
        (NUMBER, "1.50::decimal(4,2)", "1.5"),
        (NUMBER, "(-0.0000001)::decimal(38,20)", "-0.0000001"),
        (NUMBER, "100::decimal(9,0)", "100"),
        (NUMBER, "0.1::double", "0.1"),
        (NUMBER, "0.1::double + 0.2::double", "0.3"),
        (NUMBER, "1::double / 3", "0.333333333333333"),
        (NUMBER, "1e-7::double", "0.0000001"),
        (NUMBER, "0.455::float", "0.455"),
        (NUMBER, "'0.50'", "0.50"),
        ({"name": "x", "kind": "boolean"}, "true", "true"),
        (DATE, "date '2024-02-29'", "29.02.2024"),
        (DATE, "timestamp '2024-02-29 00:00:00'", "29.02.2024"),
        (DATE, "timestamp_ns '1969-12-31 00:00:00'", "31.12.1969"),
        (MOMENT, "timestamp '2024-02-29 12:34:56.789'", "2024-02-29 12:34:56"),
        (MOMENT, "timestamptz '2024-02-29 12:34:56+02'", "2024-02-29 10:34:56"),
        (MOMENT, "timestamp_ms '1900-01-01 00:00:01'", "1900-01-01 00:00:01"),
        (MOMENT, "date '2024-02-29'", "2024-02-29 00:00:00"),
        (WORD, "timestamp '2024-02-29 12:34:56.7890'", "2024-02-29 12:34:56.789"),
        (WORD, "date '2024-02-29'", "2024-02-29"),
        (WORD, "'Ä, \"b\"'", '"Ä, ""b"""'),
    ],
)
def test_typed_values_become_canonical_texts(
    make: Callable[..., Lake], column: Document, value: str, text: str
) -> None:
    lake = make(column, f"{value} as x")

    lake.run()

    assert {row.rsplit(",", 1)[0] for row in lake.rows()} == {text}


@pytest.mark.parametrize("codec", ["snappy", "zstd", "gzip", "uncompressed", "lz4", "brotli"])
def test_any_compression_inside_is_read(make: Callable[..., Lake], codec: str) -> None:
    lake = make(NUMBER, "i as x", f", compression {codec}")

    assert lake.run()["rows"]["read"] == 20


def test_columns_stand_in_any_order_and_are_named_as_headers_are(tmp_path: Path) -> None:
    lake = Lake(tmp_path, copy.deepcopy(PARQUET_CONTRACT))

    rows = lake.put("a.parquet", write_parquet(tmp_path / "a.parquet", 4000)).run()["rows"]

    assert rows["read"] == 4000
    assert min(rows.values()) > 200


def test_a_bad_row_goes_to_quarantine_as_a_json_object(make: Callable[..., Lake]) -> None:
    lake = make(NUMBER, "case when i = 7 then 'a \"b\"' else '1' end as \"X\"")

    lake.run()

    raw = '"{""X"":""a \\""b\\"""",""rings"":7}"'
    assert lake.lines("quarantine")[1:] == [f"x: not a number,raw/sample/a.parquet,8,{raw}"]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (NUMBER, "[1] as x", "found x list; expected for x, numeric: integer, decimal"),
        (NUMBER, "{'a': 1} as x", "found x struct"),
        (WORD, "'a'::blob as x", "found x binary"),
        (NUMBER, "true as x", "found x boolean"),
        (NUMBER, "date '2020-01-01' as x", "found x date"),
        (DATE, "true as x", "found x boolean; expected for x, date: integer"),
        (WORD, "time '01:02:03' as x", "found x time"),
        (NUMBER | {"name": "size"}, "1 as sizes", "missing 'size' \\(did you mean 'sizes'"),
        (NUMBER, "1 as x, 2 as y", "not in the contract 'y'"),
    ],
)
def test_columns_of_other_names_or_types_are_refused(
    make: Callable[..., Lake], column: Document, value: str, message: str
) -> None:
    lake = make(column, value)

    with pytest.raises(EtlError, match=message):
        lake.run()


def test_a_file_without_rows_is_refused(make: Callable[..., Lake]) -> None:
    lake = make(NUMBER, "1 as x", rows=0)

    with pytest.raises(EtlError, match="holds columns and no rows"):
        lake.run()


def _without_a_middle(whole: bytes) -> bytes:
    return whole[:200] + whole[300:]


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "holds nothing": lambda _: b"",
    "this is no Parquet file.*type: csv": lambda _: b"x,rings\n1,2\n",
    "this Parquet file is cut off.*its end": lambda whole: whole[:-9],
    "this Parquet file is cut off": lambda whole: b"PAR1" + whole[-4:],
    "is encrypted": lambda whole: b"PARE" + whole[4:],
    "this Parquet file cannot be read": _without_a_middle,
    "file cannot be read": lambda whole: whole[:4] + b"\xff" * 16 + whole[20:],
}


@pytest.mark.parametrize("message", BROKEN)
def test_what_is_no_whole_parquet_file_is_refused(
    make: Callable[..., Lake], tmp_path: Path, message: str
) -> None:
    make(NUMBER, "i as x", rows=999)
    whole = (tmp_path / "x.parquet").read_bytes()
    lake = Lake(tmp_path / "broken", contract(NUMBER)).put("a.parquet", BROKEN[message](whole))

    with pytest.raises(EtlError, match=message):
        lake.run()


def test_parquet_under_a_contract_of_text_is_recognised(make: Callable[..., Lake]) -> None:
    lake = make(NUMBER, "i as x")
    lake.contract["format"] = {"type": "csv", "delimiter": ",", "header": True}

    with pytest.raises(EtlError, match="this is Parquet, and the model declares csv"):
        lake.run()
