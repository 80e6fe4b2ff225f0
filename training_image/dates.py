"""What a model learns of a date: numbers derived once, here, for training and for serving.

Pure, standard library only. A text is read as the ETL reads it: in the declared format, to the
letter.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PATTERNS: Final = {
    "%Y": "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])",
    "%m": "(0[1-9]|1[0-2])",
    "%d": "(0[1-9]|[12][0-9]|3[01])",
    "%H": "([01][0-9]|2[0-3])",
    "%M": "([0-5][0-9])",
    "%S": "([0-5][0-9])",
}
"""What may stand for each part of a format. The ETL has the same."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).toordinal()

DERIVED: Final[Mapping[str, Callable[[datetime], float]]] = {
    "year": lambda moment: moment.year,
    "month": lambda moment: moment.month,
    "day": lambda moment: moment.day,
    "weekday": lambda moment: moment.isoweekday(),
    "day_of_year": lambda moment: moment.timetuple().tm_yday,
    "epoch_days": lambda moment: moment.toordinal() - _EPOCH,
    "hour": lambda moment: moment.hour,
    "minute": lambda moment: moment.minute,
    "second": lambda moment: moment.second,
}
"""By name. All are exact in 32 bits, which seconds since 1970 would not be."""


class DateReader:
    """Reads texts of one format into the numbers of some features."""

    def __init__(self, form: str, features: Sequence[str]) -> None:
        self.gap = (math.nan,) * len(features)
        """What there is of a date that is missing."""

        parts = re.findall(r"%.|.", form)
        self._pattern = re.compile("".join(PATTERNS.get(part, f"[{part}]") for part in parts))
        self._order = [parts[1] for parts in re.findall(r"(%(.))", form)]
        self._derive = [DERIVED[name] for name in features]

    def read(self, text: str) -> tuple[float, ...]:
        """Return the features of a text.

        Raises:
            ValueError: it does not have the format, or there is no such day.
        """
        matched = self._pattern.fullmatch(text)
        if matched is None:
            raise ValueError(f"{text!r} is no date as they are written here")
        found = dict(zip(self._order, map(int, matched.groups()), strict=True))
        day, time = [found[part] for part in "Ymd"], [found.get(part, 0) for part in "HMS"]
        try:
            moment = datetime(*day, *time, tzinfo=UTC)
        except ValueError as error:
            raise ValueError(f"{text!r} is no date: {error}") from error
        return tuple(derive(moment) for derive in self._derive)
