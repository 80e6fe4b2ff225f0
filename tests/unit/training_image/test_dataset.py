"""Channels become rows, or one sentence that says what to do."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training_image.batches import count_rows
from training_image.dataset import read_dataset, read_split
from training_image.errors import TrainingError, TrainingImageError
from training_image.schema import Column, Schema
from training_image.settings import Folders

ROWS = "M,0.5,7,4\nF,0.25,9,6\n"
Channels = Callable[[Mapping[str, str]], Folders]


@pytest.fixture
def lay(tmp_path: Path) -> Channels:
    """Write files below the folder of the channels."""

    def build(files: Mapping[str, str]) -> Folders:
        folders = Folders(tmp_path)
        for name, text in files.items():
            file = folders.channel("x").parent / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return folders

    return build


def test_all_files_of_a_channel_are_read_in_order(lay: Channels, build_schema: Any) -> None:
    folders = lay(
        {
            "train/datasets/b/part-00000.csv": ROWS,
            "train/datasets/a/part-00000.csv": '"sea horse",1,5,2\n',
            "train/notes.txt": "no rows",
        }
    )

    split = read_split(folders, "train", build_schema())

    assert split.target.tolist() == [5, 7, 9]
    assert split.features.categorical[:, 0].tolist() == ["sea horse", "M", "F"]
    assert split.features.numeric.dtype == np.float32
    assert list(split.texts[0]) == ["sea horse", "1", "5", "2"]


def test_empty_fields_of_a_nullable_column_are_missing(lay: Channels, build_schema: Any) -> None:
    folders = lay({"train/a.csv": ",,7,4\nM,1,8,4\n"})

    split = read_split(folders, "train", build_schema(nullable=True))

    assert np.isnan(split.features.numeric[0, 0])
    assert split.features.categorical[0, 0] == ""


def test_booleans_are_read_as_numbers(lay: Channels) -> None:
    columns = (Column("smoker", "boolean", nullable=True), Column("years", "integer"))
    folders = lay({"train/a.csv": "true,7\nfalse,8\n,9\n"})

    numeric = read_split(folders, "train", Schema(columns, "years")).features.numeric

    assert numeric[:2, 0].tolist() == [1, 0]
    assert np.isnan(numeric[2, 0])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "the train split has no rows; add data"),
        ("M,0.5,7\n", "row 1 of a.csv has another number of columns"),
        ("M,x,7,4\nM,1,8,4\n", "column 'length' of the train split does not fit"),
        ("M,nan,7,4\nM,1,8,4\n", "found a NaN; expected finite numbers only"),
        ("M,1e39,7,4\nM,1,8,4\n", "found a number beyond 32 bits; expected finite numbers only"),
        ("M,,7,4\nM,1,8,4\n", "found an empty field; expected finite numbers only"),
        ("X,1,7,4\nM,1,8,4\n", "found a value of 1 character; expected one of 3 declared values"),
        ("M,1,7,4\nF,2,7,5\n", "the target 'rings' has one value only in the train split"),
    ],
)
def test_rows_that_cannot_be_learnt_from_are_refused(
    lay: Channels,
    build_schema: Any,
    rows: str,
    message: str,
) -> None:
    folders = lay({"train/a.csv": rows})

    with pytest.raises(TrainingError) as caught:
        read_split(folders, "train", build_schema())

    assert message in str(caught.value)


def test_one_value_is_enough_for_validation(lay: Channels, build_schema: Any) -> None:
    folders = lay({"validation/a.csv": "M,1,7,4\nF,2,7,5\n"})

    split = read_split(folders, "validation", build_schema())

    assert split.features.rows == 2


def test_a_missing_channel_is_named(lay: Channels, build_schema: Any) -> None:
    folders = lay({})

    with pytest.raises(TrainingError, match="the channel 'test' is missing; give the training job"):
        read_split(folders, "test", build_schema())


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "the channel 'dataset' is missing"),
        ({"dataset/x.json": ""}, "holds no manifest.json"),
        ({"dataset/manifest.json": "{"}, "cannot be read"),
        ({"dataset/manifest.json": "{}"}, "cannot be read"),
        ({"dataset/manifest.json": '{"schema": {}}'}, "is damaged"),
    ],
)
def test_a_dataset_without_a_sound_manifest_is_refused(
    lay: Channels, files: Mapping[str, str], message: str
) -> None:
    folders = lay(files)

    with pytest.raises(TrainingImageError, match=message):
        read_dataset(folders)


def test_the_manifest_is_kept_as_it_is(lay: Channels, build_schema: Any) -> None:
    text = json.dumps({"schema": build_schema().to_json(), "rows": {"train": 2}}, indent=3)
    folders = lay({"dataset/manifest.json": text})

    dataset = read_dataset(folders)

    assert dataset.manifest == text.encode()
    assert dataset.schema == build_schema()


def test_files_beyond_many_rows_are_not_read_to_count_them(lay: Channels) -> None:
    folders = lay({"train/a.csv": ROWS * 3})
    (folders.channel("train") / "b.csv").symlink_to("nowhere")

    assert count_rows(folders, "train", 5) > 5
