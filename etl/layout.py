"""Where each column stands in a raw object, judged by the object's first lines.

Refuses what cannot be the declared file at all: a header that is missing, unexpected or names other
columns, or lines with another number of fields. Single bad lines are the quarantine's business.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from etl.errors import ColumnCountError, EmptyObjectError, HeaderError
from etl.kinds import meaning
from etl.line_ends import MASK, mask_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.contract import Contract
    from etl.formats import Format
    from etl.parquet_layout import RawColumn

_LOOK_AT_LINES: Final = 20
_OTHER_DELIMITERS: Final = ",;\t|"
_NUMBER: Final = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Shape:
    """How the first JSON line was put together, if without blanks but after commas and colons."""

    comma: str
    colon: str
    quoted: frozenset[str]
    """The columns whose values are texts."""


@dataclass(frozen=True)
class Layout:
    """How one raw object is laid out."""

    key: str
    header_record: int
    """Line number of the header, counted from 1; 0 when there is none."""

    positions: tuple[int, ...]
    """Field number, counted from 1, of each column of the contract."""

    keys: tuple[str, ...] = ()
    """How each column is called in the raw object, where its records have names."""

    types: tuple[RawColumn, ...] = ()
    """Each column as the raw object has it, where its columns have types."""

    shape: Shape | None = None
    """Of JSON lines, if most can be expected to look alike."""


def read_layout(key: str, head: str, contract: Contract) -> Layout:
    """Judge an object by its first lines (plain text), blank ones left out.

    Raises:
        EmptyObjectError: there are no rows.
        HeaderError: the header is not what the contract declares.
        ColumnCountError: no line has as many fields as the contract has columns.
    """
    numbered = enumerate(_records(head, contract.format), start=1)
    lines = [(number, line) for number, line in numbered if line.strip()][: _LOOK_AT_LINES + 1]
    if lines:
        _refuse_open_quote(key, lines[0][1], contract.format)
    data = lines[1:] if contract.format.header else lines
    if not data:
        cause = "holds a header and no rows" if lines else "holds no lines"
        raise EmptyObjectError(cause, where=key, do="upload the file again, whole")
    first = split_line(lines[0][1], contract.format)
    _check_count(key, [line for _, line in lines], contract)
    if contract.format.header:
        return Layout(key, lines[0][0], _header_positions(key, first, contract))
    _refuse_header(key, first, contract)
    return Layout(key, 0, tuple(range(1, len(contract.columns) + 1)))


def _records(head: str, form: Format) -> list[str]:
    if not form.quoted_newlines:
        return head.split("\n")
    return [record.replace(MASK, "\n") for record in mask_text(head, form).split("\n")]


def split_line(line: str, form: Format, delimiter: str = "") -> list[str]:
    """Return the fields of a line, without the blanks around them; or cut by another delimiter."""
    cut = csv.reader(
        io.StringIO(line, newline=""),
        delimiter=delimiter or form.delimiter,
        quotechar=form.quote or None,
        quoting=csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
    )
    return [field.strip() for field in next(cut)]


def column_name(text: str) -> str:
    """Return the column that a header means: `Shell Weight (g)` is `shell_weight_g`."""
    return re.sub(r"[^a-z0-9]+", "_", text.strip().lower()).strip("_")


def is_number(text: str) -> bool:
    """Tell whether a text is a number as contracts mean it."""
    return _NUMBER.fullmatch(text) is not None


def _refuse_open_quote(key: str, header: str, form: Format) -> None:
    if not form.header or not form.quote or header.count(form.quote) % 2 == 0:
        return
    hint = "" if form.quoted_newlines else ", or say quoted_newlines: true under data.format"
    raise HeaderError(
        "the header has a quote that is not closed",
        where=key,
        found=repr(header),
        do=f"close it{hint}",
    )


def _check_count(key: str, lines: Sequence[str], contract: Contract) -> None:
    wanted = len(contract.columns)
    counts = {len(split_line(line, contract.format)) for line in lines}
    header_counts = contract.format.header and len(split_line(lines[0], contract.format)) > 1
    if wanted in counts or header_counts:
        return
    found = " or ".join(str(count) for count in sorted(counts))
    raise ColumnCountError(
        f"wrong number of columns with the delimiter {contract.format.delimiter!r}",
        where=key,
        found=f"{found} in {lines[0]!r}",
        expected=f"{wanted}: {', '.join(contract.names)}",
        do=_delimiter_hint(lines, contract) or "upload a file of this model, or mend its columns",
    )


def _delimiter_hint(lines: Sequence[str], contract: Contract) -> str:
    for delimiter in _OTHER_DELIMITERS.replace(contract.format.quote or " ", ""):
        counts = {len(split_line(line, contract.format, delimiter)) for line in lines}
        if len(contract.columns) in counts:
            return f"is the delimiter {delimiter!r}? then say so under data.format.delimiter"
    return ""


def _header_positions(key: str, header: Sequence[str], contract: Contract) -> tuple[int, ...]:
    names = [column_name(field) for field in header]
    if not set(names) & set(contract.names) and any(is_number(field) for field in header):
        raise HeaderError(
            "a header is declared, but the first line is data",
            where=key,
            found=repr(contract.format.delimiter.join(header)),
            expected=contract.format.delimiter.join(contract.names),
            do="add the header to the file, or say header: false under data.format",
        )
    if sorted(names) != sorted(contract.names):
        raise other_columns(key, names, contract, "the header names")
    return tuple(names.index(name) + 1 for name in contract.names)


def other_columns(
    key: str, names: Sequence[str], contract: Contract, who_names: str
) -> HeaderError:
    """Return why an object is refused whose columns are called otherwise."""
    missing = [name for name in contract.names if name not in names]
    extra = [name for name in names if name not in contract.names]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems = [f"missing {_guess(name, extra)}" for name in missing]
    problems += [f"not in the contract {name!r}" for name in extra]
    problems += [f"there more than once {name!r}" for name in twice]
    return HeaderError(
        f"{who_names} other columns than the contract: {', '.join(problems)}",
        where=key,
        found=", ".join(names),
        expected=", ".join(contract.names),
        do="rename the columns in the file or in the model file",
    )


def _guess(name: str, candidates: Sequence[str]) -> str:
    import difflib  # only for an error: its import costs more than reading a header

    close = difflib.get_close_matches(name, candidates, n=1)
    return f"{name!r} (did you mean {close[0]!r}?)" if close else repr(name)


def _refuse_header(key: str, first: Sequence[str], contract: Contract) -> None:
    named = {column_name(field) for field in first} & set(contract.names)
    if 2 * len(named) < len(contract.columns) and not _no_number(first, contract):
        return
    raise HeaderError(
        "no header is declared, but the first line looks like one",
        where=key,
        found=repr(contract.format.delimiter.join(first)),
        expected="a row of data",
        do="say header: true under data.format, or remove the line",
    )


def _no_number(first: Sequence[str], contract: Contract) -> bool:
    """Tell whether every field that has to be a number is a word instead."""
    if len(first) != len(contract.columns):
        return False
    pairs = zip(first, contract.columns, strict=True)
    numbers = [field for field, column in pairs if meaning(column).casts]
    return bool(numbers) and all(field[:1].isalpha() for field in numbers)
