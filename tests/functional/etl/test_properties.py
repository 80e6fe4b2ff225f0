"""What holds of any table: each row in one place and unchanged, whatever lies beside it."""

from __future__ import annotations

import copy
import csv
import io
import re
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from etl.errors import EtlError
from tests.functional.etl.lake import Lake

if TYPE_CHECKING:
    import pytest

    from tests.functional.etl.lake import Document

FIND = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failure is not made smaller: each try costs a run of the job."""

SPLITS = ("train", "validation", "test")
CONTRACT: Document = {
    "format": {"type": "csv", "delimiter": ",", "header": False},
    "columns": [
        {"name": "word", "kind": "categorical", "max_values": 10_000, "nullable": True},
        {"name": "amount", "kind": "numeric", "min": -1000, "max": 1000.5, "nullable": True},
        {"name": "note", "kind": "text", "nullable": True},
        {"name": "count", "kind": "integer", "min": 0, "max": 99},
    ],
    "target": "count",
    "split": {"train": 0.5, "validation": 0.25, "test": 0.25},
    "max_quarantine": 1,
    "min_test_rows": 1,
}
NUMBER = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?")

texts = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\x00"), max_size=6
)
amounts = st.one_of(
    st.decimals(-1001, 1001, places=3).map(str),
    st.floats(-2000, 2000).map(lambda value: f"{value:.9f}"),
    st.sampled_from(("", " 7 ", "+1", ".5", "2.", "1e2", "1E-3", "1_0", "1,5", "x", "--1", "٣")),
)
counts = st.one_of(
    st.integers(-1, 100).map(str), st.sampled_from(("7.0", "7.5", "", "1e1", '"', "\t3"))
)
rows = st.one_of(
    st.tuples(texts, amounts, texts, counts).map(list),
    st.tuples(texts, amounts, texts, counts).map(list),
    st.lists(texts, min_size=2, max_size=6),
)
tables = st.lists(rows, min_size=1, max_size=60)


def written(table: list[list[str]]) -> str:
    """Return a table as delimited text."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(table)
    return buffer.getvalue()


def dataset_row(fields: list[str]) -> tuple[str, ...] | None:
    """Return what a dataset has of a row, by the contract's words; None if it is refused."""
    if len(fields) != len(CONTRACT["columns"]):
        return None
    word, amount, _, count = (field.strip(" \t") for field in fields)
    sound = within(count, 0, 99) and Decimal(count) % 1 == 0
    sound = sound and (amount == "" or within(amount, -1000, Decimal("1000.5")))
    return (word, amount, count) if sound else None


def within(text: str, low: int, high: int | Decimal) -> bool:
    """Tell whether a text is a number between two others."""
    return NUMBER.fullmatch(text) is not None and low <= Decimal(text) <= high


def worked(lake: Lake) -> Lake:
    """Return the lake with the parts of its objects, even if they make no dataset."""
    with suppress(EtlError):
        lake.run()
    return lake


def new_lake(factory: pytest.TempPathFactory, *texts: str) -> Lake:
    """Return a lake with some objects."""
    lake = Lake(factory.mktemp("lake"), copy.deepcopy(CONTRACT))
    for number, text in enumerate(texts):
        lake.put(f"{number}.csv", text)
    return lake


def dataset_rows(lake: Lake) -> Counter[tuple[str, ...]]:
    return Counter(tuple(row) for row in csv.reader(lake.rows()))


@settings(max_examples=60, deadline=None, phases=FIND)
@given(table=tables)
def test_each_row_is_in_one_place_and_unchanged(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    # Where all lines have the wrong number of fields the object itself is refused.
    sound = [["", "1", "", "1"]]
    text = written([*sound, *table])

    lake = worked(new_lake(tmp_path_factory, text))

    lines = text.split("\n")
    kept = Counter(row for fields in (*sound, *table) if (row := dataset_row(fields)))
    refused = {
        number: lines[number - 1]
        for number, fields in enumerate((*sound, *table), start=1)
        if dataset_row(fields) is None
    }
    quarantine = [*csv.reader(io.StringIO("\n".join(lake.lines("quarantine")), newline=""))][1:]
    assert dataset_rows(lake) == kept
    assert {int(record): raw for _, _, record, raw in quarantine} == refused
    assert lake.parts()[0]["rows"]["read"] == len(table) + 1


@settings(max_examples=30, deadline=None, phases=FIND)
@given(table=tables, data=st.data())
def test_the_order_of_rows_and_files_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], data: st.DataObject
) -> None:
    first = ["", "1", "", "1"]
    shuffled = data.draw(st.permutations(table))
    place = data.draw(st.integers(0, len(table)))
    halves = [[first, *shuffled[place:]], [first, *shuffled[:place]]]

    one = worked(new_lake(tmp_path_factory, written([first, first, *table])))
    two = worked(new_lake(tmp_path_factory, *map(written, halves)))

    for split in SPLITS:
        assert Counter(one.lines(split)) == Counter(two.lines(split))


@settings(max_examples=30, deadline=None, phases=FIND)
@given(table=tables, more=tables)
def test_adding_rows_moves_none(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], more: list[list[str]]
) -> None:
    # A first line that could be a header is one: the object would be refused.
    first = [["", "1", "", "1"]]

    before = worked(new_lake(tmp_path_factory, written(first + table)))
    after = worked(new_lake(tmp_path_factory, written(first + more + table)))

    for split in SPLITS:
        assert not Counter(before.lines(split)) - Counter(after.lines(split))


@settings(max_examples=30, deadline=None, phases=FIND)
@given(names=st.lists(texts.map(str.strip).filter(bool), min_size=1, max_size=20, unique=True))
def test_rows_of_one_key_share_a_split(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    table = [[name, str(amount), "", "1"] for amount in range(9) for name in names]
    lake = new_lake(tmp_path_factory, written(table))
    lake.contract["columns"][0] = {"name": "word", "kind": "identifier"}
    lake.contract["split"]["by"] = "word"
    lake.contract["columns"][1] |= {"min": None, "max": None}

    worked(lake)

    sizes = [len(lake.lines(split)) for split in SPLITS]
    assert sum(sizes) == len(table)
    assert all(size % 9 == 0 for size in sizes)
