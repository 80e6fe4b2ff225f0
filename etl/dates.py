"""Dates and timestamps in a declared format; what a model learns of them is derived in training.

A format is fixed in width, so each part of a date has its place. The value of a date is its number
of days since 1970, that of a timestamp its number of seconds; there are no time zones.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from etl.decimals import number, number_type
from etl.dialect import literal
from etl.meaning import Meaning, Rule, quoted

if TYPE_CHECKING:
    from etl.contract import Column
    from etl.meaning import Measure

PATTERNS: Final = {
    "%Y": "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])",
    "%m": "(0[1-9]|1[0-2])",
    "%d": "(0[1-9]|[12][0-9]|3[01])",
    "%H": "([01][0-9]|2[0-3])",
    "%M": "([0-5][0-9])",
    "%S": "([0-5][0-9])",
}
"""What may stand for each part of a format. The training image has the same."""

_SECONDS: Final = {"%H": 3600, "%M": 60, "%S": 1}
_A_DAY: Final = 86_400
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY: Final = -719_162
"""The first of January of the year 1; DuckDB knows earlier ones."""

_SAMPLE: Final = datetime(2024, 12, 31, 23, 59, 58, tzinfo=UTC)


class Date(Meaning):
    """A moment in the declared format; the text stays as it was written."""

    measure: Measure = "numbers"

    def value(self, column: Column) -> str:
        """Return how many days or seconds it is after 1970 began."""
        text = f"t_{column.name}"
        pattern = literal(f"^{_pattern(column)}\\z")
        return f"case when regexp_like({text}, {pattern}) then {_since_1970(text, column)} end"

    def rules(self, column: Column) -> list[Rule]:
        """Return that there is such a day, and that it lies in the range."""
        value, name = f"v_{column.name}", column.name
        sample = _SAMPLE.strftime(column.format)
        found = [Rule(f"{name}: not a {column.kind} such as {sample}", f"{value} is null")]
        if column.minimum is not None:
            first = _written(column.minimum, column)
            found.append(Rule(f"{name}: before {first}", f"{value} < {number(column.minimum)}"))
        if column.maximum is not None:
            last = _written(column.maximum, column)
            found.append(Rule(f"{name}: after {last}", f"{value} > {number(column.maximum)}"))
        return found

    def written(self, column: Column) -> str:
        """Return the text, in quotes if it has to be."""
        return quoted(f"coalesce(t_{column.name}, '')")

    def counted(self, column: Column) -> str:
        """Return the value as a decimal, like any number."""
        return f"try_cast(v_{column.name} as {number_type(column)})"

    def stored(self, column: Column) -> str:
        """Return the text."""
        return f"w_{column.name}"

    def quick_value(self, column: Column, cell: str) -> str | None:
        """Return the value as DuckDB computes it by itself."""
        unit = "second" if column.kind == "timestamp" else "day"
        since = f"date_diff('{unit}', timestamp '1970-01-01', {_parsed(column, cell)})"
        return f"try_cast({since} as {number_type(column)})"

    def quick_sound(self, column: Column, cell: str) -> str:
        """Return that DuckDB writes it as it stands, and that it lies in the range.

        DuckDB reads `2024-1-5`, too: it would write it otherwise.
        """
        value, kind = f"q_{column.name}", number_type(column)
        low = Decimal(_FIRST_DAY * _unit(column)) if column.minimum is None else column.minimum
        bounds = [f"{value} >= {number(low, kind)}"]
        if column.maximum is not None:
            bounds.append(f"{value} <= {number(column.maximum, kind)}")
        same = f"strftime({_parsed(column, cell)}, {literal(column.format)}) = {cell}"
        return " and ".join([same, *bounds])


def since_1970(text: str, kind: str, form: str) -> Decimal:
    """Return the value of a text that the contract holds: days of a date, seconds of a timestamp.

    Raises:
        ValueError: the text does not have the format.
    """
    passed = datetime.strptime(text, form).replace(tzinfo=UTC) - _EPOCH
    return Decimal(passed.days * _A_DAY + passed.seconds if kind == "timestamp" else passed.days)


def _unit(column: Column) -> int:
    """Return how many there are in a day."""
    return _A_DAY if column.kind == "timestamp" else 1


def _written(value: Decimal, column: Column) -> str:
    moment = _EPOCH + timedelta(seconds=int(value) * _A_DAY // _unit(column))
    # Not all platforms write the years before 1000 with four digits.
    return moment.strftime(column.format.replace("%Y", f"{moment.year:04d}"))


def _parts(column: Column) -> list[str]:
    return re.findall(r"%.|.", column.format)


def _pattern(column: Column) -> str:
    return "".join(PATTERNS.get(part, f"[{part}]") for part in _parts(column))


def _since_1970(text: str, column: Column) -> str:
    places, place = dict[str, str](), 1
    for part in _parts(column):
        width = 4 if part == "%Y" else len(part)
        places[part] = f"substr({text}, {place}, {width})"
        place += width if part in PATTERNS else 1
    year, month, day = (places[part] for part in ("%Y", "%m", "%d"))
    days = f"unix_date(try_cast({year} || '-' || {month} || '-' || {day} as date))"
    if column.kind == "date":
        return days
    seconds = [
        f"cast({places[part]} as int) * {seconds}"
        for part, seconds in _SECONDS.items()
        if part in places
    ]
    return " + ".join([f"cast({days} as bigint) * {_A_DAY}", *seconds])


def _parsed(column: Column, cell: str) -> str:
    return f"try_strptime({cell}, {literal(column.format)})"
