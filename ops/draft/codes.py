"""Words: categories that are declared, categories that are learnt, names of things, free text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from models.columns import Column
from ops.draft.decision import Decision, left_out

if TYPE_CHECKING:
    from ops.draft.profile import Profile

DECLARED: Final = 30
"""Categories that a person can still look through."""

LEARNT: Final = 1000
"""Categories at most: each is a column to the trees."""

ROWS_EACH: Final = 5
"""That a category needs on average for anything to be learnt of it."""

_SHOWN: Final = 3
_RARE_IN: Final = 100
_SOME: Final = 0.1
_MOSTLY: Final = 0.5
_NAMED: Final = re.compile(
    r"(.*_)?(code|zip|plz|postcode|class|category|type|group|region|zone|sector|status|segment)"
)


def codes(one: Profile) -> Decision | None:
    """Return what becomes of numbers that are names: with leading zeros, or called so and few."""
    if one.numbers != one.filled or one.whole != one.filled or one.places:
        return None
    if one.leading_zeros:
        return words(one)
    named = _NAMED.fullmatch(one.name) is not None
    return words(one) if named and (_can_be_listed(one) or _recur(one)) else None


def words(one: Profile) -> Decision:
    """Return what becomes of texts."""
    if _can_be_listed(one):
        return _declared(one)
    if _recur(one):
        return _learnt(one)
    return _mixture(one) or _names(one)


def _mixture(one: Profile) -> Decision | None:
    """Return that some are numbers and others are not, so that nothing can be said of all."""
    if one.share(one.numbers) < _SOME or one.numbers == one.filled or one.leading_zeros:
        return None
    others = [f"{count:,} {kind} such as {text!r}" for kind, (count, text) in one.shapes.items()]
    seen = ", ".join([f"{one.numbers:,} numbers", *others])
    return left_out(one, seen, "neither numbers nor categories").and_check(
        "leave what is no number empty in the file, then say kind: numeric, nullable: true"
    )


def _names(one: Profile) -> Decision:
    seen, wordy = f"{one.distinct:,} different", one.share(one.blanks) > _MOSTLY
    if wordy or one.distinct < _MOSTLY * one.filled:
        return left_out(one, seen, "free text" if wordy else "texts that recur, but far too many")
    column = Column(one.name, "identifier", nullable=one.empty > 0)
    return Decision(column, seen, "nearly all differ: it says which, not what")


def _can_be_listed(one: Profile) -> bool:
    return one.distinct <= DECLARED and 2 * one.distinct <= one.filled


def _recur(one: Profile) -> bool:
    return one.distinct <= LEARNT and one.filled >= ROWS_EACH * one.distinct


def _declared(one: Profile) -> Decision:
    values = tuple(text for text, _ in one.common)
    if not all(map(is_plain, values)):
        return _learnt(one)
    seen = ", ".join(f"{text} {count:,}" for text, count in one.common[:_SHOWN])
    seen += f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    column = Column(one.name, "categorical", nullable=one.empty > 0, values=values)
    return Decision(column, seen, _why(one, "few different texts"), oddities(one))


def _learnt(one: Profile) -> Decision:
    most = 10 * -(-2 * one.distinct // 10)
    column = Column(one.name, "categorical", nullable=one.empty > 0, max_values=most)
    seen = f"{one.distinct:,} different, such as {one.common[0][0]!r}"
    why = f"texts that recur, learnt from the data up to {most}"
    return Decision(column, seen, _why(one, why), oddities(one))


def _why(one: Profile, why: str) -> str:
    if one.leading_zeros:
        return f"codes, as {one.example_with_zero!r} begins with a zero: {why}"
    return f"codes by the column's name: {why}" if one.numbers == one.filled else why


def is_plain(text: str) -> bool:
    """Tell whether a model file can hold a value."""
    return text == text.strip() and text.isprintable()


def oddities(one: Profile) -> tuple[str, ...]:
    """Return what looks like a slip of somebody who typed."""
    rare = [text for text, count in one.common if count == 1 and one.filled >= _RARE_IN]
    alike: dict[str, list[str]] = defaultdict(list)
    for text, _ in one.common:
        alike[" ".join(text.lower().split())].append(text)
    pairs = [" and ".join(map(repr, texts)) for texts in alike.values() if len(texts) > 1]
    found = [f"in one row only: {_some(list(map(repr, rare)))}; typing errors?"] if rare else []
    return (*found, *([f"spelt in several ways: {_some(pairs)}"] if pairs else []))


def _some(texts: list[str]) -> str:
    more = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
