"""The record of what each role asked AWS for: `.twin/last/calls.jsonl`, a line a call."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ops.iam.evaluate import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Recorded:
    """A call that a role made.

    Attributes:
        role: Its ARN.
        service: As boto3 names it.
        operation: Such as `CreateTrainingJob`.
        asked: What had to be allowed: actions, resources, context.
        status: HTTP's number of the answer.
        denied: Why it was not allowed; empty if it was.
        parameters: What was sent; the caller's own data is left out.
    """

    role: str
    service: str
    operation: str
    asked: Sequence[Asked]
    status: int
    denied: str
    parameters: Mapping[str, Any]


class Journal:
    """Appends calls to a file; each line is whole, whoever reads meanwhile."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()

    def write(self, call: Recorded) -> None:
        """Note a call."""
        line = json.dumps(asdict(call), default=_as_text)
        with self._lock, self._file.open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")


def read_journal(file: Path) -> Iterator[Recorded]:
    """Return what was recorded, oldest first."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            found = json.loads(line)
            asked = [Asked(**one) for one in found.pop("asked")]
            yield Recorded(asked=asked, **found)


def _as_text(value: object) -> str:
    """Return a text for times and for bytes, which JSON has not."""
    return "" if isinstance(value, bytes) else str(value)
