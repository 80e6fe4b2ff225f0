"""Columns of dates and timestamps: how they are written, and what is derived from them."""

import re
from datetime import UTC, datetime
from typing import Final

from models.fields import Fields, closest

DATE_FEATURES: Final = ("year", "month", "day", "weekday", "day_of_year", "epoch_days")
TIMESTAMP_FEATURES: Final = (*DATE_FEATURES, "hour", "minute", "second")
"""What a model may learn of a moment; weekdays count from Monday, which is 1."""

_FORMATS: Final = {"date": "%Y-%m-%d", "timestamp": "%Y-%m-%d %H:%M:%S"}
_NEEDED: Final = {"date": {"%Y", "%m", "%d"}, "timestamp": {"%Y", "%m", "%d", "%H"}}
_PARTS: Final = {"date": {"%Y", "%m", "%d"}, "timestamp": {"%Y", "%m", "%d", "%H", "%M", "%S"}}
_BETWEEN: Final = re.compile(r"[-./:,_ TZ]")


def features_of(kind: str) -> tuple[str, ...]:
    """What may be derived from a column of this kind."""
    return TIMESTAMP_FEATURES if kind == "timestamp" else DATE_FEATURES


def read_format(fields: Fields, kind: str) -> str:
    """The field `format` of a column."""
    parts = " ".join(sorted(_PARTS[kind], key="%Y%m%d%H%M%S".index))
    return fields.text(
        "format",
        lambda text: _is_format(text, kind),
        f"{parts}, each once, with - . / : , _ T Z or a blank between them",
        default=_FORMATS[kind],
    )


def read_features(fields: Fields, kind: str) -> tuple[str, ...]:
    """The field `features` of a column; none by default."""
    known = features_of(kind)
    items = fields.items("features", f"a list of {', '.join(known)}", default=())
    for index, item in enumerate(items):
        if item not in known or item in items[:index]:
            allowed = f"{', '.join(known)}, each once"
            fields.reject(f"features[{index}]", item, allowed, closest(item, known))
    return tuple(str(item) for item in items)


def read_moment(fields: Fields, field: str, form: str) -> str | None:
    """A moment in a column's format, or `None`."""
    found = fields.optional(field)
    if found is not None and (not isinstance(found, str) or moment(found, form) is None):
        fields.reject(
            field, found, f"a text like {datetime(2024, 12, 31, tzinfo=UTC):{form}}, in quotes"
        )
        return None
    return None if found is None else str(found)


def moment(text: str, form: str) -> datetime | None:
    """What a text says in a format; `None` if it does not have it to the letter."""
    try:
        found = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None
    return found if _rendered(found, form) == text else None


def _rendered(found: datetime, form: str) -> str:
    return found.strftime(form.replace("%Y", f"{found.year:04}"))


def _is_format(text: str, kind: str) -> bool:
    items = re.findall(r"%.|.", text)
    parts = [item for item in items if item.startswith("%")]
    between = [item for item in items if not item.startswith("%")]
    return (
        len(parts) == len(set(parts))
        and _NEEDED[kind] <= set(parts) <= _PARTS[kind]
        and ("%S" not in parts or "%M" in parts)
        and all(_BETWEEN.fullmatch(item) for item in between)
        and text == text.strip()
    )
