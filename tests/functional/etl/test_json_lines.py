"""JSON Lines through the job: flat objects, in whatever order their keys stand."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

import pytest

from etl.errors import EtlError
from tests.functional.etl.json_data import WINE_JSON, json_lines
from tests.functional.etl.lake import WINE_CONTRACT, Lake

if TYPE_CHECKING:
    from pathlib import Path

FIRST = '{"colour":"red","quality":7,"free_so2":0.50,"select":null,"maker":"a","note":null}'


@pytest.fixture
def json_lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path, copy.deepcopy(WINE_JSON))


def wine(**fields: str) -> str:
    """Return the line of a sound row, with some values of one's own as JSON has them."""
    sound = {"colour": '"red"', "quality": "7", "maker": '"a"'} | fields
    return "{" + ", ".join(f'"{name}": {value}' for name, value in sound.items()) + "}"


OTHERS = "".join(f"{wine(free_so2=str(number))}\n" for number in range(20))
"""Enough for every split to have a row."""


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"free_so2": "0.50"}, "red,7,0.50,,a"),
        ({"free_so2": "1E+1"}, "red,7,1E+1,,a"),
        ({"free_so2": '" 0.5 "'}, "red,7,0.5,,a"),
        ({"free_so2": "null"}, "red,7,,,a"),
        ({"colour": '"d\\u0061rk red"'}, "dark red,7,,,a"),
        ({"maker": '"Jos\\u00e9, \\"\\ud83c\\udf77\\\\\\""'}, 'red,7,,,"José, ""🍷\\"""'),
        ({"maker": "1.0"}, "red,7,,,1.0"),
        ({"note": '"first\\nsecond"'}, "red,7,,,a"),
    ],
)
def test_values_pass_as_they_are_written(json_lake: Lake, fields: dict[str, str], row: str) -> None:
    json_lake.put("a.jsonl", OTHERS + wine(**fields))

    json_lake.run()

    assert row in json_lake.rows()


def test_keys_may_stand_in_any_order_and_be_spelt_as_headers_are(json_lake: Lake) -> None:
    lines = [
        f'{{"note":"x","maker":"a","Free SO2":{number}.50,"Colour":"red","QUALITY":7}}\n'
        for number in range(20)
    ]

    json_lake.put("a.jsonl", "".join(lines)).run()

    assert {*json_lake.rows()} == {f"red,7,{number}.50,,a" for number in range(20)}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (wine(free_so2="[1]"), "row: not a flat JSON object"),
        (wine(free_so2='{"a": 1}'), "row: not a flat JSON object"),
        (wine()[:-1], "row: not a flat JSON object"),
        (f"[{wine()}]", "row: not a flat JSON object"),
        (wine(maker='"\\ud83d"'), "row: not a flat JSON object"),
        (wine(maker='"\\u0000"'), "row: not a flat JSON object"),
        (wine(maker='"\\x"'), "row: not a flat JSON object"),
        (wine()[:-1] + ', "quality": 8}', "row: the same key twice"),
        (wine(x="1", y="2"), "row: keys that are not in the contract: 2"),
        (wine(maker='"a\\u0007b"'), "row: a control character in a category"),
        ("{}", "colour: empty; quality: empty; maker: empty"),
        (wine(quality="NaN"), "quality: not a number"),
        (wine(quality="null"), "quality: empty"),
    ],
)
def test_a_bad_line_goes_to_quarantine_as_it_was(json_lake: Lake, line: str, reason: str) -> None:
    json_lake.put("a.jsonl", OTHERS + "\n" + line)

    manifest = json_lake.run()

    raw = line.replace('"', '""')
    quoted = f'"{raw}"' if {",", '"'} & {*line} else raw
    assert json_lake.lines("quarantine")[1:] == [f"{reason},raw/sample/a.jsonl,22,{quoted}"]
    assert manifest["rows"]["read"] == 21


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"[{FIRST},\n{FIRST}]", "no JSON objects.*jq -c '.\\[\\]'"),
        (json.dumps(json.loads(FIRST), indent=1), "no JSON objects.*jq -c \\."),
        ("colour,quality\nred,7\n", "delimited text\\? then say type: csv"),
        ("PAR1\x15\x04\xff", "this is Parquet, and the model declares jsonl"),
        ('{"colour": {"name": "red"}}', "are values objects or lists"),
        ("", "holds no lines"),
        (FIRST.replace("quality", "qualty"), "missing 'quality' \\(did you mean 'qualty'\\?\\)"),
        (wine(x="1"), "not in the contract 'x'"),
    ],
)
def test_an_object_of_another_kind_is_refused_with_a_hint(
    json_lake: Lake, content: str, message: str
) -> None:
    json_lake.put("a.jsonl", content)

    with pytest.raises(EtlError, match=message):
        json_lake.run()


def test_json_lines_under_a_contract_of_delimited_text_are_recognised(tmp_path: Path) -> None:
    lake = Lake(tmp_path, copy.deepcopy(WINE_CONTRACT)).put("a.csv", f"{FIRST}\n")

    with pytest.raises(EtlError, match="this is JSON Lines, and the model declares csv"):
        lake.run()


def test_every_line_of_any_dirt_ends_in_one_place(json_lake: Lake) -> None:
    text = json_lines(1, 3000)

    rows = json_lake.put("a.jsonl", text).run()["rows"]

    assert rows["read"] == sum(1 for line in text.split("\n") if line.strip())
    assert rows["read"] == sum(rows[name] for name in ("train", "validation", "test", "quarantine"))
    assert rows["quarantine"] > 500
    assert rows["train"] > 500
