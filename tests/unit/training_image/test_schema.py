"""Schemas come from the dataset's manifest and survive the archive."""

from typing import Any

import pytest

from training_image.errors import ArtifactError
from training_image.schema import Column, Schema, parse_schema

COLUMNS: list[dict[str, Any]] = [
    {"name": "sex", "kind": "categorical", "role": "feature", "values": ["M"], "nullable": False},
    {"name": "rings", "kind": "integer", "role": "target", "nullable": False},
    {"name": "length", "kind": "numeric", "role": "feature", "nullable": True},
]


def test_features_keep_the_order_of_the_raw_file() -> None:
    schema = parse_schema({"columns": COLUMNS, "target": "rings"}, "the manifest")

    assert [column.name for column in schema.features] == ["sex", "length"]
    assert [column.name for column in schema.numbers] == ["length"]
    assert [column.name for column in schema.categories] == ["sex"]
    assert schema.target_column.kind == "integer"


def test_a_schema_reads_back_what_it_wrote(build_schema: Any) -> None:
    schema: Schema = build_schema(nullable=True)

    assert parse_schema(schema.to_json(), "the archive") == schema


def test_a_schema_remembers_what_fills_a_gap() -> None:
    columns = (Column("x", "boolean", nullable=True, fill="false"), Column("y", "numeric"))
    schema = Schema(columns, "y")

    assert parse_schema(schema.to_json(), "the archive") == schema


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"columns": COLUMNS},
        {"columns": [{"name": "x"}], "target": "x"},
        {"columns": [{"name": "x", "kind": "text"}], "target": "x"},
        {"columns": COLUMNS, "target": "ring"},
        {"columns": COLUMNS[1:2], "target": "rings"},
    ],
)
def test_a_damaged_schema_is_refused(document: object) -> None:
    with pytest.raises(ArtifactError, match="the manifest"):
        parse_schema(document, "the manifest")
