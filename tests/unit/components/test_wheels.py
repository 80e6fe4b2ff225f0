"""DuckDB's wheel: named by its pin, fetched before anything is deployed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.errors import ProgramError
from components.wheels import FOLDER, PINS, duckdb_wheel

ROOT = Path(__file__).resolve().parents[3]


def project(folder: Path, pins: str, *wheels: str) -> Path:
    (folder / PINS).parent.mkdir(parents=True)
    (folder / PINS).write_text(pins)
    (folder / FOLDER).mkdir(parents=True)
    for wheel in wheels:
        (folder / FOLDER / wheel).touch()
    return folder


def test_the_wheel_of_the_pinned_version_lies_there() -> None:
    wheel = duckdb_wheel(ROOT)

    assert wheel.is_file()
    assert wheel.parent == ROOT / FOLDER


def test_the_job_has_the_version_of_the_projects_own_environment() -> None:
    pinned, own = (
        re.findall(r"^duckdb==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE)
        for name in ("glue.txt", "project.txt")
    )

    assert pinned == own != []


def test_a_project_without_any_wheel_says_what_fetches_it(tmp_path: Path) -> None:
    root = project(tmp_path, "duckdb==2.0.0 \\\n")

    with pytest.raises(ProgramError, match=r"holds no wheel; expected DuckDB 2\.0\.0.*make env"):
        duckdb_wheel(root)


def test_another_version_of_the_project_is_named_without_its_wheel(tmp_path: Path) -> None:
    root = project(tmp_path, "duckdb==1.9.0 \\\n", "duckdb-2.0.0-cp311.whl")

    assert duckdb_wheel(root).name.startswith("duckdb-1.9.0-cp311-cp311-manylinux")


def test_pins_without_duckdb_are_refused(tmp_path: Path) -> None:
    root = project(tmp_path, "polars==1.0.0 \\\n")

    with pytest.raises(ProgramError, match="pins no duckdb"):
        duckdb_wheel(root)
