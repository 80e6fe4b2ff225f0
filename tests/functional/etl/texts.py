"""Lakes of delimited text in every form that a contract can declare."""

from __future__ import annotations

import copy
import gzip
from typing import TYPE_CHECKING, Final

from etl.formats import CODECS
from tests.functional.etl.lake import WINE_CONTRACT, Lake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Dirty = Callable[[int, int], str]

HEADER: Final = "colour;quality;free_so2;select\n"
TEXTS: Final = ("quotes", "unquoted", "gzip", "many_lines", "windows-1252")

_FAULTS: Final[dict[str, tuple[str, Callable[[bytes], bytes]]]] = {
    "truncated": ("a.csv.gz", lambda text: gzip.compress(text)[:-5]),
    "garbage": ("a.csv.gz", lambda text: gzip.compress(text) + b"x"),
    "damaged": ("a.csv.gz", lambda text: gzip.compress(text)[:-5] + b"\x00" * 5),
    "no_utf8": ("a.csv", lambda text: text + b"dark r\xe9d;5;;\n" + text),
    "surrogate": ("a.csv", lambda text: text + b"\xed\xa0\x80;5;;\n"),
    "no_utf8_in_gzip": ("a.csv.gz", lambda text: gzip.compress(text + b"\xff")),
    "nul": ("a.csv", lambda text: text + b"re\0d;5;;\n"),
    "long": ("a.csv", lambda text: text + b"x" * 1_000_001),
    "marker": ("folder/", lambda text: text[:0]),
}
"""What makes a raw object of a sound text that has to be refused, and its name."""

FAULTS: Final = (*_FAULTS, "no_windows", "open_quote", "no_utf8_on_many_lines")
SPARK_NEED_NOT_SEE: Final = ("damaged", "surrogate", "marker")
"""What is refused before there is an engine, or as another fault is."""


def text_lakes(root: Path, dirty: Dirty) -> dict[str, Lake]:
    """Return the lakes by name."""
    return {
        "quotes": _quotes(root / "quotes", dirty, "'"),
        "unquoted": _quotes(root / "unquoted", dirty, "none"),
        "gzip": _gzip(root / "gzip", dirty),
        "many_lines": _many_lines(root / "many_lines", dirty),
        "windows-1252": _encoded(root / "windows-1252", "windows-1252"),
    }


def faulty_lakes(root: Path) -> dict[str, Lake]:
    """Return lakes by name whose raw objects have to be refused."""
    text = (HEADER + "red;5;;\n" * 30_000).encode()
    found = {
        name: _wine(root / name).put(key, fault(text)) for name, (key, fault) in _FAULTS.items()
    }
    many = {"quoted_newlines": True}
    return {
        **found,
        "no_windows": _wine(root / "no_windows", encoding="windows-1252").put(
            "a.csv", text + b"dark r\xe9\x81d;5;;\n"
        ),
        "open_quote": _wine(root / "open_quote", **many).put(
            "a.csv", text + b'"a\nb";5;;\n"dark;5;;\n' + text * 5
        ),
        "no_utf8_on_many_lines": _wine(root / "no_utf8_on_many_lines", **many).put(
            "a.csv", text + b'"\n\xff";5;;\n'
        ),
    }


def _wine(root: Path, **form: object) -> Lake:
    contract = copy.deepcopy(WINE_CONTRACT)
    contract["format"] |= form
    return Lake(root, contract)


def _quotes(root: Path, dirty: Dirty, quote: str) -> Lake:
    lake = _wine(root, quote=quote)
    lake.contract["columns"][0]["values"] += ["it's", '"dark red"']
    content = dirty(9, 400).replace('"', quote if quote != "none" else '"')
    return lake.put("a.csv", HEADER + content)


def _gzip(root: Path, dirty: Dirty) -> Lake:
    """Return a lake of a key with every odd character, and with a field longer than most files."""
    long = "x" * 300_000 + ";5;;\n"
    members = (HEADER + "red;5;;\n", dirty(10, 300), long, dirty(11, 300))
    content = b"".join(gzip.compress(text.encode()) for text in members)
    return _wine(root).put("ü *[x]{a}?#%41+&'\"\\;= .csv.gz", content)


def _many_lines(root: Path, dirty: Dirty) -> Lake:
    """Return a lake with line ends in fields, and with quotes that nobody closes."""
    lake = _wine(root, quoted_newlines=True)
    lake.contract["columns"][0]["values"] += ["dark\nred", "dark\n\nred"]
    lines = dirty(13, 600).replace("dark red", "dark\nred")
    windows = dirty(14, 100).replace("\r\n", "\n").replace("dark red", "dark\n\nred")
    lake.put("a.csv", "\ufeff\n" + HEADER.replace("colour", '"colour\n"') + lines)
    content = (HEADER + windows + 'red;5;;"{y}\n').replace("\n", "\r\n")
    lake.put("b.csv.gz", gzip.compress(content.encode()))
    return lake.put("c.csv", HEADER + 'red;5;;\n"dark\n')


def _encoded(root: Path, encoding: str) -> Lake:
    """Return a lake with every byte that an encoding defines, but for control characters."""
    lake = _wine(root, encoding=encoding)
    lake.contract["columns"][0] = {"name": "colour", "kind": "categorical", "max_values": 300}
    defined = (bytes([code]).decode(CODECS[encoding], "ignore") for code in range(32, 256))
    rows = [f"a{character}b;{place % 11};;\n" for place, character in enumerate(defined)]
    return lake.put("a.csv", (HEADER + "".join(rows)).encode(CODECS[encoding]))
