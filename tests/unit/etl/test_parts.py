"""The identity of a part: what it is made of, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etl.contract import DESTINATIONS, Contract
from etl.files import File
from etl.parts import Part, part_document, part_id, part_prefix, read_part
from etl.request import Request, Source
from etl.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.contract import Destination

SOURCE = Source("data", "raw/wine/a.csv", "v1", 7)


def request(document: dict[str, Any]) -> Request:
    contract = Contract.from_json(document)
    return Request("wine", "0" * 16, "a" * 40, "artifacts", (SOURCE,), contract, document)


def test_a_part_is_another_one_if_its_content_may_be(wine_json: dict[str, Any]) -> None:
    one = request(wine_json)
    other_contract = replace(one, contract_json={**wine_json, "target": "ph"})

    found = {
        part_id(one, SOURCE),
        part_id(one, replace(SOURCE, version_id="v2")),
        part_id(one, replace(SOURCE, key="raw/wine/b.csv")),
        part_id(replace(one, etl_tree="b" * 40), SOURCE),
        part_id(other_contract, SOURCE),
    }

    assert len(found) == 5


def test_a_part_is_the_same_in_another_dataset(wine_json: dict[str, Any]) -> None:
    one = request(wine_json)
    stricter = {**wine_json, "max_quarantine": 0, "min_test_rows": 7}
    more = (SOURCE, replace(SOURCE, key="raw/wine/b.csv"))
    other = replace(one, dataset_id="1" * 16, contract_json=stricter, sources=more)

    assert part_id(other, SOURCE) == part_id(one, SOURCE)


def test_a_part_lies_beside_the_datasets_of_its_model(wine_json: dict[str, Any]) -> None:
    one = request(wine_json)

    assert part_prefix(one, SOURCE) == f"datasets/wine/parts/{part_id(one, SOURCE)}/"


def test_a_part_is_read_back_as_it_was_written(wine: Contract) -> None:
    files: Mapping[Destination, Sequence[File]] = {
        **{name: [] for name in DESTINATIONS},
        "train": [File("k", 3)],
    }
    part = Part("0" * 16, SOURCE, files, Summary.of_nothing(wine))

    assert read_part(part_document(part), wine) == part
