"""The files that a machine writes: of bounded size, in order, and nothing left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etl.formats import Format
from etl.outputs import Outputs
from etl.plan import Output, Plan
from etl.storage import FolderStorage

if TYPE_CHECKING:
    from pathlib import Path

    from etl.contract import Destination

PLAN = Plan(
    format=Format(),
    rows="",
    quick_rows=None,
    is_record="",
    header_record=0,
    questions={},
    outputs={
        "train": Output(""),
        "test": Output("", ("a",)),
        "quarantine": Output("", (), "reason,raw"),
    },
    bucket="artifacts",
    prefix="p/",
)


def piece(folder: Path, name: Destination, text: str) -> dict[Destination, Path]:
    path = folder / f"piece-{name}-{text.strip()}"
    path.write_text(text)
    return {name: path}


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def test_a_file_is_closed_once_it_is_full(tmp_path: Path, scratch: Path) -> None:
    with Outputs(FolderStorage(tmp_path), PLAN, scratch, file_bytes=6) as outputs:
        for text in ("a\n", "bb\nc\n", "d\n"):
            outputs.add(piece(scratch, "train", text))
        files = outputs.finish()

    assert [(file.key, file.bytes) for file in files["train"]] == [
        ("p/train/part-00000.csv", 7),
        ("p/train/part-00001.csv", 2),
    ]
    assert (tmp_path / "artifacts/p/train/part-00000.csv").read_text() == "a\nbb\nc\n"


def test_each_piece_of_parquet_is_a_file(tmp_path: Path, scratch: Path) -> None:
    with Outputs(FolderStorage(tmp_path), PLAN, scratch) as outputs:
        for text in ("PAR1", "PAR2"):
            outputs.add(piece(scratch, "test", text))
        files = outputs.finish()

    assert [(file.key, file.bytes) for file in files["test"]] == [
        ("p/test/part-00000.parquet", 4),
        ("p/test/part-00001.parquet", 4),
    ]
    assert (tmp_path / "artifacts/p/test/part-00001.parquet").read_text() == "PAR2"


def test_a_destination_without_lines_has_no_file(tmp_path: Path, scratch: Path) -> None:
    with Outputs(FolderStorage(tmp_path), PLAN, scratch) as outputs:
        outputs.add({})
        files = outputs.finish()

    assert files["quarantine"] == []
    assert not (tmp_path / "artifacts").exists()


def test_a_header_stands_in_the_first_file_alone(tmp_path: Path, scratch: Path) -> None:
    with Outputs(FolderStorage(tmp_path), PLAN, scratch, file_bytes=1) as outputs:
        outputs.add(piece(scratch, "quarantine", "x\n"))
        outputs.add(piece(scratch, "quarantine", "y\n"))
        files = outputs.finish()

    texts = [(tmp_path / "artifacts" / file.key).read_text() for file in files["quarantine"]]
    assert texts == ["reason,raw\nx\n", "y\n"]


def test_nothing_is_left_in_the_scratch_folder(tmp_path: Path, scratch: Path) -> None:
    with Outputs(FolderStorage(tmp_path), PLAN, scratch) as outputs:
        outputs.add(piece(scratch, "train", "a\n"))
        outputs.finish()

    assert list(scratch.iterdir()) == []


def test_an_upload_that_fails_is_not_passed_over(tmp_path: Path, scratch: Path) -> None:
    (tmp_path / "artifacts").write_text("a file where a bucket should be")

    with Outputs(FolderStorage(tmp_path), PLAN, scratch) as outputs:
        outputs.add(piece(scratch, "train", "a\n"))

        with pytest.raises(NotADirectoryError):
            outputs.finish()
