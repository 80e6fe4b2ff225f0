"""Builders of schemas and rows."""

from collections.abc import Callable

import pytest

from training_image.schema import Column, Schema

SchemaBuilder = Callable[..., Schema]


@pytest.fixture
def build_schema() -> SchemaBuilder:
    """A schema of a word, a number and a whole number, with the target in the middle."""

    def build(*, nullable: bool = False) -> Schema:
        return Schema(
            columns=(
                Column("sex", "categorical", nullable, ("M", "F", "sea horse")),
                Column("length", "numeric", nullable),
                Column("rings", "integer"),
                Column("legs", "integer", nullable),
            ),
            target="rings",
        )

    return build
