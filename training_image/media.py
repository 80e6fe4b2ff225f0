"""Which media type a request has, and which one its answer gets.

Pure. Parameters of a type are read where they matter (`charset`, `q`) and ignored otherwise.
"""

from __future__ import annotations

from typing import Final

from training_image.errors import RequestError

CSV: Final = "text/csv"
JSON: Final = "application/json"
SUPPORTED: Final = (CSV, JSON)

NOT_ACCEPTABLE: Final = 406
UNSUPPORTED: Final = 415

_CHARSETS: Final = ("utf-8", "utf8", "us-ascii", "ascii")


def request_type(header: str) -> str:
    """Return the media type of a request's body.

    Raises:
        RequestError: status 415, the type is missing, unknown, or not in UTF-8.
    """
    media, parameters = _parse(header)
    if media not in SUPPORTED:
        raise RequestError(
            UNSUPPORTED,
            "unsupported Content-Type",
            found=repr(header),
            expected=" or ".join(SUPPORTED),
        )
    charset = parameters.get("charset", "utf-8")
    if charset not in _CHARSETS:
        raise RequestError(
            UNSUPPORTED, "unsupported charset", found=repr(charset), expected="utf-8"
        )
    return media


def answer_type(accept: str, request: str) -> str:
    """Return the media type of the answer: what the client likes best, else the request's own.

    Raises:
        RequestError: status 406, the client accepts nothing that there is.
    """
    if not accept.strip():
        return request
    for media in _by_preference(accept):
        if media in SUPPORTED:
            return media
        if media == "*/*" or media == f"{request.split('/')[0]}/*":
            return request
        if media in ("text/*", "application/*"):
            return CSV if media == "text/*" else JSON
    raise RequestError(
        NOT_ACCEPTABLE, "unsupported Accept", found=repr(accept), expected=" or ".join(SUPPORTED)
    )


def _by_preference(accept: str) -> list[str]:
    ranges = [_parse(part) for part in accept.split(",")]
    weighted = [(_weight(parameters.get("q", "1")), media) for media, parameters in ranges]
    return [media for weight, media in sorted(weighted, key=lambda one: -one[0]) if weight > 0]


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _parse(header: str) -> tuple[str, dict[str, str]]:
    media, *rest = header.lower().split(";")
    pairs = (part.partition("=") for part in rest)
    return media.strip(), {name.strip(): value.strip().strip('"') for name, _, value in pairs}
