"""Wine as JSON Lines: keys in any order, and with every kind of dirt that JSON has."""

from __future__ import annotations

import copy
import json
import random

from tests.functional.etl.lake import WINE_CONTRACT, Document

WINE_JSON: Document = copy.deepcopy(WINE_CONTRACT) | {"format": {"type": "jsonl"}}
WINE_JSON["columns"].append({"name": "maker", "kind": "categorical", "max_values": 100})
WINE_JSON["columns"].append({"name": "note", "kind": "text", "nullable": True})

COLOURS = ('"red"', '"dark red"', '"d\\u0061rk red"', '"it\'s \\\\ odd, \\"q\\""')
NUMBERS = ("0.50", "1E1", '"2.5"', "null", "-0", "7", '" 1 "', '""')
MAKERS = ('"a"', '"b, \\"c\\""', '"\\u00c4\\ud83c\\udf77"', '"Ä🍷"', "1.0", "true", '"{\\"a\\":1}"')
NOTES = (
    '"so\\ngoes"',
    '"\\\\\\\\"',
    '"\\\\\\""',
    '"\\/"',
    "null",
    '"\x7f\u2028"',
    '"\\u0007"',
    '"\\\\u0000"',
)
ODD = (
    *("[3]", '{"a":1}', "NaN", "-Infinity", "07", "+1", ".5", "True", "x", "1e999", "99", "--1"),
    *('"\\x"', '"\\u12"', '"\\ud83d"', '"\\udf77\\ud83c"', '"\\ud83d\\ud83d\\udf77"', '"\\u0000"'),
    *(
        '"a\tb"',
        '"a',
        'a"',
        '"a"b"',
        "",
        '"a\\nb"',
        '"\x01"',
        '"\x02"',
        '"\x07"',
        '"\\"',
        "1,",
        "'1'",
    ),
)
BLANKS = ("", "", "", " ", "\t ")


def json_lines(seed: int, count: int) -> str:
    """Return lines, the half of them with something odd."""
    chance = random.Random(seed)  # noqa: S311 - data for a test, not a secret
    first = '{"colour":"red","quality":7,"Free SO2":0.50,"select":null,"maker":"x","note":null}'
    lines = [first, *(_line(chance) for _ in range(count))]
    return "".join(line + chance.choice(("\n", "\n", "\r\n", "\n\n")) for line in lines)


def _line(chance: random.Random) -> str:
    pairs = {
        '"colour"': chance.choice(COLOURS),
        '"quality"': chance.choice(("3", '"4"', "5.0")),
        '"Free SO2"': chance.choice(NUMBERS),
        '"select"': chance.choice(('"${x}"', '"{y}"', "null")),
        '"maker"': chance.choice(MAKERS),
        '"note"': chance.choice(NOTES),
    }
    if chance.random() < 0.5:
        pairs[chance.choice(list(pairs))] = chance.choice(ODD)
    listed = list(pairs.items())
    chance.shuffle(listed)
    oddity = chance.randrange(8)
    if oddity == 0:
        listed.append(('"quality"', "3"))
    if oddity == 1:
        listed.append(
            (chance.choice(('"x"', '"free so2"', '"qu\\u0061lity"', "quality", '"a":"b"')), "1")
        )
    if oddity == 2:
        listed.pop()
    gap = chance.choice(BLANKS)
    line = ",".join(f"{gap}{key}{gap}:{gap}{value}{gap}" for key, value in listed)
    return _broken(chance, f"{gap}{{{line}}}{gap}")


def _broken(chance: random.Random, line: str) -> str:
    if chance.random() < 0.9:
        return line
    return chance.choice(
        (
            line[:-3],
            line[1:],
            f"[{line}]",
            f"{line},",
            "{}",
            "{ }",
            "null",
            "{",
            '"',
            "{,}",
            json.dumps({"a": line}),
        )
    )
