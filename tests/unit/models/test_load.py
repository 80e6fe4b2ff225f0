"""Model files from folders and zips."""

import zipfile
from pathlib import Path

import pytest

from models.errors import ModelFileError
from models.load import load_model, load_models

SHIPPED = Path(__file__).parents[3] / "models"

WINE = """
name: wine
data:
  format: {delimiter: ";", header: true}
  columns:
    - {name: colour, kind: categorical, values: [dark red, no]}
    - {name: quality, kind: numeric, min: 1e-3}
  target: quality
evaluation: {limit: 1.5}
"""


def write(folder: Path, text: str, name: str = "wine.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problem_text(path: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        load_model(path)
    return str(caught.value)


def test_the_shipped_model_loads() -> None:
    models = load_models(SHIPPED)

    abalone = models["abalone"]
    assert len(abalone.data.columns) == 9
    assert abalone.data.target == "rings"


def test_a_word_like_no_is_a_text_and_1e_3_a_number(tmp_path: Path) -> None:
    model = load_model(write(tmp_path, WINE))

    assert model.data.columns[0].values == ("dark red", "no")
    assert model.data.columns[1].min == 0.001


def test_models_load_from_inside_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("models/wine.yaml", WINE)
        archive.writestr("models/schema.py", "")

    models = load_models(zipfile.Path(tmp_path / "code.zip", "models/"))

    assert list(models) == ["wine"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: [wine", "line 1"),
        ("name: wine\n\tdata: 1", "line 2"),
        ("name: wine\nname: vine\n", "line 2: found 'name' a second time"),
        ("name: wine\ndata:\n  a: 1\n  a: 2\n", "line 4"),
        ("name: wine\n---\nname: vine\n", "line 2"),
        ("name: !!python/object:os.system wine\n", "line 1"),
        ("7: wine\n", "line 1: found the key 7"),
        ("", "found nothing"),
    ],
)
def test_text_that_is_no_single_yaml_document_is_named_with_its_line(
    tmp_path: Path, text: str, expected: str
) -> None:
    path = write(tmp_path, text)

    message = problem_text(path)

    assert "models/wine.yaml" in message
    assert expected in message


@pytest.mark.parametrize("text", ["[" * 5000, f"name: {'1' * 5000}"], ids=["too deep", "too long"])
def test_yaml_that_python_gives_up_on_is_named(tmp_path: Path, text: str) -> None:
    assert "models/wine.yaml: found " in problem_text(write(tmp_path, text))


def test_bytes_that_are_not_utf_8_are_named(tmp_path: Path) -> None:
    path = tmp_path / "wine.yaml"
    path.write_bytes(b"name: wine\ndescription: \xff\n")

    assert "line 2: found b'\\xff'; allowed: UTF-8" in problem_text(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "models/wine.yaml" in problem_text(tmp_path / "wine.yaml")


def test_the_name_has_to_be_the_file_name(tmp_path: Path) -> None:
    path = write(tmp_path, WINE, "vine.yaml")

    assert "models/vine.yaml: name: found 'wine'; allowed: 'vine'" in problem_text(path)


def test_problems_of_all_files_come_together(tmp_path: Path) -> None:
    write(tmp_path, WINE.replace("limit", "limt"))
    write(tmp_path, WINE, "vine.yaml")
    write(tmp_path, WINE, "other.yml")

    with pytest.raises(ModelFileError) as caught:
        load_models(tmp_path)

    files = {problem.file for problem in caught.value.problems}
    assert files == {"models/wine.yaml", "models/vine.yaml", "models/other.yml"}


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="no such folder"):
        load_models(tmp_path / "models")
