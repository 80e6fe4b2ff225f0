"""Which engine a run takes."""

from __future__ import annotations

import pytest

from etl.engines import GIGABYTE, choose

LIMIT = 20 * GIGABYTE


def everything(module: str) -> bool:
    return bool(module)


def nothing(module: str) -> bool:
    return not module


@pytest.mark.parametrize(
    ("new", "engine"),
    [(0, "duckdb"), (191_873, "duckdb"), (LIMIT, "duckdb"), (LIMIT + 1, "spark")],
)
def test_auto_goes_by_the_bytes_that_are_new(new: int, engine: str) -> None:
    name, why = choose("auto", new, LIMIT, everything)

    assert name == engine
    assert "DuckDB takes up to 20 GB" in why


@pytest.mark.parametrize(("choice", "new"), [("duckdb", LIMIT + 1), ("spark", 1)])
def test_an_engine_that_is_named_is_taken_at_any_size(choice: str, new: int) -> None:
    name, why = choose(choice, new, LIMIT, everything)  # pyright: ignore[reportArgumentType]  # both are choices

    assert (name, why) == (choice, "as the stack's setting says")


def test_a_runtime_without_spark_takes_duckdb_and_says_so() -> None:
    name, why = choose("auto", 30 * GIGABYTE, LIMIT, lambda module: module != "pyspark")

    assert name == "duckdb"
    assert why == (
        "30,000.0 MB are new and can be divided, DuckDB takes up to 20 GB,"
        " but pyspark is not installed here"
    )


def test_a_runtime_without_duckdb_takes_spark_and_says_so() -> None:
    name, why = choose("auto", 1, LIMIT, nothing)

    assert name == "spark"
    assert why.endswith("but duckdb is not installed here")
