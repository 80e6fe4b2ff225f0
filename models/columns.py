"""The columns of a raw file: what each is called, what it holds and what it may hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, cast

from models.dates import moment, read_features, read_format, read_moment
from models.fields import Fields, closest, number_or_none, whole_or_none

Kind = Literal[
    "numeric", "integer", "categorical", "boolean", "date", "timestamp", "text", "identifier"
]
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
"""Kinds that are in raw files and never features."""

NUMBERS: Final[tuple[Kind, ...]] = ("numeric", "integer")

MOST_VALUES: Final = 10_000
"""That may be learnt: each is a column to the trees."""

DATES: Final[tuple[Kind, ...]] = ("date", "timestamp")

Fill = str | float | bool
"""Of the column's kind."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True)
class Column:
    """One column of the raw file, in the file's order."""

    name: str
    kind: Kind
    nullable: bool = False
    """Whether the field may be empty."""

    min: float | str | None = None
    """Smallest value allowed; `None` is unbounded. Numbers, and dates in their own format."""

    max: float | str | None = None
    """Largest value allowed; `None` is unbounded. Numbers, and dates in their own format."""

    values: tuple[str, ...] = ()
    """The categories, in the order of the file. Categories only, and none if they are learnt."""

    max_values: int | None = None
    """How many categories may be learnt from the data; `None` if they are declared."""

    fill: Fill | None = None
    """What takes the place of an empty field; `None` leaves it empty."""

    format: str = ""
    """How dates are written."""

    features: tuple[str, ...] = ()
    """What a model learns of dates; one without any is not in datasets."""

    @property
    def kept(self) -> bool:
        """Whether datasets have the column."""
        return self.kind not in LEFT_OUT and (self.kind not in DATES or bool(self.features))

    def to_json(self) -> dict[str, Any]:
        """Normalised: numbers carry `min` and `max`, categories `values` or `max_values`."""
        common: dict[str, Any] = {
            "name": self.name,
            "kind": self.kind,
            "nullable": self.nullable,
            **({} if self.fill is None else {"fill": self.fill}),
        }
        if self.kind == "categorical":
            learnt = self.max_values is not None
            more = {"max_values": self.max_values} if learnt else {"values": list(self.values)}
            return {**common, **more}
        if self.kind in DATES:
            common |= {"format": self.format, "features": list(self.features)}
        if self.kind in (*NUMBERS, *DATES):
            return {**common, "min": self.min, "max": self.max}
        return common


def read_columns(fields: Fields) -> tuple[Column, ...]:
    """The field `columns` of the data section."""
    items = fields.items("columns", "a list of columns")
    columns = [_column(fields.entry("columns", index, item)) for index, item in enumerate(items)]
    if fields.sound:
        _check_names(fields, columns)
    return tuple(columns)


def _check_names(fields: Fields, columns: Sequence[Column]) -> None:
    names = [column.name for column in columns]
    if sum(column.kept for column in columns) < 2:  # noqa: PLR2004  # a target and something to predict it from
        fields.reject(
            "columns", names, "a target and at least one feature: a column of another kind"
        )
    for index, name in enumerate(names):
        if name in names[:index]:
            fields.reject(f"columns[{index}].name", name, "a name that no other column has")


def _column(fields: Fields) -> Column:
    kind = cast("Kind", fields.choice("kind", KINDS))
    kind_known = fields.sound
    name = fields.text("name", is_column_name, "small letters, digits and _, at most 64")
    nullable = fields.flag("nullable", default=kind == "text")
    if kind == "text" and not nullable:
        fields.reject("nullable", nullable, "true, or nothing: texts are ignored")
    if not kind_known:
        return Column(name, kind, nullable)  # what else may stand here depends on the kind
    column = Column(name, kind, nullable, **_of_kind(fields, kind))
    if kind not in (*LEFT_OUT, *DATES):
        column = replace(column, fill=_fill(fields, column))
    fields.close()
    return column


def _of_kind(fields: Fields, kind: Kind) -> dict[str, Any]:
    """What a column of this kind says besides what all say."""
    if kind == "categorical":
        most = _most_values(fields)
        return {"max_values": most, "values": _categories(fields) if most is None else ()}
    if kind in DATES:
        form = read_format(fields, kind)
        return {
            "format": form,
            "features": read_features(fields, kind),
            **dict(zip(("min", "max"), _days(fields, form), strict=True)),
        }
    if kind in NUMBERS:
        return dict(zip(("min", "max"), _bounds(fields, kind), strict=True))
    return {}


def _fill(fields: Fields, column: Column) -> Fill | None:
    found = fields.optional("fill")
    if found is None:
        return None
    if not column.nullable:
        fields.reject("fill", found, "nothing, as the column is not nullable")
    fill, allowed = _of_column(found, column)
    if fill is None:
        fields.reject("fill", found, allowed, closest(found, column.values))
    return fill


def _of_column(found: object, column: Column) -> tuple[Fill | None, str]:
    """The value if the column may hold it, and what it may hold."""
    if column.kind == "boolean":
        return (found if isinstance(found, bool) else None), "true or false"
    if column.kind == "categorical":
        known = isinstance(found, str) and (not column.values or found in column.values)
        allowed = ", ".join(column.values) or "a text without spaces around it"
        return (str(found) if known and _is_category(found) else None), allowed
    low, high = column.min, column.max
    number = whole_or_none(found) if column.kind == "integer" else number_or_none(found)
    beyond = number is not None and (
        (isinstance(low, int | float) and number < low)
        or (isinstance(high, int | float) and number > high)
    )
    if number is None or beyond:
        return None, f"a number that the column may hold, from {low} to {high}"
    return number, ""


def is_column_name(text: str) -> bool:
    """Whether a text can name a column."""
    return _NAME.fullmatch(text) is not None


def _days(fields: Fields, form: str) -> tuple[str | None, str | None]:
    low, high = (read_moment(fields, field, form) for field in ("min", "max"))
    first, last = (text and moment(text, form) for text in (low, high))
    if isinstance(first, datetime) and isinstance(last, datetime) and first > last:
        fields.reject("min", low, f"at most max, which is {high}")
    return low, high


def _bounds(fields: Fields, kind: Kind) -> tuple[float | None, float | None]:
    low, high = _bound(fields, "min", kind), _bound(fields, "max", kind)
    if low is not None and high is not None and low > high:
        fields.reject("min", low, f"at most max, which is {high}")
    return low, high


def _bound(fields: Fields, field: str, kind: Kind) -> float | None:
    found = fields.optional(field)
    value = whole_or_none(found) if kind == "integer" else number_or_none(found)
    if found is not None and value is None:
        number = "a whole number" if kind == "integer" else "a finite number"
        fields.reject(field, found, f"{number}, or null for unbounded")
    return value


def _most_values(fields: Fields) -> int | None:
    """How many values may be learnt; `None` if the file declares them."""
    if fields.optional("max_values") is None:
        return None
    if fields.has("values"):
        fields.reject("max_values", fields.optional("max_values"), "either values or max_values")
        fields.optional("values")
    return fields.whole("max_values", 1, MOST_VALUES)


def _categories(fields: Fields) -> tuple[str, ...]:
    allowed = "a list of different texts, or max_values in its place to learn them from the data"
    values = fields.items("values", allowed)
    if fields.has("values") and fields.sound and not values:
        fields.reject("values", list(values), f"{allowed}, at least one")
    for index, value in enumerate(values):
        if not _is_category(value):
            fields.reject(
                f"values[{index}]", value, "a text without spaces around it (quote numbers)"
            )
        elif value in values[:index]:
            fields.reject(f"values[{index}]", value, allowed)
    return tuple(value for value in values if isinstance(value, str))


def _is_category(value: object) -> bool:
    return isinstance(value, str) and value != "" and value == value.strip() and value.isprintable()
