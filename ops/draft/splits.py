"""Deals rows out to train, validation and test, mostly as the ETL does, to measure baselines."""
# ruff: noqa: S608 - names are checked by the schema

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from models.split import USUAL, TimeSplit
from ops.draft.features import written
from ops.draft.identifiers import is_called_so
from ops.draft.moments import parsed
from ops.draft.quarantine import sound
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ops.draft.decision import Decision
    from ops.draft.profile import Profile
    from ops.draft.rows import Rows

FEWEST_KEYS: Final = 100
"""Customers, machines, ... from which on shares of them are about shares of the rows."""

_HASHES: Final = 2**32


def deal_out(rows: Rows, decisions: Sequence[Decision], by: str | None) -> Mapping[str, int]:
    """Make the table `dealt`: sound rows with their split, and `lot`, a number to sample by."""
    kept = [written(one.column) for one in decisions if one.column.kept]
    line = f"concat_ws(',', {', '.join(kept)})"
    first = f"{round(USUAL.train * _HASHES):08x}"
    second = f"{round((USUAL.train + USUAL.validation) * _HASHES):08x}"
    rows.database.execute(f"""
create or replace table dealt as
select *, case when place < '{first}' then 'train' when place < '{second}' then 'validation'
  else 'test' end as split
from (
  select *, substr(md5({f"c_{by}" if by else line}), 1, 8) as place,
    substr(md5({line}), 9, 8) as lot
  from raw where {sound(decisions)}
)""")
    counts = dict(rows.all("select split, count(*) from dealt group by split"))
    return {name: int(counts.get(name, 0)) for name in ("train", "validation", "test")}


def in_time(rows: Rows, decisions: Sequence[Decision]) -> TimeSplit | None:
    """Return a split of the same shares by time, if there is a column of dates without gaps."""
    dates = [one.column for one in decisions if one.column.format and not one.column.nullable]
    if not dates:
        return None
    form, moment = dates[0].format, parsed(f"c_{dates[0].name}", dates[0].format)
    ends = f"[{USUAL.train}, {USUAL.train + USUAL.validation}]"
    (found,) = rows.ask(f"select quantile_disc({moment}, {ends}) from raw")
    validation, test = (f"{begin:{form}}" for begin in found)
    return TimeSplit(dates[0].name, validation, test) if validation != test else None


def require_rows_in_each(counts: Mapping[str, int], file: str) -> None:
    """Refuse a file with too few rows to learn from some and judge by others.

    Raises:
        OpsError: a split would have none.
    """
    if min(counts.values()) and counts["train"] > 1:
        return
    raise OpsError(
        "there are too few rows to learn from some and judge by others",
        resource=file,
        found=", ".join(f"{name} {count}" for name, count in counts.items()),
        expected="rows in each split; some hundreds make a model that can be judged",
        do="collect more rows",
    )


def key_of(profiles: Sequence[Profile], decisions: Sequence[Decision]) -> str | None:
    """Return the identifier whose rows should stay together, if there is one."""
    for one, decision in zip(profiles, decisions, strict=True):
        repeated = is_called_so(one.name) and FEWEST_KEYS <= one.distinct < one.filled == one.rows
        if decision.column.kind == "identifier" and repeated:
            return one.name
    return None
