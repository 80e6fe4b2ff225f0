"""Puts a draft together: what was seen of the file, what was decided, what was measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.formats import NO_QUOTE, Format
from models.schema import USUAL_QUARANTINE
from ops.draft.balance import balance
from ops.draft.baselines import measure
from ops.draft.decide import decide
from ops.draft.dialect import read_dialect
from ops.draft.gate import gate
from ops.draft.names import column_name, find, names_by_place, names_of
from ops.draft.profile import profile
from ops.draft.quarantine import settle
from ops.draft.rows import cut_best, require_rows
from ops.draft.source import head_of, open_source
from ops.draft.splits import deal_out, in_time, key_of, require_rows_in_each
from ops.draft.structured import read_json_lines, read_parquet
from ops.draft.target import choose_target
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from models.split import TimeSplit
    from ops.draft.balance import Balance
    from ops.draft.baselines import Baselines
    from ops.draft.decision import Decision
    from ops.draft.dialect import Dialect
    from ops.draft.gate import Gate
    from ops.draft.profile import Profile
    from ops.draft.quarantine import Quarantine
    from ops.draft.rows import Rows
    from ops.draft.source import Source
    from ops.draft.target import Wanted


@dataclass(frozen=True)
class Draft:
    """All that a model file says, and why."""

    source: Source
    format: Format
    target: str
    decisions: tuple[Decision, ...]
    quarantine: Quarantine
    split_by: str | None
    split_in_time: TimeSplit | None
    """What could be in its place, where rows have dates."""

    rows: Mapping[str, int]
    """Of each split, in this file; measured by the rehearsal."""

    measured: Baselines
    balance: Balance | None
    """What could be said of rare classes."""

    gate: Gate

    @property
    def checks(self) -> tuple[str, ...]:
        """What is to be checked of the file as a whole."""
        return _file_checks(self.source, self.format, self.quarantine)


@dataclass(frozen=True)
class Wish:
    """What a user says of the model."""

    target: str
    """What is to be predicted: a heading, or the name of a column."""

    kind: Wanted = ""
    """What that is; nothing leaves it to the file."""

    named: Sequence[str] = ()
    """Names of the columns of a file without a header."""


def draft(file: Path, wish: Wish, lent: tuple[Path, duckdb.DuckDBPyConnection]) -> Draft:
    """Draft a model of a file.

    Args:
        file: The raw file.
        wish: What it is to predict.
        lent: A folder for temporary files, and a database in it.

    Raises:
        OpsError: no model can be made of it, and why.
    """
    folder, database = lent
    source = open_source(file, folder)
    table, form = _table(source, wish.named, database)
    require_rows(table, source.name)
    target = find(wish.target, table.names, table.headings, source.name)
    pairs = zip(table.names, table.headings, strict=True)
    profiles = [profile(table, name, heading) for name, heading in pairs]
    decided = [
        _with_heading(
            choose_target(one, profiles, source.name, wish.kind)
            if one.name == target
            else decide(one),
            one.heading,
        )
        for one in profiles
    ]
    _require_features(decided, target, source.name)
    settled = settle(table, profiles, decided, target, source.name)
    split_by, rows = _deal_out(table, profiles, settled.decisions, source.name)
    place = table.names.index(target)
    column = settled.decisions[place].column
    measured = measure(table, profiles, settled.decisions, column)
    return Draft(
        source=source,
        format=form,
        target=target,
        decisions=settled.decisions,
        quarantine=settled.quarantine,
        split_by=split_by,
        split_in_time=in_time(table, settled.decisions),
        rows=rows,
        measured=measured,
        balance=balance(column, profiles[place], measured),
        gate=gate(measured, rows),
    )


def _table(
    source: Source, named: Sequence[str], database: duckdb.DuckDBPyConnection
) -> tuple[Rows, Format]:
    if source.type != "csv":
        read = read_json_lines if source.type == "jsonl" else read_parquet
        return read(database, source), Format(source.type)
    dialect = read_dialect(head_of(source), source.name)
    names = _names(source, dialect, named)
    table, dialect = cut_best(database, source, dialect, names)
    form = Format(
        type="csv",
        delimiter=dialect.delimiter,
        quote=dialect.quote or NO_QUOTE,
        header=bool(dialect.header),
        encoding=source.encoding,
        quoted_newlines=dialect.quoted_newlines,
    )
    return table, form


def _names(source: Source, dialect: Dialect, named: Sequence[str]) -> tuple[str, ...]:
    if dialect.header and not named:
        return names_of(dialect.header, source.name, dialect.delimiter)
    if not named:
        return names_by_place(dialect.fields)
    names = tuple(map(column_name, named))
    if not dialect.header and len(names) == dialect.fields:
        return names_of(names, "COLUMNS", ",")
    raise OpsError(
        "COLUMNS does not fit the file",
        resource=source.name,
        found=f"{len(names)} names",
        expected="none, as the file has a header"
        if dialect.header
        else f"one for each of {dialect.fields} columns",
        do="leave COLUMNS out" if dialect.header else "name them all, with commas between them",
    )


def _with_heading(found: Decision, heading: str) -> Decision:
    """Return the decision, with the heading where the name has lost letters of it."""
    return found if heading.isascii() else replace(found, seen=f"{heading!r}: {found.seen}")


def _require_features(decisions: Sequence[Decision], target: str, file: str) -> None:
    if any(one.column.kept and one.column.name != target for one in decisions):
        return
    others = [one for one in decisions if one.column.name != target]
    raise OpsError(
        f"there is nothing to predict {target!r} from",
        resource=file,
        found="\n".join(f"{one.column.name}: {one.column.kind}, {one.why}" for one in others[:8]),
        expected="one column at least of numbers, categories, booleans or dates",
        do=next((check for one in others for check in one.checks), "add columns to the file"),
    )


def _deal_out(
    rows: Rows, profiles: Sequence[Profile], decisions: Sequence[Decision], file: str
) -> tuple[str | None, Mapping[str, int]]:
    key = key_of(profiles, decisions)
    counts = deal_out(rows, decisions, key)
    require_rows_in_each(counts, file)
    return key, counts


def _file_checks(source: Source, form: Format, lost: Quarantine) -> tuple[str, ...]:
    found = list[str]()
    if lost.share > USUAL_QUARANTINE:
        found.append(
            f"{lost.share:.0%} of the rows will be in quarantine, so max_quarantine is {lost.limit}"
            f" where {USUAL_QUARANTINE} is usual: can the file be mended?"
        )
    if source.encoding != "utf-8":
        found.append(
            f"the file is not UTF-8; {source.encoding} is a guess: look at a text with accents"
        )
    if form.quoted_newlines:
        found.append("fields have line ends in them: such a file cannot be divided among workers")
    return tuple(found)
