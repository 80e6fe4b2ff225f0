"""Datasets written as Parquet: the rows of the CSV, with types."""

from __future__ import annotations

import copy
import csv
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.functional.etl.kinds import KINDS_CONTRACT, kinds_lines
from tests.functional.etl.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

SPLITS = ("train", "validation", "test")


def kinds_lake(root: Path, output: str) -> Lake:
    """Return a lake with a column of every kind, one of them named like a word of SQL."""
    contract = copy.deepcopy(KINDS_CONTRACT) | {"output": output}
    contract["columns"][4]["name"] = "select"
    return Lake(root, contract).put("a.csv", kinds_lines(3, 400, wrong=0.2))


def stored(lake: Lake, split: str) -> list[tuple[Any, ...]]:
    """Return the rows of the Parquet files of a split."""
    keys = [file["key"] for part in lake.parts() for file in part["files"][split]]
    files = [str(lake.root / "artifacts" / key) for key in keys]
    return duckdb.read_parquet(files).fetchall() if files else []


def read(kind: str, text: str) -> object:
    """Return what a text means."""
    if not text:
        return None
    if kind == "boolean":
        return text == "true"
    if kind == "integer":
        return int(float(text))
    return float(text) if kind == "numeric" else text


def meant(lake: Lake, split: str) -> list[tuple[object, ...]]:
    """Return what the lines of a split mean."""
    kinds = [column["kind"] for column in lake.manifest()["schema"]["columns"]]
    return [tuple(map(read, kinds, fields)) for fields in csv.reader(lake.lines(split))]


@pytest.mark.parametrize("split", SPLITS)
def test_parquet_holds_the_rows_of_the_csv(tmp_path: Path, split: str) -> None:
    text, typed = (kinds_lake(tmp_path / output, output) for output in ("csv", "parquet"))

    text.run()
    typed.run()

    assert stored(typed, split) == meant(text, split)
    assert stored(typed, split)


def test_the_manifests_differ_in_their_files_alone(tmp_path: Path) -> None:
    text, typed = (kinds_lake(tmp_path / output, output) for output in ("csv", "parquet"))

    found = [lake.run() for lake in (text, typed)]

    for manifest in found:
        del manifest["parts"], manifest["contract"]["output"]
    assert found[0] == found[1]


def test_columns_have_types_and_names(tmp_path: Path) -> None:
    lake = kinds_lake(tmp_path, "parquet")

    lake.run()

    file = lake.root / "artifacts" / lake.parts()[0]["files"]["train"][0]["key"]
    found = duckdb.read_parquet(str(file))
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    assert types["select"] == "DOUBLE"
    assert types["years"] == "BIGINT"
    assert types["member"] == "BOOLEAN"
    assert types["since"] == types["town"] == "VARCHAR"


def test_refused_rows_are_text(tmp_path: Path) -> None:
    lake = kinds_lake(tmp_path, "parquet")

    lake.run()

    assert lake.lines("quarantine")[0] == "reason,object,record,raw"
