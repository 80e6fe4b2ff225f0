"""Files to batches of encoded rows, for data of which memory should never hold all.

The same checks in the same words as `dataset` has, done once for each batch and each distinct text.
"""

from __future__ import annotations

import csv
import importlib
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training_image.dataset import (
    as_text,
    bad_column,
    columns_of,
    files_of,
    no_csv,
    places_of,
    words_of,
)
from training_image.errors import TrainingError, described, shown
from training_image.objectives import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training_image.dataset import SplitName
    from training_image.schema import Column, Schema
    from training_image.settings import Folders

BLOCK: Final = 4 * 1024 * 1024
"""Bytes of a CSV file that are parsed at once."""

AT_ONCE: Final = 65_536
"""Rows of a Parquet file that are decoded at once."""

COUNTED: Final = 1024 * 1024
_NUMBERS: Final = ("numeric", "integer")
_COLUMN: Final = re.compile(r"In CSV column #(\d+): .*?(?:invalid value '(.*)')?$", re.DOTALL)


@dataclass(frozen=True)
class Batch:
    """Some rows."""

    numeric: NDArray[np.float32]
    codes: NDArray[np.int32]
    """Places of words among the declared values of their columns; -1 where there is none."""

    target: NDArray[np.float64]


def count_rows(folders: Folders, name: SplitName, most: int) -> int:
    """Return how many rows a split has, or with some more files that it has more than `most`.

    What is in rows is not read, nor are the other files: in FastFile mode each byte read is a
    download. A line break inside of quotes counts as well: this decides how rows are read,
    nothing else.
    """
    rows = 0
    for file in files_of(folders, name):
        rows += _count(file)
        if rows > most:
            break
    return rows


def read_batches(folders: Folders, name: SplitName, schema: Schema) -> Iterator[Batch]:
    """Read a split's files one after the other, some rows at a time.

    Raises:
        TrainingError: a row does not fit the schema.
    """
    for file in files_of(folders, name):
        if file.stat().st_size:
            for table in _tables(file, schema):
                if table.num_rows:
                    yield _batch(name, schema, table)


def first_texts(folders: Folders, name: SplitName, schema: Schema, count: int) -> list[list[str]]:
    """Return the first rows as the files have them."""
    rows = (row for file in files_of(folders, name) for row in _texts(file, schema, count))
    return list(islice(rows, count))


def _texts(file: Path, schema: Schema, count: int) -> Iterator[list[str]]:
    """Yield the first rows of a file."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as stream:
            yield from islice(csv.reader(stream), count)
        return
    for table in islice(_parquet_tables(file, schema), 1):
        first = table.slice(0, count)
        columns = [map(as_text, first[column.name].to_pylist()) for column in schema.columns]
        yield from (list(row) for row in zip(*columns, strict=True))


def _count(file: Path) -> int:
    if file.suffix == ".parquet":
        return int(_module("pyarrow.parquet").read_metadata(file).num_rows)
    lines, last = 0, b"\n"
    with file.open("rb") as stream:
        while block := stream.read(COUNTED):
            lines, last = lines + block.count(b"\n"), block[-1:]
    return lines + (last != b"\n")


def _tables(file: Path, schema: Schema) -> Iterator[Any]:
    return _csv_tables(file, schema) if file.suffix == ".csv" else _parquet_tables(file, schema)


def _csv_tables(file: Path, schema: Schema) -> Iterator[Any]:
    arrow, reader = _module("pyarrow"), _module("pyarrow.csv")
    names = [column.name for column in schema.columns]
    words = arrow.dictionary(arrow.int32(), arrow.string())
    kinds = {
        column.name: arrow.float64() if column.kind in _NUMBERS else words
        for column in schema.columns
    }
    broken = any("\n" in value for column in schema.columns for value in column.values)
    try:
        yield from reader.open_csv(
            file,
            reader.ReadOptions(column_names=names, block_size=BLOCK),
            reader.ParseOptions(newlines_in_values=broken),
            reader.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=True),
        )
    except arrow.ArrowInvalid as error:
        raise _bad_file(file, schema, str(error)) from None  # its text has the whole row


def _bad_file(file: Path, schema: Schema, said: str) -> TrainingError:
    found = _COLUMN.match(said)
    if found and int(found[1]) < len(schema.columns):
        column = schema.columns[int(found[1])]
        return TrainingError(
            f"column '{column.name}' of {file.name} does not fit the schema",
            found=described(found[2] or ""),
            expected=f"a {column.kind} column",
            do="make the dataset anew: its contract should have refused this row",
        )
    counted = re.search(r"Expected (\d+) columns, got (\d+)", said)
    if not counted:
        return no_csv(file)
    return TrainingError(
        f"{file.name} has a row that does not fit the schema",
        found=f"{counted[2]} columns",
        expected=f"{len(schema.columns)} columns",
        do="make the dataset anew",
    )


def _parquet_tables(file: Path, schema: Schema) -> Iterator[Any]:
    opened = _module("pyarrow.parquet").ParquetFile(file)
    names = [column.name for column in schema.columns]
    if sorted(opened.schema_arrow.names) != sorted(names):
        raise TrainingError(
            f"{file.name} has other columns than the schema",
            found=shown(", ".join(opened.schema_arrow.names)),
            expected=", ".join(names),
            do="make the dataset anew",
        )
    yield from opened.iter_batches(batch_size=AT_ONCE)


def _batch(name: SplitName, schema: Schema, table: Any) -> Batch:  # noqa: ANN401 - of pyarrow
    numeric = np.empty((table.num_rows, schema.width), dtype=np.float32)
    codes = np.empty((table.num_rows, len(schema.categories)), dtype=np.int32)
    first = 0
    for column in schema.numbers:
        for values in _columns(name, column, table[column.name]):
            numeric[:, first] = values
            first += 1
    for place, column in enumerate(schema.categories):
        codes[:, place] = _codes(name, column, table[column.name])
    return Batch(numeric, codes, _target(name, schema, table[schema.target]))


def _columns(name: SplitName, column: Column, array: Any) -> Sequence[NDArray[np.float64]]:  # noqa: ANN401 - as above
    if column.kind in _NUMBERS:
        return [_numbers(name, column, array)]
    texts, places = _distinct(array)
    return [values[places] for values in columns_of(name, column, texts)]


def _numbers(name: SplitName, column: Column, array: Any) -> NDArray[np.float64]:  # noqa: ANN401 - as above
    values: NDArray[np.float64] = array.cast("float64", safe=False).to_numpy(zero_copy_only=False)
    with np.errstate(over="ignore"):
        sound = np.isfinite(values.astype(np.float32))
    if not sound.all():
        empty = array.is_null().to_numpy(zero_copy_only=False)
        bad = ~sound & ~(empty & column.nullable)
        if bad.any():
            place = int(bad.argmax())
            found = "" if empty[place] else str(values[place])
            raise bad_column(name, column, described(found), "finite numbers only")
    return values


def _codes(name: SplitName, column: Column, array: Any) -> NDArray[np.int32]:  # noqa: ANN401 - as above
    texts, places = _distinct(array)
    known: Mapping[str, int] = {value: place for place, value in enumerate(column.values)}
    found = [known.get(text, -1) for text in words_of(name, column, texts)]
    return np.array(found, dtype=np.int32)[places]


def _target(name: SplitName, schema: Schema, array: Any) -> NDArray[np.float64]:  # noqa: ANN401 - as above
    column = schema.target_column
    if array.null_count:
        raise bad_column(name, column, "an empty field", "a value in each row of the target")
    if column.kind not in LABELS:
        return _numbers(name, column, array)
    texts, places = _distinct(array)
    return places_of(name, schema, texts)[places]


def _distinct(array: Any) -> tuple[list[str], NDArray[np.intp]]:  # noqa: ANN401 - as above
    """Return the texts of a column, each once, and the place of each row's text among them."""
    if not hasattr(array, "indices"):
        array = array.dictionary_encode()
    texts = [as_text(value) for value in array.dictionary.to_pylist()]
    if not array.null_count:
        return texts, array.indices.to_numpy(zero_copy_only=False)
    places = array.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return [*texts, ""], places


def _module(name: str) -> Any:  # noqa: ANN401 - it has no types, and takes long to import
    return importlib.import_module(name)
