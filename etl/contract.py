"""The data contract as values: what a raw file must hold and how its rows are divided.

The contract was validated where people write it; here only what this code relies on is checked, so
that a contract from a newer schema is refused by name instead of half understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, cast

from etl.dates import since_1970
from etl.errors import RequestError
from etl.fields import Json, as_list, as_object, one_of, take
from etl.formats import OUTPUTS, Format, Output

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal[
    "numeric", "integer", "categorical", "boolean", "date", "timestamp", "text", "identifier"
]
SplitName = Literal["train", "validation", "test"]
Destination = Literal["train", "validation", "test", "quarantine"]

KINDS: Final[tuple[Kind, ...]] = (
    "numeric",
    "integer",
    "categorical",
    "boolean",
    "date",
    "timestamp",
    "text",
    "identifier",
)
LEFT_OUT: Final[tuple[Kind, ...]] = ("text", "identifier")
"""Kinds that are in raw files and not in datasets."""

DATES: Final[tuple[Kind, ...]] = ("date", "timestamp")
SPLITS: Final[tuple[SplitName, ...]] = ("train", "validation", "test")
QUARANTINE: Final = "quarantine"
DESTINATIONS: Final[tuple[Destination, ...]] = (*SPLITS, QUARANTINE)

_COLUMN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True)
class Column:
    """One column of the raw file."""

    name: str
    kind: Kind
    nullable: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    values: tuple[str, ...] = ()
    """The categories of a categorical column; none if they are learnt."""

    max_values: int | None = None
    """How many may be learnt; None if they are declared."""

    fill: str | None = None
    """What is written where a field is empty; None leaves it empty."""

    format: str = ""
    """How a date or a timestamp is written."""

    features: tuple[str, ...] = ()
    """What training derives from a date; a date without any is not in datasets."""

    @property
    def kept(self) -> bool:
        """Whether datasets have the column."""
        return self.kind not in LEFT_OUT and (self.kind not in DATES or bool(self.features))


@dataclass(frozen=True)
class Contract:
    """What the ETL checks, and what it makes of what passes."""

    format: Format
    columns: tuple[Column, ...]
    target: str
    shares: Mapping[SplitName, Decimal]
    """Share of the rows for each split; they add up to 1."""

    max_quarantine: Decimal
    """Share of the rows that may be invalid before the run fails."""

    min_test_rows: int = 1
    """Rows of the test split that a model can be judged by, at least."""

    output: Output = "csv"
    """How the dataset is written."""

    split_by: str | None = None
    """The column whose rows stay together in a split; None if each row goes where it belongs."""

    split_from: tuple[Decimal, Decimal] | None = None
    """Where validation and test begin in that column, if it holds dates; then there are no shares.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in the contract's order."""
        return tuple(column.name for column in self.columns)

    @property
    def kept(self) -> tuple[Column, ...]:
        """The columns of a dataset's rows: features and target."""
        return tuple(column for column in self.columns if column.kept)

    @classmethod
    def from_json(cls, document: object) -> Contract:
        """Read the normalised data section of a model file.

        Raises:
            RequestError: a field is missing or not understood.
        """
        data = as_object(document, "contract")
        form = as_object(take(data, "format", "contract"), "contract.format")
        split = as_object(take(data, "split", "contract"), "contract.split")
        columns = _columns(take(data, "columns", "contract"))
        begins = _begins(split, columns)
        return cls(
            format=Format.from_json(form),
            columns=columns,
            target=str(take(data, "target", "contract")),
            shares={}
            if begins
            else {name: _decimal(take(split, name, "contract.split")) for name in SPLITS},
            max_quarantine=_decimal(take(data, "max_quarantine", "contract")),
            min_test_rows=int(take(data, "min_test_rows", "contract")),
            output=cast("Output", one_of(data.get("output", "csv"), OUTPUTS, "contract.output")),
            split_by=split.get("by"),
            split_from=begins,
        )


def _columns(value: object) -> tuple[Column, ...]:
    listed = as_list(value, "contract.columns")
    return tuple(_column(item, f"contract.columns[{index}]") for index, item in enumerate(listed))


def _column(value: object, where: str) -> Column:
    document = as_object(value, where)
    kind = cast("Kind", one_of(take(document, "kind", where), KINDS, f"{where}.kind"))
    form = str(take(document, "format", where)) if kind in DATES else ""
    return Column(
        name=_name(take(document, "name", where), f"{where}.name"),
        kind=kind,
        nullable=bool(document.get("nullable", False)),
        minimum=_bound(document.get("min"), kind, form, f"{where}.min"),
        maximum=_bound(document.get("max"), kind, form, f"{where}.max"),
        values=tuple(str(category) for category in document.get("values") or ()),
        max_values=document.get("max_values"),
        fill=_fill(document.get("fill")),
        format=form,
        features=tuple(str(feature) for feature in document.get("features") or ()),
    )


def _begins(split: Json, columns: tuple[Column, ...]) -> tuple[Decimal, Decimal] | None:
    """Return where the validation and the test rows begin, if it is time that divides rows."""
    if "test_from" not in split:
        return None
    where = "contract.split"
    dates = {column.name: column for column in columns if column.kind in DATES}
    key = dates[one_of(take(split, "by", where), tuple(dates), f"{where}.by")]
    validation, test = (
        _moment(str(take(split, field, where)), key.kind, key.format, f"{where}.{field}")
        for field in ("validation_from", "test_from")
    )
    return validation, test


def _name(value: object, where: str) -> str:
    """Return a name that may stand in a query as it is."""
    if not isinstance(value, str) or not _COLUMN_NAME.fullmatch(value):
        raise RequestError("not a column name", where=where, found=repr(value))
    return value


def _fill(value: object) -> str | None:
    """Return a value as a dataset has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{_decimal(value):f}"
    return None if value is None else str(value)


def _bound(value: object, kind: Kind, form: str, where: str) -> Decimal | None:
    if value is None:
        return None
    return _moment(str(value), kind, form, where) if kind in DATES else _decimal(value)


def _moment(text: str, kind: Kind, form: str, where: str) -> Decimal:
    try:
        return since_1970(text, kind, form)
    except ValueError as error:
        raise RequestError(
            f"not a {kind}", where=where, found=repr(text), expected=f"the format {form}"
        ) from error


def _decimal(value: object) -> Decimal:
    """Return the number as it was written: `0.7` is 7/10 here, not the float next to it."""
    return Decimal(str(value))
