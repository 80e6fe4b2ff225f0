"""The dataset's manifest and its channel manifests: what training and people read.

Nothing in them depends on the engine or the clock, but for where files of many gigabytes end: the
same request gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from etl.bins import edges
from etl.contract import SPLITS
from etl.errors import CountError
from etl.files import render
from etl.kinds import meaning
from etl.learnt import learn
from etl.summary import Summary, merge_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from etl.contract import Column, Contract, SplitName
    from etl.fields import Json
    from etl.parts import Part
    from etl.request import Request

FORMAT: Final = 2
"""The format of the manifest: 2 has many parts, and histograms."""


@dataclass(frozen=True)
class Dataset:
    """What the parts of a request are together."""

    request: Request
    parts: Sequence[Part]
    summary: Summary

    @classmethod
    def of(cls, request: Request, parts: Sequence[Part]) -> Dataset:
        """Merge parts."""
        summary = merge_all((part.summary for part in parts), request.contract)
        return cls(request, parts, summary)


def dataset_manifest(dataset: Dataset) -> bytes:
    """Return the object that makes the dataset exist.

    Raises:
        CountError: the rows of the parts are not those of the dataset.
        ManyValuesError: a column has more categories than may be learnt.
    """
    channels = {name: channel_key(dataset.request, name) for name in SPLITS}
    document = _known(dataset, {"channels": channels})
    _prove(dataset, document)
    return render(document)


def refusal(dataset: Dataset, cause: str) -> bytes:
    """Return what is known of rows that no dataset was made of, and why: for people alone.

    Raises:
        ManyValuesError: a column has more categories than may be learnt.
    """
    return render(_known(dataset, {"refused": cause}))


def _known(dataset: Dataset, came_of_it: Json) -> Json:
    request = dataset.request
    return {
        "format": FORMAT,
        "model": request.model,
        "dataset_id": request.dataset_id,
        "etl_tree": request.etl_tree,
        "contract": request.contract_json,
        "schema": _schema(dataset),
        "sources": [source.to_json() for source in request.sources],
        "parts": [part.to_json() for part in dataset.parts],
        **came_of_it,
        "bins": _bins(request.contract),
        **dataset.summary.to_json(),
    }


def channel_manifest(dataset: Dataset, split: SplitName) -> bytes:
    """Return what SageMaker's `ManifestFile` input reads: a prefix, then keys under it."""
    prefix = {"prefix": f"s3://{dataset.request.artifact_bucket}/"}
    keys = [file.key for part in dataset.parts for file in part.files[split]]
    return render([prefix, *keys])


def channel_key(request: Request, split: SplitName) -> str:
    """Return where a split's channel manifest lies."""
    return f"{request.prefix}channels/{split}.manifest"


def _prove(dataset: Dataset, document: Json) -> None:
    """Check that every row that was read ended in one place, in each part and in total."""
    for part in dataset.parts:
        part.summary.prove(part.source.key)
    dataset.summary.prove(document["dataset_id"])
    counted = [part["rows"] for part in document["parts"]]
    for name, total in document["rows"].items():
        parts = sum(rows[name] for rows in counted)
        if parts != total:
            raise CountError(
                f"the parts' {name} rows do not add up",
                where=document["dataset_id"],
                found=f"{parts} rows in the parts",
                expected=f"{total} rows",
                do="this is a fault of the ETL",
            )


def _bins(contract: Contract) -> Json:
    """Return where the bins of each histogram begin and end; open where there is no bound."""
    return {
        column.name: {
            "from": _bound(column.minimum),
            "edges": [float(edge) for edge in edges(column)],
            "to": _bound(column.maximum),
        }
        for column in contract.kept
        if meaning(column).measure == "numbers"
    }


def _bound(bound: Decimal | None) -> float | None:
    return None if bound is None else float(bound)


def _schema(dataset: Dataset) -> Json:
    contract = dataset.request.contract
    learnt = learn(dataset.summary, contract, dataset.request.model)
    columns = [
        _schema_column(column, learnt.get(column.name, column.values), contract)
        for column in contract.kept
    ]
    return {"columns": columns, "target": contract.target}


def _schema_column(column: Column, values: Sequence[str], contract: Contract) -> Json:
    role = "target" if column.name == contract.target else "feature"
    document: Json = {"name": column.name, "kind": column.kind, "role": role}
    if values:
        document["values"] = list(values)
    if column.fill is not None:
        document["fill"] = column.fill
    if column.format:
        document |= {"format": column.format, "features": list(column.features)}
    return document | {"nullable": column.nullable}
