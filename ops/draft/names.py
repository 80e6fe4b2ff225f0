"""What the columns are called: as the ETL reads a header, or by their place if there is none."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from models.columns import is_column_name
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_NAMED: Final = 8
"""Of unusable names; a header may have hundreds."""

_LONGEST: Final = 64
_WRITTEN_OUT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae"}
)


def column_name(text: str) -> str:
    """Return the column that a header means, as the ETL reads it: `Shell Weight` is `shell_weight`.

    Only the letters a to z and digits count, so `Größe` is `gr_e`.
    """
    return re.sub(r"[^a-z0-9]+", "_", text.strip().lower()).strip("_")


def names_by_place(count: int) -> tuple[str, ...]:
    """Return the names of columns that the file gives none."""
    return tuple(f"column_{place}" for place in range(1, count + 1))


def names_of(header: Sequence[str], file: str, delimiter: str) -> tuple[str, ...]:
    """Return the names of the columns of a header.

    Raises:
        OpsError: some of them can't stand in a model file, or stand for several columns.
    """
    names = tuple(column_name(text) for text in header)
    wrong = [
        f"field {place}: {text!r}, {fault}"
        for place, text in enumerate(header, start=1)
        if (fault := _fault(names[place - 1], names))
    ]
    if not wrong:
        return names
    more = len(wrong) - MOST_NAMED
    raise OpsError(
        "the header names columns as no model file can",
        resource=file,
        found="\n".join([*wrong[:MOST_NAMED], *([f"and {more} more"] if more > 0 else [])]),
        expected=f"a name of its own for each, which begins with a letter from a to z, at most"
        f" {_LONGEST} letters and digits",
        do=f"rename them in the file; this would do:\n{delimiter.join(suggested(header))}",
    )


def suggested(header: Sequence[str]) -> list[str]:
    """Return names that would do, as near as can be to those of a header."""
    found: list[str] = []
    for place, text in enumerate(header, start=1):
        name = column_name(_plain(text))
        name = name if name[:1].isalpha() else f"column_{name or place}"
        name, number = name[: _LONGEST - 4], 2
        base = name
        while name in found:
            name, number = f"{base}_{number}", number + 1
        found.append(name)
    return found


def find(target: str, names: Sequence[str], headings: Sequence[str], file: str) -> str:
    """Return the column that somebody means.

    Raises:
        OpsError: there is none of that name; says which there are.
    """
    meant = dict(zip(headings, names, strict=True)).get(target, column_name(target))
    if meant in names:
        return meant
    near = get_close_matches(meant, names, n=1)
    do = f"did you mean TARGET={near[0]}?" if near else f"for example TARGET={names[-1]}"
    if tuple(names) == names_by_place(len(names)):
        do += "; or name them all, for the file has no header: COLUMNS=first,second,..."
    raise OpsError(
        "which column is to be predicted?" if not target else "there is no such column",
        resource=file,
        found=f"TARGET={target}",
        expected=f"one of {', '.join(names)}",
        do=do,
    )


def _fault(name: str, names: Sequence[str]) -> str:
    if not name:
        return "without any letter from a to z or digit"
    if not is_column_name(name):
        return f"longer than {_LONGEST}" if len(name) > _LONGEST else "beginning with a digit"
    return f"one of several that are {name!r}" if Counter(names)[name] > 1 else ""


def _plain(text: str) -> str:
    spelt = text.strip().lower().translate(_WRITTEN_OUT)
    return unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
