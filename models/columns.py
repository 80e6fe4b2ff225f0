"""The columns of a raw file: what each is called, what it holds and what it may hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from models.fields import Fields, number_or_none, whole_or_none

Kind = Literal["numeric", "integer", "categorical", "boolean", "text", "identifier"]
KINDS: Final[tuple[Kind, ...]] = (
    "numeric",
    "integer",
    "categorical",
    "boolean",
    "text",
    "identifier",
)
LEFT_OUT: Final[tuple[Kind, ...]] = ("text", "identifier")
"""Kinds that are in raw files and never features."""

NUMBERS: Final[tuple[Kind, ...]] = ("numeric", "integer")

MOST_VALUES: Final = 10_000
"""That may be learnt: each is a column to the trees."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True)
class Column:
    """One column of the raw file, in the file's order."""

    name: str
    kind: Kind
    nullable: bool = False
    """Whether the field may be empty."""

    min: float | None = None
    """Smallest value allowed; `None` is unbounded. Numbers only."""

    max: float | None = None
    """Largest value allowed; `None` is unbounded. Numbers only."""

    values: tuple[str, ...] = ()
    """The categories, in the order of the file. Categories only, and none if they are learnt."""

    max_values: int | None = None
    """How many categories may be learnt from the data; `None` if they are declared."""

    def to_json(self) -> dict[str, Any]:
        """Normalised: numbers carry `min` and `max`, categories `values` or `max_values`."""
        common = {"name": self.name, "kind": self.kind, "nullable": self.nullable}
        if self.kind == "categorical":
            learnt = self.max_values is not None
            more = {"max_values": self.max_values} if learnt else {"values": list(self.values)}
            return {**common, **more}
        if self.kind in NUMBERS:
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
    kept = [column for column in columns if column.kind not in LEFT_OUT]
    if len(kept) < 2:  # noqa: PLR2004  # a target and something to predict it from
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
    nullable = kind == "text" or fields.flag("nullable", default=False)
    if not kind_known:
        return Column(name, kind, nullable)  # what else may stand here depends on the kind
    if kind == "categorical":
        most = _most_values(fields)
        values = _categories(fields) if most is None else ()
        column = Column(name, kind, nullable, values=values, max_values=most)
    elif kind in NUMBERS:
        column = Column(name, kind, nullable, *_bounds(fields, kind))
    else:
        column = Column(name, kind, nullable)
    fields.close()
    return column


def is_column_name(text: str) -> bool:
    """Whether a text can name a column."""
    return _NAME.fullmatch(text) is not None


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
