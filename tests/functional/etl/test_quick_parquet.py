"""The short way for Parquet and the long one are one way: whatever is in the rows."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.engines.duckdb_parquet import read_footer
from etl.parquet_layout import read_parquet_layout
from etl.request import parse_request
from tests.functional.etl.lake import Document, Lake
from tests.functional.etl.parquet_data import PARQUET_CONTRACT, write_parquet
from tests.functional.etl.work import work

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from etl.summary import Summary

FLOATS: Document = {
    "format": {"type": "parquet"},
    "columns": [
        {"name": "d", "kind": "numeric", "nullable": True},
        {"name": "f", "kind": "categorical", "max_values": 999, "nullable": True},
        {"name": "rings", "kind": "integer"},
    ],
    "target": "rings",
    "split": {"train": 0.5, "validation": 0.25, "test": 0.25},
    "max_quarantine": 0.9,
    "min_test_rows": 1,
}
NUMBERS = st.one_of(
    st.floats(),
    st.decimals(-(10**9), 10**9, places=6).map(float),
    st.integers(-(10**16), 10**16).map(float),
    st.builds("{}e-{}".format, st.integers(0, 10**15), st.integers(0, 25)).map(float),
)


def single(number: float) -> float:
    """Return the nearest number of single precision that is not out of its reach."""
    return struct.unpack("f", struct.pack("f", max(-3e38, min(3e38, number))))[0]


def both_ways(
    root: Path, file: bytes, contract: Document, *, careful: bool = True
) -> list[tuple[Summary, dict[str, bytes]]]:
    """Return what the short way makes of a file, and the long one."""
    (root / "raw").write_bytes(file)
    lakes = {quick: Lake(root / str(quick), contract).put("a", file) for quick in (True, False)}
    request = parse_request(lakes[True].read_request(), "request")
    layout = read_parquet_layout("a", read_footer(root / "raw", "a"), request.contract)
    return [
        work(lake, layout, quick=quick, careful=careful, batch_bytes=1 << 16)
        for quick, lake in lakes.items()
        if careful or quick
    ]


def test_both_ways_make_the_same_of_every_type(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "a.parquet", 3000, ", row_group_size 2048")

    short, long = both_ways(tmp_path, file, PARQUET_CONTRACT)

    assert short == long


@settings(max_examples=20, deadline=None)
@given(numbers=st.lists(st.none() | NUMBERS, min_size=20, max_size=100))
def test_both_ways_make_the_same_of_any_numbers(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[float | None]
) -> None:
    root = tmp_path_factory.mktemp("ways")
    singles = [None if number is None else single(number) for number in numbers]
    with duckdb.connect(config={"threads": 1}) as database:
        columns = "unnest($1::double[]) as d, unnest($2::float[]) as f, 1 as rings"
        database.execute(
            f"copy (select {columns}) to '{root / 'a'}' (format parquet)",
            [numbers, singles],
        )

    short, long = both_ways(root, (root / "a").read_bytes(), FLOATS)

    assert short == long


def test_numbers_of_few_digits_go_the_short_way(tmp_path: Path) -> None:
    with duckdb.connect(config={"threads": 1}) as database:
        columns = "(i / 8)::double as d, (i / 10)::float as f, i as rings"
        database.execute(
            f"copy (select {columns} from range(99) as numbers(i))"  # noqa: S608 - a test's own
            f" to '{tmp_path / 'a'}' (format parquet)"
        )

    ((summary, _),) = both_ways(tmp_path, (tmp_path / "a").read_bytes(), FLOATS, careful=False)

    assert summary.read == 99
