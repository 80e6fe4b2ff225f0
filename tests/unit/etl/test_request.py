"""Reading a request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from etl.errors import RequestError
from etl.request import Request, parse_request


def request_json(contract: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": 1,
        "model": "wine",
        "dataset_id": "0123456789abcdef",
        "etl_tree": "a" * 40,
        "artifact_bucket": "artifacts",
        "sources": [
            {"bucket": "data", "key": f"raw/wine/{name}.csv", "version_id": name, "size": 7}
            for name in ("b", "a")
        ],
        "contract": contract,
    }


def parse(document: object) -> Request:
    return parse_request(json.dumps(document).encode(), "s3://artifacts/request.json")


def test_sources_come_in_the_order_of_their_keys(wine_json: dict[str, Any]) -> None:
    request = parse(request_json(wine_json))

    assert [source.version_id for source in request.sources] == ["a", "b"]
    assert [source.size for source in request.sources] == [7, 7]


def test_everything_of_a_dataset_lies_under_one_prefix(wine_json: dict[str, Any]) -> None:
    request = parse(request_json(wine_json))

    assert request.manifest_key == "datasets/wine/0123456789abcdef/manifest.json"


def test_a_truncated_request_is_refused() -> None:
    with pytest.raises(RequestError, match=r"s3://artifacts/request.json: not JSON"):
        parse_request(b'{"format": 1, "mod', "s3://artifacts/request.json")


def test_another_format_is_refused(wine_json: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="unknown format; found 2; expected 1"):
        parse(request_json(wine_json) | {"format": 2})


def test_a_request_without_sources_is_refused(wine_json: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="sources: not a list with something in it"):
        parse(request_json(wine_json) | {"sources": []})
