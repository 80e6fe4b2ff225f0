"""Columns of the data as the container knows them: from the dataset's manifest, into the archive.

Pure, standard library only: serving imports it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args

from training_image.dates import DERIVED, DateReader
from training_image.errors import ArtifactError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["numeric", "integer", "categorical", "boolean", "date", "timestamp"]
DATES: Final = ("date", "timestamp")

BOOLEANS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), 1.0),
    **dict.fromkeys(("false", "f", "no", "n", "0"), 0.0),
}
"""What a boolean is as a number, by its spelling in small letters. The ETL has the same."""


@dataclass(frozen=True)
class Column:
    """One column of the raw file."""

    name: str
    kind: Kind
    nullable: bool = False
    values: tuple[str, ...] = ()
    """The categories in declared order; empty for numbers."""

    fill: str | None = None
    """What takes the place of an empty field, as datasets have it; None leaves the gap."""

    format: str = ""
    """How dates are written."""

    features: tuple[str, ...] = ()
    """What is derived from dates."""

    @property
    def width(self) -> int:
        """How many numbers a field is to the model; none if it is a word."""
        if self.kind in DATES:
            return len(self.features)
        return 0 if self.kind == "categorical" else 1

    @cached_property
    def dates(self) -> DateReader:
        """What reads the column's dates."""
        return DateReader(self.format, self.features)

    @cached_property
    def gap(self) -> float | str:
        """What an empty field is to the model: what fills it, else NaN or no category."""
        if self.kind == "categorical":
            return self.fill or ""
        if self.fill is None:
            return math.nan
        return BOOLEANS[self.fill] if self.kind == "boolean" else float(self.fill)

    def to_json(self) -> dict[str, Any]:
        """Return the column as the archive's schema keeps it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "nullable": self.nullable,
            **({"values": list(self.values)} if self.kind == "categorical" else {}),
            **({} if self.fill is None else {"fill": self.fill}),
            **(
                {"format": self.format, "features": list(self.features)}
                if self.kind in DATES
                else {}
            ),
        }


@dataclass(frozen=True)
class Schema:
    """All columns in the raw file's order, and which of them is the target."""

    columns: tuple[Column, ...]
    target: str

    @cached_property
    def features(self) -> tuple[Column, ...]:
        """The columns that a client sends, in the raw file's order."""
        return tuple(column for column in self.columns if column.name != self.target)

    @cached_property
    def numbers(self) -> tuple[Column, ...]:
        """The features that are numbers to a tree: the columns of the model's input `numeric`."""
        return tuple(column for column in self.features if column.kind != "categorical")

    @cached_property
    def width(self) -> int:
        """How many columns the model's input `numeric` has: a date has one for each feature."""
        return sum(column.width for column in self.numbers)

    def places(self, name: str) -> slice:
        """Where the numbers of a feature stand in the model's input `numeric`."""
        index = [column.name for column in self.numbers].index(name)
        first = sum(column.width for column in self.numbers[:index])
        return slice(first, first + self.numbers[index].width)

    @cached_property
    def categories(self) -> tuple[Column, ...]:
        """The features that are words: the columns of the model's input `categorical`."""
        return tuple(column for column in self.features if column.kind == "categorical")

    @property
    def target_column(self) -> Column:
        """The column to predict."""
        return next(column for column in self.columns if column.name == self.target)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """What the target can be if it is a label, in the order of probabilities."""
        column = self.target_column
        return ("false", "true") if column.kind == "boolean" else column.values

    def to_json(self) -> dict[str, Any]:
        """Return the schema as `parse_schema` reads it."""
        return {"columns": [column.to_json() for column in self.columns], "target": self.target}


def parse_schema(document: object, where: str) -> Schema:
    """Read a schema from plain JSON objects; `where` is what an error calls them.

    Raises:
        ArtifactError: a field is missing or holds something else than it should.
    """
    try:
        fields = cast("Mapping[str, Any]", document)
        columns = tuple(_column(column) for column in fields["columns"])
        schema = Schema(columns, fields["target"])
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(
            f"the schema in {where} is damaged",
            found=shown(error),
            expected="the fields columns and target",
            do="make the dataset anew",
        ) from error
    if [column.name for column in columns].count(schema.target) != 1 or not schema.features:
        raise ArtifactError(
            f"the schema in {where} names no usable target",
            found=shown(schema.target),
            expected=f"one of {', '.join(column.name for column in columns)}, and a feature",
            do="make the dataset anew",
        )
    return schema


def _column(fields: Mapping[str, Any]) -> Column:
    if fields["kind"] not in get_args(Kind):
        raise ValueError(f"kind {fields['kind']!r}")
    dated = fields["kind"] in DATES
    unknown = set(fields["features"]) - set(DERIVED) if dated else set[str]()
    if unknown:
        raise ValueError(f"features {sorted(unknown)}")
    return Column(
        name=str(fields["name"]),
        kind=fields["kind"],
        nullable=bool(fields.get("nullable", False)),
        values=tuple(str(value) for value in fields.get("values") or ()),
        fill=fields.get("fill"),
        format=str(fields["format"]) if dated else "",
        features=tuple(str(feature) for feature in fields["features"]) if dated else (),
    )
