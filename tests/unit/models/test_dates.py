"""Columns of dates in model files, and splits that go by them."""

from collections.abc import Callable
from typing import Any

import pytest

from models.errors import ModelFileError
from models.schema import Model

Change = Callable[[dict[str, Any], str, object], dict[str, Any]]

SPLIT = {"by": "sold", "validation_from": "01.01.2023", "test_from": "01.01.2024"}


@pytest.fixture
def dated(smallest: dict[str, Any]) -> dict[str, Any]:
    """A document with a date and a timestamp, whose split is in time."""
    sold = {"name": "sold", "kind": "date", "format": "%d.%m.%Y", "features": ["year", "month"]}
    seen = {"name": "seen", "kind": "timestamp", "features": ["hour"], "nullable": True}
    smallest["data"]["columns"] += [sold, seen]
    smallest["data"]["split"] = SPLIT
    return smallest


def test_a_document_with_dates_reads_back_as_it_was_written(dated: dict[str, Any]) -> None:
    model = Model.from_json(dated)

    data = model.to_json()["data"]
    assert data["split"] == SPLIT
    assert data["columns"][3] == {
        "name": "seen",
        "kind": "timestamp",
        "nullable": True,
        "format": "%Y-%m-%d %H:%M:%S",
        "features": ["hour"],
        "min": None,
        "max": None,
    }
    assert Model.from_json(model.to_json()) == model


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%m.%d.%Y"])
def test_a_format_has_each_part_of_a_date_once(
    smallest: dict[str, Any], change: Change, form: str
) -> None:
    column = {"name": "colour", "kind": "date", "format": form, "features": ["day"]}

    assert Model.from_json(change(smallest, "data.columns[0]", column))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("data.columns[2].format", "%Y-%m", "%Y %m %d, each once"),
        ("data.columns[2].format", "%Y-%m-%d-%d", "%Y %m %d, each once"),
        ("data.columns[2].format", "%Y-%m-%d %H", "%Y %m %d, each once"),
        ("data.columns[2].format", "%y-%m-%d", "%Y %m %d, each once"),
        ("data.columns[2].format", "%Y'%m'%d", "- . / : , _ T Z"),
        ("data.columns[2].format", " %Y-%m-%d", "- . / : , _ T Z"),
        ("data.columns[3].format", "%Y-%m-%d %H:%S", "%Y %m %d %H %M %S, each once"),
        ("data.columns[2].features", ["yaer"], "did you mean 'year'?"),
        ("data.columns[2].features", ["hour"], "year, month, day, weekday"),
        ("data.columns[2].features", ["year", "year"], "each once"),
        ("data.columns[3].features", [], "or say kind: text"),
        ("data.columns[2].min", "2020-01-01", "a text like 31.12.2024"),
        ("data.columns[2].min", "1.1.2020", "a text like 31.12.2024"),
        ("data.columns[2].max", 2020, "a text like 31.12.2024"),
        ("data.columns[2].fill", "01.01.2020", "an unknown field"),
        ("data.columns[2].nullable", True, "a column that is not nullable"),
        ("data.split.by", "sodl", "did you mean 'sold'?"),
        ("data.split.by", "quality", "allowed: sold, seen"),
        ("data.split.test_from", "2024-01-01", "the format of sold, which is %d.%m.%Y"),
        ("data.split.test_from", "30.02.2024", "the format of sold, which is %d.%m.%Y"),
        ("data.split.test_from", "31.12.2022", "after validation_from"),
        ("data.split.test_from", 20240101, "a date, in quotes"),
        ("data.split.train", 0.7, "an unknown field"),
        ("data.split", {"by": "sold"}, "validation_from and test_from beside a column of dates"),
        ("data.target", "sold", "a numeric, integer, boolean or categorical column"),
    ],
)
def test_what_a_date_cannot_be_is_one_problem(
    dated: dict[str, Any], change: Change, field: str, value: object, message: str
) -> None:
    with pytest.raises(ModelFileError, match="1 problem") as caught:
        Model.from_json(change(dated, field, value))

    assert message in str(caught.value)


def test_a_range_of_dates_has_a_beginning_before_its_end(
    dated: dict[str, Any], change: Change
) -> None:
    document = change(dated, "data.columns[2].min", "02.01.2020")

    with pytest.raises(ModelFileError, match=r"at most max, which is 01\.01\.2020"):
        Model.from_json(change(document, "data.columns[2].max", "01.01.2020"))


def test_a_date_that_the_split_goes_by_needs_no_features(
    dated: dict[str, Any], change: Change
) -> None:
    model = Model.from_json(change(dated, "data.columns[2].features", []))

    assert not model.data.columns[2].kept
