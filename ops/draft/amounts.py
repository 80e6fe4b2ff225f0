"""Columns of numbers: their range, and numbers that only people can read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from models.columns import Column
from ops.draft.decision import ENOUGH, Decision, in_rows, left_out
from ops.draft.profile import number
from ops.draft.ranges import with_headroom
from ops.draft.shapes import MESSY

if TYPE_CHECKING:
    from decimal import Decimal

    from ops.draft.profile import Profile

GAPS: Final = "gaps in words"

IF_CODES: Final = "if they are codes, say categorical"

_FEW: Final = 10
"""Different whole numbers that may well be codes."""

_FAR: Final = 3
"""Times the width of what is usual, from which on a value lies far out."""

_RARELY: Final = 0.005
_SELDOM: Final = 0.01
_SENTINELS: Final = frozenset({-1, -9, -99, -999, -9999, 99, 999, 9999, 99999, 999999})
_ONE_POINT: Final = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")


def amounts(one: Profile) -> Decision | None:
    """Return numbers with a range, if nearly all values are such."""
    if not one.numbers or one.share(one.numbers) < ENOUGH:
        return None
    found = _with_range(one).and_check(_sentinels(one) or _far_out(one), _signs(one))
    return found.and_check(_codes(one), _thousands(one), _fractions(one))


def unreadable(one: Profile) -> Decision | None:
    """Return that numbers are written as only people read them, if most are."""
    odd = one.texts(*MESSY, GAPS)
    if one.numbers + one.texts(*MESSY) == 0 or one.share(one.numbers + odd) < ENOUGH:
        return None
    kinds = [kind for kind in (*MESSY, GAPS) if kind in one.shapes]
    seen = ", ".join(f"{kind} ({one.shapes[kind][1]!r})" for kind in kinds)
    found = left_out(one, seen, "numbers that the ETL does not read")
    if kinds == [GAPS]:
        do = "leave these fields empty in the file, then say kind: numeric, nullable: true"
    else:
        do = "write them as 1234.56 in the file, then say kind: numeric"
    return found.and_check(do)


def _with_range(one: Profile) -> Decision:
    low, high = _ends(one)
    least, most = with_headroom(low, high)
    whole = one.whole == one.numbers and one.places == 0
    kind = "integer" if whole else "numeric"
    column = Column(one.name, kind, nullable=one.empty > 0, min=least, max=most)
    seen = f"{low.normalize():f} to {high.normalize():f}"
    why = "whole numbers" if whole else "numbers"
    rest = one.filled - one.numbers
    if not rest:
        return Decision(column, seen, why)
    others = ", ".join(f"{kind} such as {text!r}" for kind, (_, text) in one.shapes.items())
    bad = f"c_{one.name} is not null and ({number(one.name)}) is null"
    return Decision(
        column, seen, f"{why} but for {others}", bad=bad, fault="not a number"
    ).and_check(f"{in_rows(rest)} will be in quarantine; with these fields empty they would not")


def _ends(one: Profile) -> tuple[Decimal, Decimal]:
    if one.low is None or one.high is None:
        raise ValueError(f"{one.name} has no numbers")
    return one.low, one.high


def _sentinels(one: Profile) -> str:
    """Return a question about numbers that people put where there is none."""
    found = [
        f"{text} ({in_rows(count)})"
        for text, count in one.common
        if count > 1 and any(end in _SENTINELS and str(end) == text for end in _whole_ends(one))
    ]
    many = one.distinct > _FEW
    return f"does {', '.join(found)} stand for a gap? then leave it empty" if found and many else ""


def _whole_ends(one: Profile) -> list[int]:
    return [int(end) for end in _ends(one) if end == end.to_integral_value()]


def _far_out(one: Profile) -> str:
    """Return a question about single values that widen the range."""
    if one.usual is None:
        return ""
    low, high = _ends(one)
    usual_low, usual_high = one.usual
    width = (usual_high - usual_low) * _FAR
    far = [low] * (usual_low - low > width) + [high] * (high - usual_high > width)
    if not far or not width:
        return ""
    shown = " and ".join(f"{end.normalize():f}" for end in far)
    usual = f"{usual_low.normalize():f} to {usual_high.normalize():f}"
    return f"{shown} lies far from the rest (98 % are {usual}): an error? then narrow the range"


def _signs(one: Profile) -> str:
    if not 0 < one.negative <= _RARELY * one.numbers:
        return ""
    return f"below zero in {in_rows(one.negative)}: an error? then say min: 0"


def _codes(one: Profile) -> str:
    if one.whole != one.filled or one.distinct > _FEW or one.places:
        return ""
    return f"{one.distinct} different whole numbers: {IF_CODES}"


def _fractions(one: Profile) -> str:
    rest = one.numbers - one.whole
    if not 0 < rest <= _SELDOM * one.numbers:
        return ""
    return f"whole numbers but in {in_rows(rest)}: errors? then say integer"


def _thousands(one: Profile) -> str:
    points = [text for text, _ in one.common if "." in text]
    if not points or len(points) == len(one.common) or not all(map(_ONE_POINT.fullmatch, points)):
        return ""
    return f"{points[0]} is read as a number below 1,000: is its point one between thousands?"
