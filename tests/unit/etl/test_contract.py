"""Reading the data contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from etl.contract import Column, Contract
from etl.errors import RequestError


def test_a_contract_is_read_with_exact_numbers(wine_json: dict[str, Any]) -> None:
    contract = Contract.from_json(wine_json)

    assert contract.columns[1] == Column("ph", "numeric", True, Decimal(0), Decimal("14.5"))  # noqa: FBT003 - as it stands in the contract
    assert sum(contract.shares.values()) == 1
    assert contract.names == ("colour", "ph", "quality")


def test_a_missing_field_is_named(wine_json: dict[str, Any]) -> None:
    del wine_json["split"]["test"]

    with pytest.raises(RequestError, match=r"contract.split: field 'test' is missing"):
        Contract.from_json(wine_json)


def test_a_kind_of_a_newer_schema_is_refused_by_name(wine_json: dict[str, Any]) -> None:
    wine_json["columns"][1]["kind"] = "colour"

    with pytest.raises(RequestError, match=r"contract.columns\[1\].kind: .*found 'colour'"):
        Contract.from_json(wine_json)


@pytest.mark.parametrize("name", ["", "Ph", "x; drop table rows", "1st", 7, None])
def test_a_name_that_no_query_can_hold_is_refused(wine_json: dict[str, Any], name: object) -> None:
    wine_json["columns"][0]["name"] = name

    with pytest.raises(RequestError, match=r"contract.columns\[0\].name: not a column name"):
        Contract.from_json(wine_json)


@pytest.mark.parametrize("delimiter", ["", ";;", None])
def test_a_delimiter_is_one_character(wine_json: dict[str, Any], delimiter: object) -> None:
    wine_json["format"]["delimiter"] = delimiter

    with pytest.raises(RequestError, match=r"contract.format.delimiter: not one character"):
        Contract.from_json(wine_json)
