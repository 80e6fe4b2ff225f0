"""Which columns of a Parquet file mean which of the contract, and what their types allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from etl.errors import ColumnTypeError, EmptyObjectError
from etl.layout import Layout, column_name, other_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.contract import Column, Contract, Kind

RawType = Literal[
    "boolean", "integer", "decimal", "float", "double", "text", "date", "timestamp", "other"
]

_NUMBERS: Final[tuple[RawType, ...]] = ("integer", "decimal", "float", "double", "text")
_NO_MOMENTS: Final[tuple[RawType, ...]] = ("boolean", *_NUMBERS)
_MOMENTS: Final[tuple[RawType, ...]] = (*_NUMBERS, "date", "timestamp")
_ANY: Final[tuple[RawType, ...]] = ("boolean", *_MOMENTS)
TAKEN: Final[dict[Kind, tuple[RawType, ...]]] = {
    "numeric": _NUMBERS,
    "integer": _NUMBERS,
    "boolean": _NO_MOMENTS,
    "date": _MOMENTS,
    "timestamp": _MOMENTS,
    "categorical": _ANY,
    "text": _ANY,
    "identifier": _ANY,
}
"""The types that each kind may have in Parquet; what is text there has to look like the kind."""


@dataclass(frozen=True)
class RawColumn:
    """A column of a Parquet file, as either engine tells of it."""

    name: str
    type: RawType
    shown: str
    """What the type is called in errors."""

    scale: int = 0
    """Digits of a decimal after the point."""

    per_second: int = 1_000_000
    """The unit of a timestamp."""


@dataclass(frozen=True)
class Footer:
    """What a Parquet file says of itself."""

    rows: int
    columns: tuple[RawColumn, ...]


def read_parquet_layout(key: str, footer: Footer, contract: Contract) -> Layout:
    """Judge a file by its footer.

    Raises:
        EmptyObjectError: there are no rows.
        HeaderError: its columns are not those of the contract.
        ColumnTypeError: a column has a type that its kind cannot have.
    """
    names = [column_name(column.name) for column in footer.columns]
    if sorted(names) != sorted(contract.names):
        raise other_columns(key, names, contract, "the file's columns are")
    positions = [names.index(name) for name in contract.names]
    found = [footer.columns[place] for place in positions]
    _check_types(key, found, contract)
    if footer.rows == 0:
        raise EmptyObjectError("holds columns and no rows", where=key, do="upload a file with rows")
    return Layout(
        key,
        header_record=0,
        positions=tuple(place + 1 for place in positions),
        keys=tuple(column.name for column in found),
        types=tuple(found),
    )


def _check_types(key: str, found: Sequence[RawColumn], contract: Contract) -> None:
    pairs = zip(contract.columns, found, strict=True)
    wrong = [(column, raw) for column, raw in pairs if raw.type not in TAKEN[column.kind]]
    if wrong:
        raise ColumnTypeError(
            "columns have types that their kinds cannot have",
            where=key,
            found=", ".join(f"{column.name} {raw.shown}" for column, raw in wrong),
            expected="; ".join(_expected(column) for column, _ in wrong),
            do="write them as another type, or declare another kind in the model file",
        )


def _expected(column: Column) -> str:
    return f"for {column.name}, {column.kind}: {', '.join(TAKEN[column.kind])}"
