"""The documents that training and people read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from etl.contract import DESTINATIONS, Contract
from etl.manifest import Dataset, File, channel_manifest, dataset_manifest
from etl.quality import Reason
from etl.request import Request, Source

if TYPE_CHECKING:
    from etl.contract import Json


def dataset(contract: Json) -> Dataset:
    source = Source("data", "raw/wine/a.csv", "v1", 7)
    request = Request(
        "wine", "0" * 16, "a" * 40, "artifacts", (source,), Contract.from_json(contract), contract
    )
    return Dataset(
        request=request,
        files={name: [File(f"{name}/part-00000.csv", 3)] for name in DESTINATIONS},
        rows={"train": 7, "validation": 2, "test": 2, "quarantine": 1},
        digests=dict.fromkeys(DESTINATIONS, "0" * 32),
        statistics={},
        reasons=[Reason("ph: empty", "ph", 1, ("red,,5",))],
    )


def test_a_manifest_counts_what_was_read(wine_json: dict[str, Any]) -> None:
    manifest = json.loads(dataset_manifest(dataset(wine_json)))

    assert manifest["rows"]["read"] == 12
    assert manifest["parts"][0]["rows"] == manifest["rows"]


def test_a_manifest_repeats_the_contract_and_tells_the_target(wine_json: dict[str, Any]) -> None:
    manifest = json.loads(dataset_manifest(dataset(wine_json)))

    assert manifest["contract"] == wine_json
    assert manifest["schema"] == {
        "columns": [
            {
                "name": "colour",
                "kind": "categorical",
                "role": "feature",
                "values": ["red", "dark red"],
                "nullable": False,
            },
            {"name": "ph", "kind": "numeric", "role": "feature", "nullable": True},
            {"name": "quality", "kind": "integer", "role": "target", "nullable": False},
        ],
        "target": "quality",
    }


def test_a_manifest_has_the_fields_of_format_1(wine_json: dict[str, Any]) -> None:
    manifest = json.loads(dataset_manifest(dataset(wine_json)))

    assert list(manifest) == [
        *("format", "model", "dataset_id", "etl_tree", "contract", "schema", "sources", "parts"),
        *("channels", "rows", "digests", "statistics", "quarantine"),
    ]


def test_a_channel_manifest_is_what_sagemaker_reads(wine_json: dict[str, Any]) -> None:
    channel = json.loads(channel_manifest(dataset(wine_json), "train"))

    assert channel == [{"prefix": "s3://artifacts/"}, "train/part-00000.csv"]
