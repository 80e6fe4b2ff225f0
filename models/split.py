"""How rows are divided: by what they are, by what they are about, or by time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.columns import DATES, Column
from models.dates import moment
from models.fields import Fields, closest

_SHARE_TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class Split:
    """Shares of the rows; they add up to 1."""

    train: float
    validation: float
    test: float
    by: str | None = None
    """An identifier column whose rows stay together; `None` lets each row go where it belongs."""

    def to_json(self) -> dict[str, Any]:
        """The section, normalised."""
        return dict(vars(self))


USUAL: Final = Split(train=0.7, validation=0.15, test=0.15)
"""What holds if a model file says nothing else."""


@dataclass(frozen=True)
class TimeSplit:
    """What was before is learnt from, what came after is judged by."""

    by: str
    """A column of dates or timestamps."""

    validation_from: str
    """Where the validation rows begin, in that column's format; all before are for training."""

    test_from: str
    """Where the test rows begin."""

    def to_json(self) -> dict[str, Any]:
        """The section, normalised."""
        return dict(vars(self))


def read_split(fields: Fields, columns: Sequence[Column]) -> Split | TimeSplit:
    """Read the section; with rules across columns, if those are sound."""
    if fields.has("validation_from") or fields.has("test_from"):
        return _in_time(fields, columns)
    allowed = "a share between 0 and 1"
    split = Split(
        train=fields.number("train", _is_share, allowed, default=USUAL.train),
        validation=fields.number("validation", _is_share, allowed, default=USUAL.validation),
        test=fields.number("test", _is_share, allowed, default=USUAL.test),
        by=_key(fields),
    )
    shares = [split.train, split.validation, split.test]
    if fields.sound and abs(math.fsum(shares) - 1) > _SHARE_TOLERANCE:
        fields.reject("", shares, "three shares that add up to 1")
    if split.by and columns:
        _check_key(fields, split.by, columns, ("identifier",))
    fields.close()
    return split


def _in_time(fields: Fields, columns: Sequence[Column]) -> TimeSplit:
    split = TimeSplit(
        by=fields.text("by", bool, "the name of a column of dates"),
        validation_from=fields.text("validation_from", bool, "a date, in quotes"),
        test_from=fields.text("test_from", bool, "a date, in quotes"),
    )
    if fields.sound and columns:
        _check_key(fields, split.by, columns, DATES)
    if fields.sound and columns:
        _check_times(fields, split, columns)
    fields.close()
    return split


def _is_share(value: float) -> bool:
    return 0 < value < 1


def _key(fields: Fields) -> str | None:
    if fields.optional("by") is None:
        return None
    return fields.text("by", bool, "the name of an identifier column")


def _check_key(fields: Fields, key: str, columns: Sequence[Column], kinds: tuple[str, ...]) -> None:
    keys = {column.name: column for column in columns if column.kind in kinds}
    dated = key in [column.name for column in columns if column.kind in DATES]
    if key in keys and keys[key].nullable:
        fields.reject("by", key, "a column that is not nullable")
    elif key not in keys and dated:
        fields.reject("by", key, "validation_from and test_from beside a column of dates")
    elif key not in keys:
        allowed = ", ".join(keys) or f"a column of kind {' or '.join(kinds)}"
        fields.reject("by", key, allowed, closest(key, [*keys]))


def _check_times(fields: Fields, split: TimeSplit, columns: Sequence[Column]) -> None:
    form = next(column.format for column in columns if column.name == split.by)
    first, last = moment(split.validation_from, form), moment(split.test_from, form)
    for field, found in (("validation_from", first), ("test_from", last)):
        if found is None:
            text = split.test_from if field == "test_from" else split.validation_from
            fields.reject(field, text, f"a text in the format of {split.by}, which is {form}")
    if first and last and first >= last:
        fields.reject("test_from", split.test_from, "after validation_from")
