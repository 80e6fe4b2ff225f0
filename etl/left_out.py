"""Columns that are no features: free text, which is ignored, and what tells one thing from another.

Neither is in a dataset. An identifier may be the split's key, and then it may not be empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.meaning import Meaning

if TYPE_CHECKING:
    from etl.contract import Column
    from etl.meaning import Rule


class LeftOut(Meaning):
    """Anything at all."""

    def value(self, column: Column) -> str:
        """Return the text."""
        return f"t_{column.name}"

    def rules(self, column: Column) -> list[Rule]:
        """Return none."""
        del column
        return []

    def written(self, column: Column) -> str:
        """Return the text, which nobody writes."""
        return f"t_{column.name}"

    def counted(self, column: Column) -> str:
        """Return the text, which nobody counts."""
        return f"t_{column.name}"

    def stored(self, column: Column) -> str:
        """Return the text, which nobody stores."""
        return f"w_{column.name}"

    def quick_sound(self, column: Column, cell: str) -> str:
        """Return that it is not empty; one that may be is not asked."""
        del column
        return f"{cell} <> ''"
