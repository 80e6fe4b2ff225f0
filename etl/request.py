"""What one run is asked for: which raw objects, under which contract, into which dataset."""

from __future__ import annotations

import json
from dataclasses import dataclass

from etl.contract import Contract
from etl.errors import RequestError
from etl.fields import Json, as_list, as_object, take

FORMAT = 1
"""The format of requests that this code reads."""


@dataclass(frozen=True)
class Source:
    """One version of one raw object."""

    bucket: str
    key: str
    version_id: str
    size: int
    """Bytes."""

    def to_json(self) -> Json:
        """The source as requests and manifests hold it."""
        return dict(vars(self))


@dataclass(frozen=True)
class Request:
    """A dataset that somebody wants."""

    model: str
    dataset_id: str
    etl_tree: str
    artifact_bucket: str
    sources: tuple[Source, ...]
    contract: Contract
    contract_json: Json
    """The contract as it came: the manifest repeats it word for word."""

    @property
    def prefix(self) -> str:
        """Where everything of the dataset lies in the artifact bucket; ends in a slash."""
        return f"datasets/{self.model}/{self.dataset_id}/"

    @property
    def manifest_key(self) -> str:
        """The object that makes the dataset exist."""
        return f"{self.prefix}manifest.json"

    @property
    def refusal_key(self) -> str:
        """The object that says why there is none, where its rows were refused."""
        return f"{self.prefix}refused.json"


def parse_request(content: bytes, where: str) -> Request:
    """Read a request.

    Raises:
        RequestError: it is no JSON, of another format, or its contract is not understood.
    """
    document = as_object(_load(content, where), where)
    if document.get("format") != FORMAT:
        found = repr(document.get("format"))
        raise RequestError("unknown format", where=where, found=found, expected=str(FORMAT))
    contract = as_object(take(document, "contract", where), "contract")
    return Request(
        model=str(take(document, "model", where)),
        dataset_id=str(take(document, "dataset_id", where)),
        etl_tree=str(take(document, "etl_tree", where)),
        artifact_bucket=str(take(document, "artifact_bucket", where)),
        sources=_sources(take(document, "sources", where), where),
        contract=Contract.from_json(contract),
        contract_json=contract,
    )


def _load(content: bytes, where: str) -> object:
    try:
        return json.loads(content)
    except ValueError as error:
        raise RequestError(
            f"not JSON ({error})", where=where, found=repr(content[:100]), expected="a whole object"
        ) from error


def _sources(value: object, where: str) -> tuple[Source, ...]:
    """Return the sources in the order of their keys, which is the order of the rows."""
    sources = [
        _source(as_object(item, where), where) for item in as_list(value, f"{where} sources")
    ]
    return tuple(sorted(sources, key=lambda source: source.key))


def _source(document: Json, where: str) -> Source:
    return Source(
        bucket=str(take(document, "bucket", where)),
        key=str(take(document, "key", where)),
        version_id=str(take(document, "version_id", where)),
        size=int(take(document, "size", where)),
    )
