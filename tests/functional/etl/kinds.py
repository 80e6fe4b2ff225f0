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
        {"name": "note", "kind": "text", "nullable": True},
        {"name": "member_id", "kind": "identifier", "nullable": True},
        {"name": "years", "kind": "integer", "min": 0, "max": 120},
    ],
    "target": "years",
    "split": {"train": 0.5, "validation": 0.25, "test": 0.25, "by": "customer"},
    "max_quarantine": 0.9,
    "min_test_rows": 1,
}

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
