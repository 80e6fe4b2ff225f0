"""The archive's files that do not need ONNX."""

import json
from pathlib import Path
from typing import Any

import pytest

from training_image.archive import Archive, read_archive, write_archive
from training_image.errors import ArtifactError
from training_image.schema import Column, Schema


@pytest.fixture
def archive(tmp_path: Path, build_schema: Any) -> Path:
    write_archive(tmp_path / "model", b"graph", build_schema(), {"evaluation.json": b"{}"})
    return tmp_path / "model"


def test_an_archive_reads_back_what_it_wrote(archive: Path, build_schema: Any) -> None:
    assert read_archive(archive) == Archive(b"graph", build_schema())
    assert (archive / "evaluation.json").read_bytes() == b"{}"


def test_a_classifier_remembers_its_classes(tmp_path: Path) -> None:
    schema = Schema((Column("x", "numeric"), Column("y", "categorical", values=("b", "a"))), "y")

    write_archive(tmp_path, b"graph", schema, {}, "multiclass")

    assert read_archive(tmp_path).classes == ("b", "a")
    assert json.loads((tmp_path / "schema.json").read_bytes())["objective"] == "multiclass"


def test_a_damaged_model_is_refused(archive: Path) -> None:
    (archive / "model.onnx").write_bytes(b"other")

    with pytest.raises(ArtifactError, match=r"model\.onnx in .* is damaged"):
        read_archive(archive)


@pytest.mark.parametrize("name", ["model.onnx", "schema.json"])
def test_a_missing_file_is_named(archive: Path, name: str) -> None:
    (archive / name).unlink()

    with pytest.raises(ArtifactError, match=name):
        read_archive(archive)


def test_a_schema_without_checksum_is_incomplete(archive: Path) -> None:
    (archive / "schema.json").write_text(json.dumps({"columns": [], "target": "x"}))

    with pytest.raises(ArtifactError, match="incomplete"):
        read_archive(archive)
