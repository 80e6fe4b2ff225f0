"""What an endpoint is asked: one row, or the rows of a file, and the media type that they have."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from twin.errors import TwinError

if TYPE_CHECKING:
    from typing import BinaryIO

CSV: Final = "text/csv"
JSON: Final = "application/json"
JSON_LINES: Final = "application/jsonlines"

MEDIA: Final = {".csv": CSV, ".json": JSON, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES}
"""What a file holds, by how its name ends."""

STDIN: Final = "-"


@dataclass(frozen=True)
class Question:
    """A request's body and its media type."""

    body: bytes
    media: str = CSV


def media_of(file: Path) -> str:
    """Return the media type of a file.

    Raises:
        TwinError: its name ends in nothing known.
    """
    media = MEDIA.get(file.suffix.lower())
    if media is None:
        raise TwinError(
            "what does this file hold?",
            step="invoke",
            resource=str(file),
            found=f"a name that ends in {file.suffix!r}"
            if file.suffix
            else "a name without ending",
            expected=f"one that ends in {', '.join(MEDIA)}",
            do="name it after what it holds",
        )
    return media


def read_question(file: str, stdin: BinaryIO) -> Question:
    """Return the rows of a file, or of `stdin` if it is `-`.

    Raises:
        TwinError: there is no such file, it is empty, or its name does not say what it holds.
    """
    if file == STDIN:
        body = stdin.read()
        question = Question(body, _guess(body))
    else:
        question = Question(_read(Path(file)), media_of(Path(file)))
    if not question.body.strip():
        raise TwinError(
            "there is no row to ask about", step="invoke", resource=file, found="nothing"
        )
    return question


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise TwinError(
            "the file can't be read",
            step="invoke",
            resource=str(file),
            found=error.strerror or str(error),
            expected="a file of rows",
            do="give its path, from the project's folder or from the root",
        ) from error


def _guess(body: bytes) -> str:
    """Return the media type of what has no name, by how it begins."""
    if body.lstrip()[:1] not in (b"[", b"{"):
        return CSV
    try:
        json.loads(body)
    except ValueError:
        return JSON_LINES
    return JSON
