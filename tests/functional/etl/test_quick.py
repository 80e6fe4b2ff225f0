"""The short way through DuckDB and the long one are one way: whatever is in the lines."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.layout import Layout
from tests.functional.etl.conftest import CELLS, NUMBERS
from tests.functional.etl.kinds import KINDS_CONTRACT, SOUND, WRONG, kinds_line
from tests.functional.etl.lake import WINE_CONTRACT, Lake
from tests.functional.etl.work import work

if TYPE_CHECKING:
    from pathlib import Path

GOOD = (
    st.sampled_from(("red", "dark red")),
    st.integers(0, 10).map(str),
    st.one_of(st.just(""), st.decimals(-(10**6), 10**6, places=3).map(str)),
    st.sampled_from(("", "${x}", "{y}")),
)
ODD = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from((*CELLS, '5"', '"it\'s \\ odd, ""q"""', "x", "-1", "11", "7.5", "7.0")),
    st.floats(-1e3, 1e3).map(repr),
    st.text("0123456789.eE+-_ \x0b\x0c\x01٣", max_size=6),
)
BLANK = st.sampled_from(("", "", "", "", " ", "\t"))


@st.composite
def lines(draw: st.DrawFn, delimiter: str) -> str:
    """Return a line of wine: easy, or with one thing about it."""
    fields = [draw(field) for field in GOOD]
    oddity = draw(st.sampled_from(("", "", "field", "field", "blanks", "count")))
    if oddity == "field":
        fields[draw(st.integers(0, 3))] = draw(ODD)
    if oddity == "blanks":
        fields = [draw(BLANK) + field + draw(BLANK) for field in fields]
    if oddity == "count":
        fields = draw(st.lists(st.sampled_from(fields), max_size=6))
    return delimiter.join(fields)


def contract(delimiter: str, quote: str = '"') -> dict[str, Any]:
    document = copy.deepcopy(WINE_CONTRACT)
    document["format"] = {"type": "csv", "delimiter": delimiter, "quote": quote, "header": False}
    document["columns"][0]["values"].append('5"')
    return document


@pytest.mark.parametrize(
    ("delimiter", "quote", "positions"),
    [
        (",", '"', (1, 2, 3, 4)),
        (",", '"', (4, 2, 3, 1)),
        (";", '"', (1, 2, 3, 4)),
        (";", "'", (1, 2, 3, 4)),
        (",", "none", (1, 2, 3, 4)),
        ("\t", '"', (1, 2, 3, 4)),
        (" ", '"', (4, 2, 3, 1)),
    ],
)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_both_ways_make_the_same_of_any_lines(
    tmp_path_factory: pytest.TempPathFactory,
    delimiter: str,
    quote: str,
    positions: tuple[int, ...],
    data: st.DataObject,
) -> None:
    drawn = data.draw(st.lists(lines(delimiter), min_size=1, max_size=40))
    text = "\n".join(drawn).replace('"', quote if quote != "none" else '"')
    root = tmp_path_factory.mktemp("ways")
    layout = Layout("raw/sample/wine.csv", 0, positions)

    short, long = (
        work(
            Lake(root / name, contract(delimiter, quote)).put("wine.csv", text),
            layout,
            quick=quick,
        )
        for name, quick in (("short", True), ("long", False))
    )

    assert short == long


EASY = {
    name: tuple(field for field in sound if not set('", ') & {*field[:1], *field[-1:]})
    for name, sound in SOUND.items()
}
ALL_COLUMNS = Layout("raw/sample/odd.csv", 0, tuple(range(1, 1 + len(SOUND))))


@st.composite
def lines_of_every_kind(draw: st.DrawFn) -> str:
    """Return a line that is easy but for one field, which may be anything."""
    fields = {name: draw(st.sampled_from(easy)) for name, easy in EASY.items()}
    odd = draw(st.sampled_from(list(SOUND)))
    fields[odd] = draw(st.sampled_from((*SOUND[odd], *WRONG.get(odd, ()))))
    return ";".join(fields.values())


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(lines_of_every_kind(), min_size=1, max_size=60))
def test_both_ways_make_the_same_of_every_kind(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    root = tmp_path_factory.mktemp("ways")

    short, long = (
        work(
            Lake(root / name, KINDS_CONTRACT).put("odd.csv", "\n".join(rows)),
            ALL_COLUMNS,
            quick=quick,
        )
        for name, quick in (("short", True), ("long", False))
    )

    assert short == long


@pytest.mark.parametrize("name", SOUND)
def test_an_easy_field_of_any_kind_goes_the_short_way(tmp_path: Path, name: str) -> None:
    easy = [field for field in EASY[name] if "," not in field and "e0" not in field]
    lake = Lake(tmp_path, KINDS_CONTRACT)
    lake.put("odd.csv", "\n".join(kinds_line(**{name: field}) for field in easy))

    summary, _ = work(lake, ALL_COLUMNS, careful=False)

    assert summary.read == len(easy)


@pytest.mark.parametrize("quote", ['"', "'", "^"])
def test_lines_whose_quotes_hold_nothing_odd_go_the_short_way(tmp_path: Path, quote: str) -> None:
    lake = Lake(tmp_path, contract(",", quote))
    rows = ('"red",5,,', '"red","5","1.5","{y}"', 'dark red,5,"",""', '"dark red",7,,{y}')
    lake.put("wine.csv", "\n".join(rows).replace('"', quote))

    summary, _ = work(lake, Layout("raw/sample/wine.csv", 0, (1, 2, 3, 4)), careful=False)

    assert summary.read == len(rows)


ODD_QUOTES = (
    *('red,"5,1",', '"red,5",1,', '"red",5,"1,5",', '"red",5,,"{y}"x', '"red,5,,', 'red",5,,'),
    *('"re""d",5,,', ' "red" ,5,,', '" red",5,,', '"","","",""', '5",5,,', '"5""",5,,', '"'),
)
"""Lines whose quotes matter."""


def test_quotes_that_matter_go_the_long_way(tmp_path: Path) -> None:
    layout = Layout("raw/sample/wine.csv", 0, (1, 2, 3, 4))
    text = "\n".join(ODD_QUOTES)

    short, long = (
        work(Lake(tmp_path / name, contract(",")).put("wine.csv", text), layout, quick=quick)
        for name, quick in (("short", True), ("long", False))
    )

    assert short == long


def test_blank_lines_are_no_rows_either_way(tmp_path: Path) -> None:
    document = contract(",")
    document["columns"] = [{"name": "x", "kind": "numeric", "nullable": True}]
    document["target"] = "x"
    layout = Layout("raw/sample/wine.csv", 0, (1,))

    short, long = (
        work(Lake(tmp_path / name, document).put("wine.csv", "1\n\n  \n2\n"), layout, quick=quick)
        for name, quick in (("short", True), ("long", False))
    )

    assert short[0].read == long[0].read == 2
