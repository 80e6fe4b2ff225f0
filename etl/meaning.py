"""What a kind of columns says of itself: its value, its faults, how it is written and counted.

All as SQL. An expression speaks of a column x by these names, each made by a step of `etl/sql.py`:
`t_x` its text, trimmed, null when empty; `v_x` its value, null when it has none; and in the table
`rows`, `k_x` what is counted of it, `w_x` its text again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from etl.contract import Column

Measure = Literal["numbers", "values"] | None
"""How a column is counted: as numbers, or value by value, or not at all."""


@dataclass(frozen=True)
class Rule:
    """A way in which one field can be wrong."""

    reason: str
    condition: str
    """Of fields that are not empty."""


@dataclass(frozen=True)
class Fault:
    """A way in which a whole row can be wrong, whatever its fields say."""

    condition: str
    reason: str
    """An expression: it may say how many."""


class Meaning(ABC):
    """A kind. To add one is to write this down."""

    measure: Measure = None
    casts = False
    """Whether `quick_value` is a number that DuckDB reads: the cell has to be `decimals.bare`."""

    @abstractmethod
    def value(self, column: Column) -> str:
        """Return `v_x` of the text `t_x`, whatever is in it."""

    @abstractmethod
    def rules(self, column: Column) -> list[Rule]:
        """Return what is checked, in order: the first rule that a field breaks is its reason."""

    @abstractmethod
    def written(self, column: Column) -> str:
        """Return the field as CSV has it; an empty text when it is empty."""

    @abstractmethod
    def counted(self, column: Column) -> str:
        """Return what is kept of a sound field to be counted."""

    @abstractmethod
    def stored(self, column: Column) -> str:
        """Return the field as Parquet has it, of `k_x` and `w_x`."""

    @abstractmethod
    def quick_sound(self, column: Column, cell: str) -> str:
        """Return a condition on `cell` and `q_x` that holds only where no rule is broken.

        It need not hold for every sound field, nor for an empty one: those get a careful look.
        """

    def known(self, column: Column) -> tuple[str, ...]:
        """Return the values that are counted even if there are none."""
        del column
        return ()

    def quick_value(self, column: Column, cell: str) -> str | None:
        """Return `q_x`, the value of a cell in a line that is easy; None if that is its text."""
        del column, cell

    def quick_written(self, column: Column, cell: str) -> str | None:
        """Return a sound cell as CSV has it; None if that is the cell itself."""
        del column, cell


def quoted(text: str) -> str:
    """Return a text as a CSV field."""
    inner = f"""'"' || replace({text}, '"', '""') || '"'"""
    marks = "','", "'\"'", "chr(10)", "chr(13)"
    found = " + ".join(f"instr({text}, {mark})" for mark in marks)
    return f"case when {found} > 0 then {inner} else {text} end"
