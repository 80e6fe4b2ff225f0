"""The documents that training and people read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from etl.contract import DESTINATIONS, Contract
from etl.errors import CountError
from etl.files import File
from etl.manifest import Dataset, channel_manifest, dataset_manifest
from etl.parts import Part
from etl.quality import Example, Reason
from etl.request import Request, Source
from etl.summary import Summary

if TYPE_CHECKING:
    from etl.fields import Json

ROWS = {"train": 7, "validation": 2, "test": 2, "quarantine": 1}


def part(contract: Contract, name: str) -> Part:
    nothing = Summary.of_nothing(contract)
    return Part(
        part_id=name,
        source=Source("data", f"raw/wine/{name}.csv", "v1", 7),
        files={one: [File(f"{name}/{one}/part-00000.csv", 3)] for one in DESTINATIONS},
        summary=replace(
            nothing,
            read=sum(ROWS.values()),
            rows={one: ROWS[one] for one in DESTINATIONS},
            reasons={
                "ph: empty": Reason("ph: empty", "ph", 1, (Example("raw/wine/a.csv", 7, "red,,5"),))
            },
        ),
    )


def dataset(document: Json) -> Dataset:
    contract = Contract.from_json(document)
    parts = [part(contract, name) for name in ("a", "b")]
    sources = tuple(one.source for one in parts)
    request = Request("wine", "0" * 16, "a" * 40, "artifacts", sources, contract, document)
    return Dataset.of(request, parts)


def test_a_manifest_counts_what_was_read_in_each_part_and_in_total(
    wine_json: dict[str, Any],
) -> None:
    manifest = json.loads(dataset_manifest(dataset(wine_json)))

    assert [one["rows"] for one in manifest["parts"]] == [{"read": 12, **ROWS}] * 2
    assert manifest["rows"] == {"read": 24} | {name: 2 * count for name, count in ROWS.items()}


def test_parts_that_do_not_add_up_make_no_manifest(wine_json: dict[str, Any]) -> None:
    whole = dataset(wine_json)
    one_is_missing = replace(whole, parts=whole.parts[:1])

    with pytest.raises(CountError, match=r"found 12 rows in the parts; expected 24 rows"):
        dataset_manifest(one_is_missing)


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


def test_a_manifest_has_the_fields_of_format_2(wine_json: dict[str, Any]) -> None:
    manifest = json.loads(dataset_manifest(dataset(wine_json)))

    assert manifest["format"] == 2
    assert list(manifest) == [
        *("format", "model", "dataset_id", "etl_tree", "contract", "schema", "sources", "parts"),
        *("channels", "bins", "rows", "digests", "statistics", "quarantine"),
    ]


def test_a_manifest_says_where_bins_begin_and_end(wine_json: dict[str, Any]) -> None:
    bins = json.loads(dataset_manifest(dataset(wine_json)))["bins"]

    assert (bins["ph"]["from"], bins["ph"]["to"]) == (0, 14.5)
    assert bins["ph"]["edges"][:2] == [0.725, 1.45]
    assert bins["quality"]["from"] is None


def test_a_channel_manifest_lists_the_files_of_all_parts(wine_json: dict[str, Any]) -> None:
    channel = json.loads(channel_manifest(dataset(wine_json), "train"))

    assert channel == [
        {"prefix": "s3://artifacts/"},
        "a/train/part-00000.csv",
        "b/train/part-00000.csv",
    ]
