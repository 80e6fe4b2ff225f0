"""What the columns of a table hold, counted over all of its rows."""
# ruff: noqa: S608 - names are checked, texts go through `literal`

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ops.draft.moments import formats_of, parsed
from ops.draft.rows import literal
from ops.draft.shapes import FALSE, GAPS, LOOSE_DATES, MESSY, NUMBER, TRUE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from ops.draft.rows import Rows

MOST_COMMON: Final = 1000
"""Values that are looked at one by one."""

DECIMAL: Final = "decimal(30,15)"
"""As the ETL has it: 15 digits before the point and 15 after it."""

_LOOK_AT: Final = 100_000
"""Texts in which formats are looked for; how many have one is counted in all."""

_MASKS: Final = 20
_COMPACT: Final = "%Y%m%d"
_LONGEST_DATE: Final = 40


@dataclass(frozen=True)
class Dates:
    """A format that many texts of a column have."""

    format: str
    count: int
    first: datetime
    last: datetime
    varying: tuple[str, ...]
    """The parts that are not always the same."""

    rivals: tuple[str, ...] = ()
    """Formats that would fit as many: nobody can tell them apart."""


@dataclass(frozen=True)
class Profile:
    """What one column holds."""

    name: str
    heading: str
    rows: int
    filled: int
    distinct: int
    """Different texts."""

    numbers: int
    """Texts that are numbers as the ETL means it."""

    whole: int
    low: Decimal | None
    high: Decimal | None
    usual: tuple[Decimal, Decimal] | None
    """Between which 98 % of the numbers lie."""

    negative: int
    places: int
    """The most digits after a point."""

    leading_zeros: int
    true: int
    false: int
    longest: int
    blanks: int
    """Texts of several words."""

    common: tuple[tuple[str, int], ...]
    """The most frequent texts, if not more than a few are different; else none."""

    example: str
    example_with_zero: str
    shapes: Mapping[str, tuple[int, str]]
    """How many of the texts that are no numbers look like what, with an example."""

    dates: tuple[Dates, ...]

    @property
    def empty(self) -> int:
        """Rows without a value."""
        return self.rows - self.filled

    def share(self, count: int) -> float:
        """Return a count as a share of the values that there are."""
        return count / self.filled if self.filled else 0

    def texts(self, *kinds: str) -> int:
        """Return how many look like one of these."""
        return sum(self.shapes[kind][0] for kind in kinds if kind in self.shapes)


def number(name: str) -> str:
    """Return the expression for a column's value; null if it is no number."""
    text = f"c_{name}"
    marks = " + ".join(
        f"instr({text}, {mark})" for mark in ("'_'", "'e'", "'E'", "chr(11)", "chr(12)")
    )
    cast = f"try_cast({text} as {DECIMAL})"
    return (
        f"case when {marks} = 0 then {cast}"
        f" when regexp_full_match({text}, {literal(NUMBER)}) then {cast} end"
    )


def profile(rows: Rows, name: str, heading: str) -> Profile:
    """Count what a column holds."""
    counted = _counts(rows, name)
    filled = int(counted["filled"])
    distinct = int(rows.ask(f"select count(distinct c_{name}) from raw")[0])
    words = filled - int(counted["numbers"])
    return Profile(
        name=name,
        heading=heading,
        rows=rows.count,
        filled=filled,
        distinct=distinct,
        numbers=int(counted["numbers"]),
        whole=int(counted["whole"]),
        low=counted["low"],
        high=counted["high"],
        usual=(counted["usual_low"], counted["usual_high"]) if counted["numbers"] else None,
        negative=int(counted["negative"]),
        places=int(counted["places"] or 0),
        leading_zeros=int(counted["leading_zeros"]),
        true=int(counted["true"]),
        false=int(counted["false"]),
        longest=int(counted["longest"] or 0),
        blanks=int(counted["blanks"]),
        example=str(counted["example"] or ""),
        example_with_zero=str(counted["with_zero"] or ""),
        common=_common(rows, name) if distinct <= MOST_COMMON else (),
        shapes=_shapes(rows, name) if words else {},
        dates=_dates(rows, name, words) if filled else (),
    )


def _counts(rows: Rows, name: str) -> dict[str, Any]:
    listed = ", ".join
    zero = "c like '0_%' and substr(c, 2, 1) between '0' and '9'"
    query = f"""
select count(c) as filled, count(v) as numbers,
  count(*) filter (v = floor(v)) as whole, min(v) as low, max(v) as high,
  max(case when v is not null and instr(c, '.') > 0 then instr(reverse(c), '.') - 1 end) as places,
  quantile_disc(v, 0.01) as usual_low, quantile_disc(v, 0.99) as usual_high,
  count(*) filter (v < 0) as negative,
  count(*) filter (v is not null and {zero}) as leading_zeros,
  min(c) filter (v is not null and {zero}) as with_zero,
  min(c) as example,
  count(*) filter (lower(c) in ({listed(map(literal, TRUE))})) as true,
  count(*) filter (lower(c) in ({listed(map(literal, FALSE))})) as false,
  max(length(c)) as longest, count(*) filter (instr(c, ' ') > 0) as blanks
from (select c_{name} as c, {number(name)} as v from raw)"""
    cursor = rows.database.execute(query)
    keys = [one[0] for one in cursor.description or ()]
    return dict(zip(keys, cursor.fetchall()[0], strict=True))


def _common(rows: Rows, name: str) -> tuple[tuple[str, int], ...]:
    found = rows.all(
        f"select c_{name}, count(*) from raw where c_{name} is not null"
        f" group by 1 order by 2 desc, 1 limit {MOST_COMMON}"
    )
    return tuple((str(text), int(count)) for text, count in found)


def _shapes(rows: Rows, name: str) -> dict[str, tuple[int, str]]:
    any_of = "|".join(f"({pattern})" for pattern in (*MESSY.values(), LOOSE_DATES))
    odd = f"regexp_full_match(t, {literal(any_of)})"
    cases = [f"when t in ({', '.join(map(literal, GAPS))}) then 'gaps in words'"]
    cases += ["when regexp_full_match(t, '[0-9]{16,}') then 'long digits'"]
    cases += [f"when not {odd} then 'words'"]  # one pattern where most texts are words
    cases += [
        f"when regexp_full_match(t, {literal(pattern)}) then {literal(shape)}"
        for shape, pattern in {**MESSY, "dates": LOOSE_DATES}.items()
    ]
    query = f"""
select shape, count(*), min(c) from (
  select c, case {" ".join(cases)} else 'words' end as shape
  from (select c_{name} as c, lower(c_{name}) as t, {number(name)} as v from raw)
  where c is not null and v is null
) group by shape order by 2 desc"""
    return {str(shape): (int(count), str(example)) for shape, count, example in rows.all(query)}


def _dates(rows: Rows, name: str, words: int) -> tuple[Dates, ...]:
    """Return the formats that texts of the column have, the most frequent first."""
    if words == 0 and not re.search(r"date|day|time|datum", name):
        return ()
    masks = rows.all(
        "select regexp_replace(c, '[0-9]', '9', 'g') as mask, count(*)"
        f" from (select c_{name} as c from raw where c_{name} is not null limit {_LOOK_AT})"
        f" where length(c) between 8 and {_LONGEST_DATE} group by 1 order by 2 desc, 1"
        f" limit {_MASKS}"
    )
    found_in = [form for mask, _ in masks for form in formats_of(str(mask))]
    wanted = [form for form in found_in if words or form == _COMPACT]
    found = [one for form in wanted if (one := _of_format(rows, name, form))]
    return _without_rivals(found)


def _of_format(rows: Rows, name: str, form: str) -> Dates | None:
    parts = ("year", "month", "day", "weekday", "hour")
    moment = parsed(f"c_{name}", form)
    functions = {"weekday": "isodow"}
    varying = ", ".join(f"count(distinct {functions.get(part, part)}(m)) > 1" for part in parts)
    answer = rows.ask(
        f"select count(m), min(m), max(m), {varying} from (select {moment} as m from raw)"
    )
    count, first, last, *varies = answer
    if not count:
        return None
    found = tuple(part for part, does in zip(parts, varies, strict=True) if does)
    return Dates(form, int(count), first, last, found)


def _without_rivals(found: list[Dates]) -> tuple[Dates, ...]:
    """Keep of `%d/%m` and `%m/%d` the one that fits more; if none does, days come first."""
    kept: list[Dates] = []
    for one in sorted(found, key=lambda one: -one.count):
        twin = next((each for each in kept if _is_twin(each.format, one.format)), None)
        if twin is None:
            kept.append(one)
        elif twin.count == one.count:
            kept[kept.index(twin)] = _first_of(twin, one)
    return tuple(kept)


def _is_twin(form: str, other: str) -> bool:
    swapped = other.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")
    return form == swapped


def _first_of(one: Dates, other: Dates) -> Dates:
    """Return the likelier of two readings: firsts of months, or else days before months."""
    firsts = [each for each in (one, other) if _are_firsts(each)]
    if len(firsts) == 1:
        return firsts[0]
    chosen, left = sorted((one, other), key=lambda each: each.format.index("%d"))
    return replace(chosen, rivals=(left.format,))


def _are_firsts(dates: Dates) -> bool:
    return dates.first.day == 1 and "day" not in dates.varying and "month" in dates.varying
