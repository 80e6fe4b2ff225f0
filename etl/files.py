"""Objects that the job wrote, and documents as the bytes that lie in S3."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from etl.fields import Json


@dataclass(frozen=True)
class File:
    """An object that the job wrote."""

    key: str
    bytes: int

    def to_json(self) -> Json:
        """The file as manifests hold it."""
        return dict(vars(self))


def render(document: Any) -> bytes:  # noqa: ANN401 - a JSON value
    """Return a document as the bytes that lie in S3."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
