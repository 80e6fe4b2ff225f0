"""Channels to rows: the dataset's manifest says what the columns are, the splits hold the rows.

A split is read whole; `batches` reads what is too large for that.
"""

from __future__ import annotations

import csv
import importlib
import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from training_image.errors import TrainingError, described, shown
from training_image.features import Features, as_features
from training_image.objectives import LABELS
from training_image.schema import BOOLEANS, DATES, Column, Schema, parse_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training_image.settings import Folders

SplitName = Literal["train", "validation", "test"]
SPLITS: Final[tuple[SplitName, ...]] = ("train", "validation", "test")
DATASET_CHANNEL: Final = "dataset"
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Dataset:
    """What the manifest says, and the bytes it was said in."""

    schema: Schema
    manifest: bytes


@dataclass(frozen=True)
class Split:
    """The rows of one split, in the order of their files."""

    name: SplitName
    features: Features
    target: NDArray[np.float64]
    """Numbers, or the places of classes."""

    texts: Sequence[Sequence[str]]
    """The rows as the files have them, target included."""

    def together(self, other: Split) -> Split:
        """Return these rows, then the other ones."""
        return replace(
            self,
            features=self.features.together(other.features),
            target=np.concatenate([self.target, other.target]),
            texts=[*self.texts, *other.texts],
        )


def read_dataset(folders: Folders) -> Dataset:
    """Read the manifest from the channel `dataset`.

    Raises:
        TrainingError: the channel or the manifest is missing or no JSON.
        ArtifactError: the manifest's schema is damaged.
    """
    file = _channel(folders, DATASET_CHANNEL) / MANIFEST
    if not file.is_file():
        raise TrainingError(
            f"the channel '{DATASET_CHANNEL}' holds no {MANIFEST}",
            do="point it at the manifest.json of a finished dataset",
        )
    content = file.read_bytes()
    try:
        document: dict[str, Any] = json.loads(content)
        schema = document["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"the dataset's {MANIFEST} cannot be read",
            found=shown(error),
            expected="a JSON object with the field schema",
            do="make the dataset anew",
        ) from error
    return Dataset(parse_schema(schema, f"the dataset's {MANIFEST}"), content)


def read_split(folders: Folders, name: SplitName, schema: Schema) -> Split:
    """Read every CSV or Parquet file of a split's channel, in the order of their paths.

    Raises:
        TrainingError: the channel is missing or empty, or a row does not fit the schema.
    """
    texts = [row for file in files_of(folders, name) for row in _READERS[file.suffix](file, schema)]
    if not texts:
        raise no_rows(name)
    columns = dict(zip((one.name for one in schema.columns), zip(*texts, strict=True), strict=True))
    numeric = [
        column for one in schema.numbers for column in columns_of(name, one, columns[one.name])
    ]
    words = [words_of(name, one, columns[one.name]) for one in schema.categories]
    target = _target(name, schema, columns[schema.target])
    return Split(name, as_features(numeric, words, schema), target, texts)


def files_of(folders: Folders, name: SplitName) -> list[Path]:
    """Return the files of a split's channel, in the order of their paths.

    Raises:
        TrainingError: the channel is missing.
    """
    found = sorted(_channel(folders, name).rglob("*"))
    return [file for file in found if file.suffix in _READERS]


def no_rows(name: SplitName) -> TrainingError:
    """Return what is said of a split without rows."""
    return TrainingError(
        f"the {name} split has no rows", do=f"add data, or give {name} a larger share"
    )


def no_csv(file: Path) -> TrainingError:
    """Return what is said of a file whose quotes or encoding are broken."""
    return TrainingError(
        f"{file.name} has a row that does not fit the schema",
        found="no CSV in UTF-8",
        expected="rows as the ETL writes them",
        do="make the dataset anew",
    )


def _channel(folders: Folders, name: str) -> Path:
    folder = folders.channel(name)
    if not folder.is_dir():
        raise TrainingError(
            f"the channel '{name}' is missing",
            do=f"give the training job an input channel named '{name}'",
        )
    return folder


def _read_csv(file: Path, schema: Schema) -> list[list[str]]:
    width = len(schema.columns)
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise no_csv(file) from error
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise TrainingError(
                f"row {number} of {file.name} has another number of columns than the schema",
                found=f"{len(row)} columns",
                expected=f"{width} columns",
                do="make the dataset anew",
            )
    return rows


def _read_parquet(file: Path, schema: Schema) -> list[tuple[str, ...]]:
    """Return typed rows as the texts that a CSV file has."""
    # Any, and only where it is needed: the package has no types, and takes long to import.
    parquet: Any = importlib.import_module("pyarrow.parquet")
    names = [column.name for column in schema.columns]
    table = parquet.read_table(file)
    if sorted(table.column_names) != sorted(names):
        raise TrainingError(
            f"{file.name} has other columns than the schema",
            found=shown(", ".join(table.column_names)),
            expected=", ".join(names),
            do="make the dataset anew",
        )
    columns = [map(as_text, table.column(name).to_pylist()) for name in names]
    return list(zip(*columns, strict=True))


def as_text(value: object) -> str:
    """Return a value as CSV has it; the shortest text that reads back as a number."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


_READERS: Final[Mapping[str, Callable[[Path, Schema], Sequence[Sequence[str]]]]] = {
    ".csv": _read_csv,
    ".parquet": _read_parquet,
}
"""By how a file's name ends."""


def columns_of(
    split: SplitName, column: Column, texts: Sequence[str]
) -> Sequence[NDArray[np.float64]]:
    """Turn a column into those of the model's input: one, or one for each feature of dates."""
    if column.kind not in DATES:
        return [_numbers(split, column, texts)]
    read = {text: _date(split, column, text) for text in set(texts)}
    return list(np.array([read[text] for text in texts], dtype=np.float64).T)


def _date(split: SplitName, column: Column, text: str) -> tuple[float, ...]:
    if not text and column.nullable:
        return column.dates.gap
    try:
        return column.dates.read(text)
    except ValueError as error:
        expected = f"a {column.kind} {column.format}"
        raise bad_column(split, column, described(text), expected) from error


def _numbers(split: SplitName, column: Column, texts: Sequence[str]) -> NDArray[np.float64]:
    """Turn a column into numbers, with NaN where it is empty and may be."""
    try:
        values = np.array(_spelt(column, texts), dtype=np.float64)
    except (ValueError, KeyError):
        # from None: their texts quote the row
        found = described(next(text for text in texts if not _can_be(column, text)))
        raise bad_column(split, column, found, f"a {column.kind} column") from None
    # a NaN or an infinity that was spelt out, a number that 32 bits do not hold, or a forbidden gap
    with np.errstate(over="ignore"):
        sound = np.isfinite(values.astype(np.float32))
    empty = np.array([not text for text in texts])
    bad = ~sound & ~(empty & column.nullable)
    if bad.any():
        found = described(texts[int(bad.argmax())])
        raise bad_column(split, column, found, "finite numbers only")
    return values


def _can_be(column: Column, text: str) -> bool:
    try:
        np.array(_spelt(column, [text]), dtype=np.float64)
    except (ValueError, KeyError):
        return False
    return True


def _spelt(column: Column, texts: Sequence[str]) -> Sequence[str | float]:
    if column.kind == "boolean":
        return [BOOLEANS[text] if text else math.nan for text in texts]
    return [text or "nan" for text in texts]


def words_of(split: SplitName, column: Column, texts: Sequence[str]) -> Sequence[str]:
    """Check that each word is declared, and return them."""
    allowed = {*column.values, *([""] if column.nullable else [])}
    unknown = set(texts) - allowed
    if unknown:
        # of the declared ones only how many: they may be learnt from rows
        expected = f"one of {len(column.values)} declared values"
        raise bad_column(split, column, described(min(unknown)), expected)
    return texts


def _target(split: SplitName, schema: Schema, texts: Sequence[str]) -> NDArray[np.float64]:
    column = schema.target_column
    if column.kind in LABELS:
        values = places_of(split, schema, texts)
    else:
        values = _numbers(split, column, texts)
    if np.isnan(values).any():
        raise bad_column(split, column, "an empty field", "a value in each row of the target")
    # with one value there is nothing to learn, and no error of the mean to compare with
    if split != "validation" and bool((values == values[0]).all()):
        raise one_value(split, column)
    return values


def one_value(split: SplitName, column: Column) -> TrainingError:
    """Return what is said of a target that never changes."""
    return TrainingError(
        f"the target '{column.name}' has one value only in the {split} split",
        do="add rows with other values, or choose another target",
    )


def places_of(split: SplitName, schema: Schema, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the place of each row's class."""
    places = {name: float(place) for place, name in enumerate(schema.classes)}
    unknown = set(texts) - set(places)
    if unknown:
        allowed = f"one of {len(schema.classes)} declared classes"
        raise bad_column(split, schema.target_column, described(min(unknown)), allowed)
    return np.array([places[text] for text in texts])


def bad_column(split: SplitName, column: Column, found: str, expected: str) -> TrainingError:
    """Return what is said of a value that the contract does not allow."""
    return TrainingError(
        f"column '{column.name}' of the {split} split does not fit the schema",
        found=found,
        expected=expected,
        do="make the dataset anew: its contract should have refused this row",
    )
