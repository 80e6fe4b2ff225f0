"""Which media type a request has, and which one its answer gets.

Pure. Parameters of a type are read where they matter (`charset`, `header`, `q`) and ignored
otherwise. Clients repeat themselves, so what was understood is kept.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from training_image.errors import RequestError, shown

CSV: Final = "text/csv"
JSON: Final = "application/json"
JSON_LINES: Final = "application/jsonlines"
SUPPORTED: Final = (CSV, JSON, JSON_LINES)

NOT_ACCEPTABLE: Final = 406
UNSUPPORTED: Final = 415

_CHARSETS: Final = ("utf-8", "utf8", "us-ascii", "ascii")
_HEADERS: Final = ("", "present", "absent")
_SAME: Final = {"application/x-jsonlines": JSON_LINES, "application/x-ndjson": JSON_LINES}
_KEPT: Final = 256


class RequestType(NamedTuple):
    """What a request says of its body."""

    media: str
    header: str = ""
    """Of CSV: whether its first line is a header, `present` or `absent`; nothing if not said."""


@lru_cache(_KEPT)
def negotiate(content_type: bytes, accept: bytes) -> tuple[RequestType, str]:
    """Return the type of a request's body and that of its answer, from the headers' values.

    Raises:
        RequestError: status 415 or 406, as below.
    """
    asked = request_type(content_type.decode("latin-1"))
    return asked, answer_type(accept.decode("latin-1"), asked.media)


def request_type(header: str) -> RequestType:
    """Return the media type of a request's body.

    Raises:
        RequestError: status 415, the type is missing, unknown, or not in UTF-8.
    """
    media, parameters = _parse(header)
    media = _SAME.get(media, media)
    if media not in SUPPORTED:
        raise RequestError(
            UNSUPPORTED,
            "unsupported Content-Type",
            found=shown(header),
            expected=", ".join(SUPPORTED),
        )
    charset = parameters.get("charset", "utf-8")
    if charset not in _CHARSETS:
        raise RequestError(
            UNSUPPORTED, "unsupported charset", found=shown(charset), expected="utf-8"
        )
    said = parameters.get("header", "")
    if said not in _HEADERS:
        raise RequestError(
            UNSUPPORTED, "unsupported header", found=shown(said), expected="present or absent"
        )
    return RequestType(media, said)


def answer_type(accept: str, request: str) -> str:
    """Return the media type of the answer: what the client likes best, else the request's own.

    Raises:
        RequestError: status 406, the client accepts nothing that there is.
    """
    if not accept.strip():
        return request
    weighted = _by_preference(accept)
    refused = {media for weight, media in weighted if not weight > 0}
    choices = [media for media in (request, *SUPPORTED) if media not in refused]
    for weight, media in weighted:
        fitting = [choice for choice in choices if _covers(media, choice)]
        if weight > 0 and fitting:
            return fitting[0]
    raise RequestError(
        NOT_ACCEPTABLE, "unsupported Accept", found=shown(accept), expected=", ".join(SUPPORTED)
    )


def _covers(media_range: str, media: str) -> bool:
    kind, _, name = media_range.partition("/")
    return media_range in (media, "*/*") or (name == "*" and media.startswith(f"{kind}/"))


def _by_preference(accept: str) -> list[tuple[float, str]]:
    """Return the ranges with their weights, the best first; equal ones keep their order."""
    ranges = [_parse(part) for part in accept.split(",")]
    weighted = [
        (_weight(parameters.get("q", "1")), _SAME.get(media, media)) for media, parameters in ranges
    ]
    return sorted(weighted, key=lambda one: -one[0])


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 < weight <= 1 else 0.0


def _parse(header: str) -> tuple[str, dict[str, str]]:
    media, *rest = header.lower().split(";")
    pairs = (part.partition("=") for part in rest)
    return media.strip(), {name.strip(): value.strip().strip('"') for name, _, value in pairs}
