"""A contract with a column of every kind, and what its fields may hold: right, odd and wrong."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.functional.etl.lake import Document

KINDS_CONTRACT: Document = {
    "format": {"type": "csv", "delimiter": ";", "header": False},
    "columns": [
        {"name": "customer", "kind": "identifier"},
        {"name": "smoker", "kind": "boolean", "nullable": True},
        {"name": "member", "kind": "boolean"},
        {"name": "town", "kind": "categorical", "max_values": 9},
        {"name": "height", "kind": "numeric", "min": 0, "nullable": True, "fill": 0.5},
        {"name": "active", "kind": "boolean", "nullable": True, "fill": False},
        {
            "name": "plan",
            "kind": "categorical",
            "values": ["it's", "b"],
            "nullable": True,
            "fill": "it's",
        },
        {
            "name": "since",
            "kind": "date",
            "format": "%d.%m.%Y",
            "features": ["year", "weekday"],
            "min": "01.01.1900",
            "max": "31.12.2029",
        },
        {
            "name": "at",
            "kind": "timestamp",
            "format": "%Y-%m-%d %H:%M:%S",
            "features": ["hour"],
            "nullable": True,
        },
        {"name": "seen", "kind": "date", "format": "%Y%m%d", "nullable": True},
        {"name": "note", "kind": "text", "nullable": True},
        {"name": "member_id", "kind": "identifier", "nullable": True},
        {"name": "years", "kind": "integer", "min": 0, "max": 120},
    ],
    "target": "years",
    "split": {"train": 0.5, "validation": 0.25, "test": 0.25, "by": "customer"},
    "max_quarantine": 0.9,
    "min_test_rows": 1,
}

LAST = ("9999-12-31 23:59:59", "1969-12-31 23:59:58")
BOOLEANS = ("true", "FALSE", "t", "F", "yes", "No", "y", "N", "1", "0", '"yes"', " t ")
NO_BOOLEANS = ("", "ja", "2", "1.0", "tru e", "ye\u017f", "\uff39", "on", '"t', "true,")

SOUND: dict[str, tuple[str, ...]] = {
    "customer": ("7", "007", "é b", "'", '"a ""q"" b"', "x,y", " 7 ", *map(str, range(20, 50))),
    "smoker": (*BOOLEANS, ""),
    "member": BOOLEANS,
    "town": ("Ulm", "ulm", "Aÿ", "🍷", '"a ""b"", c"', "true", "1e3", "${x}", "it's \\"),
    "height": ("", "0", "1.50", '""', "2e0"),
    "active": ("", "y", " "),
    "plan": ("", "b", "it's"),
    "since": ("29.02.2024", "31.12.1999", "01.01.1900", '"01.02.2020"', "31.12.2029"),
    "at": ("", "2024-02-29 23:59:59", "1582-10-10 00:00:00", "0001-01-01 00:00:00", *LAST),
    "seen": ("", "20240131"),
    "note": ("", "x", '"so; ""it"" goes"', "a,b", "  ", "1e400", "\\", "${x}"),
    "member_id": ("", "a", "b,c"),
    "years": ("0", "7", "120", "8.0"),
}
WRONG: dict[str, tuple[str, ...]] = {
    "customer": ("", " ", '""'),
    "smoker": NO_BOOLEANS[1:],
    "member": NO_BOOLEANS,
    "town": ("", '""'),
    "height": ("-1", "x"),
    "active": ("x",),
    "plan": ("c",),
    "since": (
        *("", "30.02.2024", "29.02.2023", "1.2.2020", "31.12.1899", "01.01.2030", "2020-01-01"),
        *("01.01.20200", "00.01.2020", "01.13.2020", "01.01.0000", "\u0660\u0661.01.2020", "x"),
    ),
    "at": (
        *("2024-02-29", "2024-02-29T23:59:59", "2024-02-29 24:00:00", "0000-01-01 00:00:00"),
        *("2024-02-29 23:59:60", "2024-02-29  3:59:59", "2024-2-09 23:59:59", "now"),
    ),
    "seen": ("2024131", "20240231"),
    "years": ("", "121", "x"),
}
"""Fields by column; what is wrong there is what must be refused."""


def kinds_line(**fields: str) -> str:
    """Return a sound line, with some fields of one's own."""
    return ";".join(({name: sound[0] for name, sound in SOUND.items()} | fields).values())


def kinds_lines(seed: int, count: int, *, wrong: float = 0) -> str:
    """Return lines with any sound fields, and with wrong ones for a share of the lines."""
    chance = random.Random(seed)  # noqa: S311 - data for a test, not a secret
    return "".join(f"{_line(chance, wrong)}\n" for _ in range(count))


def _line(chance: random.Random, wrong: float) -> str:
    fields = {name: chance.choice(sound) for name, sound in SOUND.items()}
    if chance.random() < wrong:
        name = chance.choice(list(WRONG))
        fields[name] = chance.choice(WRONG[name])
    return ";".join(fields.values())
