"""The dataset's manifest and its channel manifests: what training and people read.

Nothing in them depends on the engine or the clock: the same request gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from etl.contract import DESTINATIONS, SPLITS
from etl.request import FORMAT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.contract import Column, Contract, Destination, Json, SplitName
    from etl.quality import Reason
    from etl.request import Request


@dataclass(frozen=True)
class File:
    """An object that the job wrote."""

    key: str
    bytes: int

    def to_json(self) -> Json:
        """The file as the manifest holds it."""
        return dict(vars(self))


@dataclass(frozen=True)
class Dataset:
    """What one run made of its request."""

    request: Request
    files: Mapping[Destination, Sequence[File]]
    rows: Mapping[Destination, int]
    digests: Mapping[Destination, str]
    statistics: Mapping[SplitName, Mapping[str, Json]]
    reasons: Sequence[Reason]


def dataset_manifest(dataset: Dataset) -> bytes:
    """Return the object that makes the dataset exist."""
    request = dataset.request
    rows = {"read": sum(dataset.rows.values()), **dataset.rows}
    sources = [source.to_json() for source in request.sources]
    part = {
        "part_id": request.part_id,
        "sources": sources,
        "files": {name: [file.to_json() for file in dataset.files[name]] for name in DESTINATIONS},
        "rows": rows,
    }
    return render(
        {
            "format": FORMAT,
            "model": request.model,
            "dataset_id": request.dataset_id,
            "etl_tree": request.etl_tree,
            "contract": request.contract_json,
            "schema": _schema(request.contract),
            "sources": sources,
            "parts": [part],
            "channels": {name: channel_key(request, name) for name in SPLITS},
            "rows": rows,
            "digests": dict(dataset.digests),
            "statistics": dict(dataset.statistics),
            "quarantine": {"reasons": [reason.to_json() for reason in dataset.reasons]},
        }
    )


def channel_manifest(dataset: Dataset, split: SplitName) -> bytes:
    """Return what SageMaker's `ManifestFile` input reads: a prefix, then keys under it."""
    prefix = {"prefix": f"s3://{dataset.request.artifact_bucket}/"}
    return render([prefix, *(file.key for file in dataset.files[split])])


def channel_key(request: Request, split: SplitName) -> str:
    """Return where a split's channel manifest lies."""
    return f"{request.prefix}channels/{split}.manifest"


def part_prefix(request: Request, destination: Destination) -> str:
    """Return where the files of one destination lie; ends in a slash."""
    return f"{request.prefix}parts/{request.part_id}/{destination}/"


def render(document: Any) -> bytes:  # noqa: ANN401 - a JSON value
    """Return a document as the bytes that lie in S3."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _schema(contract: Contract) -> Json:
    columns = [_schema_column(column, contract) for column in contract.columns]
    return {"columns": columns, "target": contract.target}


def _schema_column(column: Column, contract: Contract) -> Json:
    role = "target" if column.name == contract.target else "feature"
    document: Json = {"name": column.name, "kind": column.kind, "role": role}
    if column.values:
        document["values"] = list(column.values)
    return document | {"nullable": column.nullable}
