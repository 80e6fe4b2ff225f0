"""How the lines of a CSV file are cut: delimiter, quote, header, seen in its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Final

from ops.draft.shapes import is_value
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

DELIMITERS: Final = "\t;|,:~^ "
"""In the order of trust: what people write has commas and blanks in it."""

_LOOK_AT: Final = 500
"""Records."""

_STEADY: Final = 0.9
"""The share of records with the same number of fields from which a delimiter is believed in."""

_HALF: Final = 0.5
"""The same where there is no better one: a file with many broken lines."""

_VALUES: Final = 0.8
"""The share of values in a column below which its first field may be one, too."""

_ENCLOSED: Final = re.compile(r"(?:^|[,;\t|])\s*'[^'\n]*'\s*(?=[,;\t|]|$)", re.MULTILINE)
"""A field in single quotes."""

_SHOWN: Final = 120


@dataclass(frozen=True)
class Dialect:
    """How lines are cut."""

    delimiter: str
    quote: str
    header: tuple[str, ...]
    """The headings; none if the first line is data."""

    fields: int
    skip: int
    """Lines before the first row: blank ones and the header."""

    quoted_newlines: bool


@dataclass(frozen=True)
class _Cut:
    """What a delimiter makes of the first records."""

    delimiter: str
    quote: str
    records: list[list[str]]

    @property
    def fields(self) -> int:
        return Counter(map(len, self.records)).most_common(1)[0][0]

    @property
    def steady(self) -> float:
        return len(self.whole) / len(self.records)

    @property
    def whole(self) -> list[list[str]]:
        return [one for one in self.records if len(one) == self.fields]

    @property
    def begins_well(self) -> bool:
        return len(self.records[0]) == self.fields


def read_dialect(head: str, file: str) -> Dialect:
    """Judge a file by its first lines.

    Raises:
        OpsError: nothing cuts its lines into columns.
    """
    chosen = _chosen(head, file)
    header = chosen.records[0] if _is_header(chosen.records) else []
    before = len(head) - len(head.lstrip("\n"))
    return Dialect(
        delimiter=chosen.delimiter,
        quote=chosen.quote,
        header=tuple(header),
        fields=chosen.fields,
        skip=before + bool(header),
        quoted_newlines=any("\n" in field for record in chosen.whole for field in record),
    )


def _chosen(head: str, file: str) -> _Cut:
    """Return the cut that gives the most records the same number of fields, the first included."""
    quotes = (_quote(head), "")
    found = [
        _Cut(one, quote, records)
        for quote in quotes
        for one in DELIMITERS
        if (records := _cut(head, one, quote))
    ]
    cuts = [one for one in found if one.fields > 1]
    for least in (_STEADY, _HALF):
        good = [one for one in cuts if one.begins_well and one.steady >= least]
        if good:
            own = [one for one in good if one.quote] or good
            return max(own, key=lambda one: round(one.steady, 2))
    late = [one for one in cuts if one.steady >= _STEADY]
    raise _starts_late(late[0], head, file) if late else _one_column(head, file)


def _quote(head: str) -> str:
    """Return the quote: double ones, unless only single ones stand around fields."""
    if '"' in head:
        return '"'
    return "'" if len(_ENCLOSED.findall(head)) > 1 else '"'


def _cut(head: str, delimiter: str, quote: str) -> list[list[str]]:
    blanks = delimiter not in " \t"
    reader = csv.reader(
        StringIO(head, newline=""),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        skipinitialspace=blanks,
    )
    records = list[list[str]]()
    try:
        for record in reader:
            if any(field.strip() for field in record):
                records.append([field.strip() for field in record])
            if len(records) > _LOOK_AT:
                break
    except csv.Error:  # a field without end: whatever this is, it is not cut so
        return []
    return records


def _is_header(records: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first record is none of data: words above values, or words of its own."""
    first, rest = records[0], [one for one in records[1:] if len(one) == len(records[0])]
    if not rest or not any(first):
        return bool(first) and not any(map(is_value, first))
    columns = list(zip(*rest, strict=True))
    filled = [[text for text in column if text] for column in columns]
    above_values = [
        text and not is_value(text) and sum(map(is_value, column)) > _VALUES * len(column) > 0
        for text, column in zip(first, filled, strict=True)
    ]
    if any(above_values):
        return True
    if any(is_value(text) for text in first):
        return False
    distinct = len(set(first)) == len(first)
    return distinct and not any(
        text in column for text, column in zip(first, columns, strict=True) if text
    )


def _one_column(head: str, file: str) -> OpsError:
    return OpsError(
        "one column was found",
        resource=file,
        found=repr(head.strip().split("\n")[0][:_SHOWN]),
        expected="two columns at least, with one of , ; | or a tab between them on every line",
        do="export the table again with one of these between its columns",
    )


def _starts_late(cut: _Cut, head: str, file: str) -> OpsError:
    lines = head.split("\n")
    fields = [len(one[0]) if (one := _cut(line, cut.delimiter, cut.quote)) else 0 for line in lines]
    begins = fields.index(cut.fields) + 1 if cut.fields in fields else 1
    return OpsError(
        f"the table does not begin with the first line but with line {begins}",
        resource=file,
        found=repr(lines[0][:_SHOWN]),
        expected=f"{cut.fields} fields with {cut.delimiter!r} between them",
        do=f"take the lines above the table out: tail -n +{begins} {file} > table.csv",
    )
