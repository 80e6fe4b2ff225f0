"""The folder that the engine works in: the program itself, and settings that may be changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from twin.engine.project import Project, lay_out

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "a project"
    for folder in ("components", ".git", ".twin"):
        (root / folder).mkdir(parents=True)
    (root / "__main__.py").write_text("print(1)\n", encoding="utf-8")
    (root / "Pulumi.yaml").write_text("name: mlops\n", encoding="utf-8")
    (root / "Pulumi.dev.yaml").write_text("config:\n  mlops:branch: main\n", encoding="utf-8")
    return root


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Project:
    return lay_out(root, tmp_path / "engine")


def config(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))["config"]


def test_the_program_is_the_project_s_own(project: Project, root: Path) -> None:
    for name in ("__main__.py", "components"):
        assert (project.program / name).is_symlink()
        assert (project.program / name).resolve() == root / name


def test_history_and_scratch_stay_behind(project: Project) -> None:
    found = {path.name for path in project.program.iterdir()}

    assert found == {"__main__.py", "components", "Pulumi.yaml", "Pulumi.dev.yaml"}


def test_other_settings_leave_the_project_s_file_alone(project: Project, root: Path) -> None:
    project.set("dev", {"mlops:branch": "trunk"})

    assert config(project.program / "Pulumi.dev.yaml") == {"mlops:branch": "trunk"}
    assert config(root / "Pulumi.dev.yaml") == {"mlops:branch": "main"}


def test_a_setting_is_given_beside_those_that_are_there(project: Project) -> None:
    project.set("dev", {"mlops:egress": "nat"})

    found = config(project.program / "Pulumi.dev.yaml")

    assert found == {"mlops:branch": "main", "mlops:egress": "nat"}


def test_what_the_engine_wrote_into_the_file_is_kept(project: Project) -> None:
    file = project.program / "Pulumi.dev.yaml"
    file.write_text("encryptionsalt: v1:abc\n", encoding="utf-8")

    project.set("dev", {"mlops:egress": "nat"})

    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert found == {"encryptionsalt": "v1:abc", "config": {"mlops:egress": "nat"}}


def test_the_provider_can_be_run_under_the_name_that_the_engine_looks_for(
    project: Project, root: Path
) -> None:
    plugin = project.plugins / "pulumi-resource-aws"

    assert os.access(plugin, os.X_OK)
    assert f"PYTHONPATH='{root}' exec " in plugin.read_text(encoding="utf-8")


def test_an_older_folder_makes_way(project: Project, root: Path) -> None:
    (project.program / "left.py").write_text("", encoding="utf-8")

    again = lay_out(root, project.program.parent)

    assert not (again.program / "left.py").exists()
