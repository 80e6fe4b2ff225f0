"""True or false, in the spellings that people use; a dataset has one spelling for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.meaning import Meaning, Rule

if TYPE_CHECKING:
    from etl.contract import Column
    from etl.meaning import Measure

SPELLINGS: Final = {"true": ("true", "t", "yes", "y", "1"), "false": ("false", "f", "no", "n", "0")}
"""By what is written; a spelling may have any case. The training image has the same."""


class Boolean(Meaning):
    """True or false."""

    measure: Measure = "values"

    def value(self, column: Column) -> str:
        """Return the one spelling that datasets have."""
        return _spelt(f"t_{column.name}")

    def rules(self, column: Column) -> list[Rule]:
        """Return that it is one of the spellings."""
        shown = ", ".join(spelling for spellings in SPELLINGS.values() for spelling in spellings)
        return [Rule(f"{column.name}: not one of {shown}", f"v_{column.name} is null")]

    def written(self, column: Column) -> str:
        """Return that spelling."""
        return f"coalesce(v_{column.name}, '')"

    def counted(self, column: Column) -> str:
        """Return that spelling."""
        return f"v_{column.name}"

    def stored(self, column: Column) -> str:
        """Return whether it is true."""
        return f"k_{column.name} = 'true'"

    def known(self, column: Column) -> tuple[str, ...]:
        """Return both."""
        del column
        return tuple(SPELLINGS)

    def quick_value(self, column: Column, cell: str) -> str | None:
        """Return that spelling."""
        del column
        return _spelt(cell)

    def quick_sound(self, column: Column, cell: str) -> str:
        """Return that there is one."""
        del cell
        return f"q_{column.name} is not null"

    def quick_written(self, column: Column, cell: str) -> str | None:
        """Return that spelling."""
        del cell
        return f"coalesce(q_{column.name}, '')"


def _spelt(text: str) -> str:
    cases = [
        f"when lower({text}) in ({', '.join(map(repr, spellings))}) then '{written}'"
        for written, spellings in SPELLINGS.items()
    ]
    return f"case {' '.join(cases)} end"
