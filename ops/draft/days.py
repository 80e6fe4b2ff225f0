"""Columns of dates: one format that can be declared, or several that cannot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from models.columns import Column
from ops.draft.decision import ENOUGH, Decision, in_rows, left_out
from ops.draft.moments import parsed

if TYPE_CHECKING:
    from models.columns import Kind
    from ops.draft.profile import Dates, Profile

DAY: Final = ("year", "month", "day", "weekday")
MOMENT: Final = (*DAY, "hour")
"""What is derived by default, if it varies."""


def dates(one: Profile) -> Decision | None:
    """Return a column of dates, if one format fits nearly all."""
    best = one.dates[0] if one.dates else None
    if best is None or one.share(best.count) < ENOUGH:
        return None
    kind: Kind = "timestamp" if "%H" in best.format else "date"
    features = tuple(
        part for part in (MOMENT if "%H" in best.format else DAY) if part in best.varying
    )
    if not features:
        return None
    first = best.first.replace(month=1, day=1, hour=0, minute=0, second=0)
    column = Column(
        one.name,
        kind,
        nullable=one.empty > 0,
        min=f"{first:{best.format}}",
        format=best.format,
        features=features,
    )
    seen = f"{best.first:{best.format}} to {best.last:{best.format}}"
    rest = one.filled - best.count
    bad = f"c_{one.name} is not null and ({parsed(f'c_{one.name}', best.format)}) is null"
    found = Decision(
        column,
        seen,
        f"{kind}s, of which what varies is learnt",
        bad=bad if rest else "",
        fault=f"not a {kind}",
    )
    return found.and_check(_order(best), _rest(rest))


def scattered_dates(one: Profile) -> Decision | None:
    """Return that dates are written as no format says, if most are dates."""
    fitting = sum(each.count for each in one.dates)
    if not one.texts("dates") or one.share(max(fitting, one.texts("dates"))) < ENOUGH:
        return None
    formats = [f"{each.format} ({in_rows(each.count)})" for each in one.dates]
    if fitting < one.filled:
        example = one.shapes["dates"][1]
        others = f"{in_rows(one.filled - fitting)} otherwise, " if formats else ""
        formats.append(f"{others}such as {example!r}")
    timed = re.search(r"\d:\d\d", one.shapes["dates"][1])
    kind, as_day = ("timestamp", "2024-12-31 23:59:59") if timed else ("date", "2024-12-31")
    found = left_out(one, ", ".join(formats), "dates, but not in one format of fixed width")
    return found.and_check(f"write all as {as_day} in the file, then say kind: {kind}")


def _order(best: Dates) -> str:
    if not best.rivals:
        return ""
    return f"days and months cannot be told apart: {best.format} or {best.rivals[0]}?"


def _rest(count: int) -> str:
    return f"{in_rows(count)} in another format will be in quarantine" if count else ""
