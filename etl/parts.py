"""Parts: what one version of one raw object becomes, once, whoever asks for it.

A part is named after its content: the object's version, the ETL's code, and the contract but for
what judges whole datasets. Its document is written last; without one it does not exist.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from etl.contract import DESTINATIONS
from etl.files import File, render
from etl.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.contract import Contract, Destination
    from etl.fields import Json
    from etl.request import Request, Source

FORMAT: Final = 1
"""The format of a part's document."""

JUDGES_DATASETS: Final = frozenset({"max_quarantine", "min_test_rows"})
"""Fields of the contract that change no row: datasets that differ in them share their parts."""


@dataclass(frozen=True)
class Part:
    """What one raw object became."""

    part_id: str
    source: Source
    files: Mapping[Destination, Sequence[File]]
    """None for a destination without rows."""

    summary: Summary

    def to_json(self) -> Json:
        """The part as manifests list it; its document holds the rest of its summary, too."""
        summary = self.summary.to_json()
        return {
            "part_id": self.part_id,
            "source": self.source.to_json(),
            "files": {name: [file.to_json() for file in self.files[name]] for name in DESTINATIONS},
            "rows": summary["rows"],
            "digests": summary["digests"],
        }


def part_id(request: Request, source: Source) -> str:
    """Return the identity of what a source becomes under a request."""
    contract = {
        name: value for name, value in request.contract_json.items() if name not in JUDGES_DATASETS
    }
    content = {
        "source": {"key": source.key, "version_id": source.version_id},
        "etl_tree": request.etl_tree,
        "contract": contract,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def part_prefix(request: Request, source: Source) -> str:
    """Return where a part lies in the artifact bucket; ends in a slash.

    Beside the model's datasets, so that what may read and keep those may read and keep these.
    """
    return f"datasets/{request.model}/parts/{part_id(request, source)}/"


def part_key(request: Request, source: Source) -> str:
    """Return the object that makes a part exist."""
    return f"{part_prefix(request, source)}part.json"


def part_document(part: Part) -> bytes:
    """Return that object."""
    return render({"format": FORMAT, **part.to_json(), **part.summary.to_json()})


def read_part(content: bytes, contract: Contract) -> Part:
    """Read a part's document back."""
    from etl.request import Source

    document: Json = json.loads(content)
    return Part(
        part_id=str(document["part_id"]),
        source=Source(**document["source"]),
        files={name: [File(**file) for file in document["files"][name]] for name in DESTINATIONS},
        summary=Summary.from_json(document, contract),
    )
