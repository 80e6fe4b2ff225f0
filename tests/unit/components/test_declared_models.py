"""The program knows the models of the working tree, and refuses those that no run could use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from components.declared_models import declared_models
from components.errors import ProgramError

MODELS = Path(__file__).resolve().parents[3] / "models"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one good model file."""
    shutil.copy(MODELS / "abalone.yaml", tmp_path)
    return tmp_path


def test_models_are_named_by_their_files_with_the_metrics_of_their_gates(folder: Path) -> None:
    text = (folder / "abalone.yaml").read_text(encoding="utf-8")
    other = text.replace("name: abalone", "name: urchin").replace("rmse", "mae")
    (folder / "urchin.yaml").write_text(other, encoding="utf-8")

    assert declared_models(folder) == {"abalone": "rmse", "urchin": "mae"}


def test_an_invalid_file_is_refused_with_field_found_and_allowed(folder: Path) -> None:
    text = (folder / "abalone.yaml").read_text(encoding="utf-8")
    (folder / "wine.yaml").write_text(text.replace("rmse", "vibes"), encoding="utf-8")

    with pytest.raises(ProgramError) as refused:
        declared_models(folder)

    message = str(refused.value)
    assert "wine.yaml: evaluation.metric: found 'vibes'; allowed: " in message
    assert message.endswith(f"do: correct the files in {folder.name}/")
