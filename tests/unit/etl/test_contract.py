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


def test_dates_become_days_and_timestamps_seconds_since_1970(wine_json: dict[str, Any]) -> None:
    wine_json["columns"][0] = {
        "name": "sold",
        "kind": "date",
        "format": "%d.%m.%Y",
        "features": [],
        "min": "02.01.1970",
        "max": None,
    }
    wine_json["columns"][1] = {
        "name": "seen",
        "kind": "timestamp",
        "format": "%Y-%m-%d %H",
        "features": ["hour"],
        "min": "1970-01-01 01",
        "max": None,
    }
    wine_json["split"] = {"by": "sold", "validation_from": "03.01.1970", "test_from": "04.01.1970"}

    contract = Contract.from_json(wine_json)

    assert [column.minimum for column in contract.columns[:2]] == [1, 3600]
    assert (contract.split_by, contract.split_from) == ("sold", (2, 3))
    assert [column.name for column in contract.kept] == ["seen", "quality"]


DAY = {"name": "day", "kind": "date", "format": "%Y-%m-%d", "features": ["year"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"columns": [DAY | {"min": "1 May"}]}, r"columns\[0\].min: not a date; found '1 May'"),
        (
            {"columns": [DAY], "split": {"by": "day", "validation_from": "x", "test_from": "x"}},
            r"contract.split.validation_from: not a date; found 'x'; expected the format %Y-%m-%d",
        ),
        (
            {"columns": [DAY], "split": {"by": "month", "validation_from": "", "test_from": ""}},
            r"contract.split.by: .*found 'month'; expected day",
        ),
    ],
)
def test_dates_that_are_none_are_refused_by_name(
    wine_json: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        Contract.from_json(wine_json | change)
