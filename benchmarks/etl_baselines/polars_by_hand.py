"""A competent person's polars: all in memory, floats, and polars' own hash: it has no md5."""
# pyright: basic, reportMissingImports=false
# polars is in an environment of its own (`make bench-env`)

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl

NUMBERS = ["length", "diameter", "height", "whole", "shucked", "viscera", "shell", "rings"]
NAMES = ["sex", *NUMBERS]
TRAIN_BELOW, VALIDATION_BELOW, PLACES = 7_000, 8_500, 10_000


def main(source: str, target: Path) -> None:
    """Read, judge, divide, count and write."""
    target.mkdir(parents=True, exist_ok=True)
    rows = judged(read(source)).collect()
    figures = [
        figure(pl.col(f"v_{name}")).name.suffix(suffix)
        for name in NUMBERS
        for figure, suffix in (
            (pl.Expr.min, "_min"),
            (pl.Expr.max, "_max"),
            (pl.Expr.mean, "_mean"),
            (pl.Expr.std, "_std"),
        )
    ]
    statistics = rows.group_by("split").agg(pl.len(), *figures)
    (target / "manifest.json").write_text(json.dumps(statistics.to_dicts()))
    for split in ("train", "validation", "test", "quarantine"):
        chosen = rows.filter(pl.col("split") == split).select(NAMES)
        chosen.write_csv(target / f"{split}.csv", include_header=False)


def read(source: str) -> pl.LazyFrame:
    """Return the file's fields as text, without the blanks around them."""
    columns = [*NAMES, "_extra"]
    frame = pl.read_csv(
        source,
        has_header=False,
        new_columns=columns,
        schema=dict.fromkeys(columns, pl.String),
        truncate_ragged_lines=True,
        missing_columns="insert",
    )
    return frame.lazy().with_columns(pl.col(NAMES).str.strip_chars().replace("", None))


def judged(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows with their split, by what is wrong with them and by their hash."""
    values = [pl.col(name).cast(pl.Float64, strict=False).alias(f"v_{name}") for name in NUMBERS]
    text = pl.concat_str([pl.col(name).fill_null("") for name in NAMES], separator=",")
    place = (text.hash(0) % PLACES).alias("place")
    wrong = pl.col("_extra").is_not_null() | pl.col("sex").is_in(["M", "F", "I"]).not_()
    for name in NUMBERS:
        low, high = (1, 40) if name == "rings" else (0, 3)
        wrong |= pl.col(f"v_{name}").is_between(low, high).not_().fill_null(value=True)
    wrong |= pl.col("v_rings") != pl.col("v_rings").floor()
    split = (
        pl.when(wrong.fill_null(value=True))
        .then(pl.lit("quarantine"))
        .when(pl.col("place") < TRAIN_BELOW)
        .then(pl.lit("train"))
        .when(pl.col("place") < VALIDATION_BELOW)
        .then(pl.lit("validation"))
        .otherwise(pl.lit("test"))
    )
    return frame.with_columns(*values, place).with_columns(split=split)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
