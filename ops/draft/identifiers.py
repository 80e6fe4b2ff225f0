"""Columns that say which row or which customer, not what of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from models.columns import Column
from ops.draft.decision import Decision
from ops.draft.shapes import MESSY

if TYPE_CHECKING:
    from ops.draft.profile import Profile

_FEWEST_ROWS: Final = 20
_MANY: Final = 30
"""Different ones, from which on they are no categories."""

_NAMED: Final = re.compile(
    r"(.*_)?(id|uuid|guid|key|nr|no|ref|serial|iban|ssn|email|phone|index|idx|rownum|row_number"
    r"|customer|client|user|account|patient|device|machine)|id_.*"
)


def identifier(one: Profile) -> Decision | None:
    """Return an identifier: unique or called so, and no measurement."""
    if not (_is_unique_word(one) or _is_unique_number(one) or _is_called_so(one)):
        return None
    if one.distinct == one.filled:
        why = "no two alike: it says which row, not what of it"
    else:
        why = f"an identifier by its name, with {one.filled / one.distinct:.1f} rows each"
    column = Column(one.name, "identifier", nullable=one.empty > 0)
    return Decision(column, f"{one.distinct:,} different", why)


def is_called_so(name: str) -> bool:
    """Tell whether a name is one of an identifier."""
    return _NAMED.fullmatch(name) is not None


def _is_unique(one: Profile) -> bool:
    return one.distinct == one.filled >= _FEWEST_ROWS


def _is_unique_word(one: Profile) -> bool:
    readable = one.blanks or one.texts(*MESSY, "dates")
    return _is_unique(one) and one.numbers == 0 and not readable


def _is_unique_number(one: Profile) -> bool:
    """Tell whether whole numbers are named so, or count the rows."""
    if not _is_unique(one) or not _is_whole(one) or one.low is None or one.high is None:
        return False
    counts = int(one.high) - int(one.low) + 1 == one.filled
    return counts or is_called_so(one.name)


def _is_called_so(one: Profile) -> bool:
    named = is_called_so(one.name) and one.distinct > _MANY
    return named and (_is_whole(one) or one.numbers < one.filled)


def _is_whole(one: Profile) -> bool:
    return one.whole == one.filled and one.places == 0
