"""Dates become numbers, in training and in serving alike."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training_image.dataset import read_split
from training_image.dates import DERIVED, DateReader
from training_image.errors import ArtifactError, RequestError, TrainingError
from training_image.features import Features
from training_image.payload import RowReader
from training_image.schema import Column, Schema, parse_schema
from training_image.settings import Folders

SCHEMA = Schema(
    columns=(
        Column("size", "numeric"),
        Column("sold", "date", format="%d.%m.%Y", features=("month", "weekday")),
        Column("seen", "timestamp", nullable=True, format="%Y-%m-%d %H:%M:%S", features=("hour",)),
        Column("rooms", "integer"),
        Column("price", "numeric"),
    ),
    target="price",
)


def read_csv(body: bytes) -> Features:
    reader = RowReader(SCHEMA)
    return reader.read(reader.split_csv(body))


def read_json(body: bytes) -> Features:
    reader = RowReader(SCHEMA)
    return reader.read(reader.split_json(body))


def test_every_feature_of_a_moment_is_what_its_name_says() -> None:
    reader = DateReader("%Y-%m-%dT%H:%M:%SZ", tuple(DERIVED))

    found = dict(zip(DERIVED, reader.read("2024-12-29T23:58:57Z"), strict=True))

    assert found == {
        "year": 2024,
        "month": 12,
        "day": 29,
        "weekday": 7,
        "day_of_year": 364,
        "epoch_days": 20086,
        "hour": 23,
        "minute": 58,
        "second": 57,
    }


@pytest.mark.parametrize("text", ["2024-02-30", "2024-2-3", "0000-01-01", "24-02-03", "", "x"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        DateReader("%Y-%m-%d", ("day",)).read(text)


def test_training_and_serving_derive_the_same(tmp_path: Path) -> None:
    row = "1.5,29.02.2024,2024-02-29 17:00:00,3"
    file = Folders(tmp_path).channel("train") / "a.csv"
    file.parent.mkdir(parents=True)
    file.write_text(f"{row},7\n1,01.01.2020,,2,8\n")

    trained = read_split(Folders(tmp_path), "train", SCHEMA).features.numeric
    served = read_csv(f"{row}\n1,01.01.2020,,2\n".encode()).numeric

    assert trained[0].tolist() == [1.5, 2, 4, 17, 3]
    assert np.array_equal(trained, served, equal_nan=True)
    assert math.isnan(trained[1, 3])


def test_a_date_that_is_none_stops_the_training(tmp_path: Path) -> None:
    file = Folders(tmp_path).channel("train") / "a.csv"
    file.parent.mkdir(parents=True)
    file.write_text("1.5,2024-02-29,,3,7\n")

    with pytest.raises(
        TrainingError, match=r"column 'sold'.*found a value of 10 characters.*%d.%m.%Y"
    ):
        read_split(Folders(tmp_path), "train", SCHEMA)


@pytest.mark.parametrize("row", [[1, "30.02.2024", None, 3], [1, None, None, 3], [1, 7, None, 3]])
def test_a_date_that_is_none_is_refused_by_column(row: list[object]) -> None:
    with pytest.raises(RequestError, match=r"column 'sold'; found .*; expected a date %d.%m.%Y"):
        read_json(json.dumps(row).encode())


def test_the_numbers_of_a_date_are_dealt_out_together() -> None:
    features = read_csv(b"1,01.01.2024,,3\n2,06.02.2024,,4")

    dealt = features.shuffle("sold", SCHEMA, np.array([1, 0]))

    assert dealt.numeric[:, :3].tolist() == [[1, 2, 2], [2, 1, 1]]


def test_a_schema_remembers_how_dates_are_written() -> None:
    assert parse_schema(SCHEMA.to_json(), "the archive") == SCHEMA
    assert SCHEMA.width == 5


def test_a_schema_with_features_of_a_newer_image_is_refused() -> None:
    document: dict[str, Any] = SCHEMA.to_json()
    document["columns"][1]["features"] = ["moon_phase"]

    with pytest.raises(ArtifactError, match="moon_phase"):
        parse_schema(document, "the archive")
