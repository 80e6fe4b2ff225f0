"""The short way for JSON Lines and the long one are one way: whatever is in the lines."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.json_layout import read_json_layout
from etl.request import parse_request
from tests.functional.etl.json_data import (
    BLANKS,
    COLOURS,
    MAKERS,
    NOTES,
    NUMBERS,
    ODD,
    WINE_JSON,
)
from tests.functional.etl.kinds import KINDS_CONTRACT, SOUND, WRONG
from tests.functional.etl.lake import Document, Lake
from tests.functional.etl.work import work

if TYPE_CHECKING:
    from pathlib import Path

    from etl.summary import Summary

VALUES = {
    "colour": COLOURS[:2],
    "quality": ("3", "10", "7.0"),
    "free_so2": ("0.50", "null", "-3"),
    "select": ('"${x}"', "null", '"{y}"'),
    "maker": ('"a"', '"Ä🍷"', '"a b"'),
    "note": ('"x, y"', "null", '" "', '""', "\"it: 'so'\""),
}
ODDITIES = (*COLOURS, *NUMBERS, *MAKERS, *NOTES, *ODD, '"', '""', '"null"', " 1", "1 ", '" a"')
STYLES = ((", ", ": "), (",", ":"), (",", ": "))
KINDS_JSON: Document = copy.deepcopy(KINDS_CONTRACT) | {"format": {"type": "jsonl"}}


@st.composite
def wine_lines(draw: st.DrawFn, comma: str, colon: str) -> str:
    """Return a line in a style: easy, or with one thing about it."""
    values = {name: draw(st.sampled_from(easy)) for name, easy in VALUES.items()}
    oddity = draw(st.sampled_from(("", "", "value", "value", "order", "count", "blank", "cut")))
    if oddity == "value":
        values[draw(st.sampled_from(sorted(values)))] = draw(st.sampled_from(ODDITIES))
    if oddity == "order":
        values = {name: values[name] for name in draw(st.permutations(sorted(values)))}
    if oddity == "count":
        values = {name: values[name] for name in draw(st.sets(st.sampled_from(sorted(values))))}
    if oddity == "blank":
        comma, colon = draw(st.sampled_from(BLANKS)) + comma, colon + draw(st.sampled_from(BLANKS))
    line = "{" + comma.join(f'"{name}"{colon}{value}' for name, value in values.items()) + "}"
    return line[: draw(st.integers(0, len(line)))] if oddity == "cut" else line


def both_ways(
    root: Path, contract: Document, lines: list[str]
) -> tuple[tuple[Summary, object], ...]:
    """Return what the short way makes of lines, and the long one."""
    lakes = [Lake(root / name, contract).put("a.jsonl", "\n".join(lines)) for name in ("a", "b")]
    request = parse_request(lakes[0].read_request(), "request")
    layout = read_json_layout(request.sources[0].key, lines[0], request.contract)
    assert layout.shape is not None
    return tuple(
        work(lake, layout, quick=quick) for lake, quick in zip(lakes, (True, False), strict=True)
    )


@pytest.mark.parametrize(("comma", "colon"), STYLES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_both_ways_make_the_same_of_any_lines(
    tmp_path_factory: pytest.TempPathFactory, comma: str, colon: str, data: st.DataObject
) -> None:
    pairs = (f'"{name}"{colon}{easy[0]}' for name, easy in VALUES.items())
    first = "{" + comma.join(pairs) + "}"
    lines = data.draw(st.lists(wine_lines(comma, colon), min_size=1, max_size=60))

    short, long = both_ways(tmp_path_factory.mktemp("ways"), WINE_JSON, [first, *lines])

    assert short == long


@st.composite
def lines_of_every_kind(draw: st.DrawFn) -> str:
    """Return a line whose fields are sound but for one, all of them texts but what is bare."""
    fields = {name: draw(st.sampled_from(sound)) for name, sound in SOUND.items()}
    odd = draw(st.sampled_from(list(SOUND)))
    fields[odd] = draw(st.sampled_from((*SOUND[odd], *WRONG.get(odd, ()))))
    bare = draw(st.sampled_from(("", *SOUND)))
    pairs = (
        f'"{name}": {text if name == bare else json.dumps(text, ensure_ascii=False)}'
        for name, text in fields.items()
    )
    return f"{{{', '.join(pairs)}}}"


FIRST_OF_KINDS = json.dumps({name: sound[-1] for name, sound in SOUND.items()}, ensure_ascii=False)


@settings(max_examples=30, deadline=None)
@given(lines=st.lists(lines_of_every_kind(), min_size=1, max_size=60))
def test_both_ways_make_the_same_of_every_kind(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    root = tmp_path_factory.mktemp("ways")

    short, long = both_ways(root, KINDS_JSON, [FIRST_OF_KINDS, *lines])

    assert short == long


@pytest.mark.parametrize(("comma", "colon"), STYLES)
def test_lines_like_the_first_go_the_short_way(tmp_path: Path, comma: str, colon: str) -> None:
    lines = [
        "{" + comma.join(f'"{name}"{colon}{easy[place]}' for name, easy in VALUES.items()) + "}"
        for place in (0, 1)
    ]
    lake = Lake(tmp_path, WINE_JSON).put("a.jsonl", "\n".join(lines))
    request = parse_request(lake.read_request(), "request")
    layout = read_json_layout("a.jsonl", lines[0], request.contract)

    summary, _ = work(lake, layout, careful=False)

    assert summary.read == 2
