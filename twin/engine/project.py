"""A folder in which the engine finds the unchanged program, and settings that may be changed.

Everything is linked but the stack files: the engine writes a salt into them, and a story of changed
settings changes them. The provider lies beside it, as an executable of the name that the engine
looks for.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLUGIN = "pulumi-resource-aws"
NOT_LINKED = frozenset({".git", ".twin"})


@dataclass(frozen=True)
class Project:
    """Where the engine runs: the program's folder, and one with the provider for PATH."""

    program: Path
    plugins: Path

    def set(self, stack: str, values: Mapping[str, object]) -> None:
        """Give a stack other values, under full keys (`mlops:branch`)."""
        file = self.program / f"Pulumi.{stack}.yaml"
        content = cast("dict[str, Any]", yaml.safe_load(file.read_text(encoding="utf-8")))
        content["config"] = {**content.get("config", {}), **values}
        file.write_text(yaml.safe_dump(content), encoding="utf-8")


def lay_out(root: Path, folder: Path) -> Project:
    """Make such a folder of the project at `root`, in place of an older one."""
    project = Project(folder / "program", folder / "plugins")
    for place in (project.program, project.plugins):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    for path in root.iterdir():
        if path.name.startswith("Pulumi."):
            shutil.copy(path, project.program)
        elif path.name not in NOT_LINKED:
            (project.program / path.name).symlink_to(path)
    write_plugin(root, project.plugins)
    return project


def write_plugin(root: Path, folder: Path) -> Path:
    """Write the executable that the engine starts as AWS's provider, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    plugin = folder / PLUGIN
    python, path = shlex.quote(sys.executable), shlex.quote(str(root))
    plugin.write_text(
        f'#!/bin/sh\nPYTHONPATH={path} exec {python} -m twin.provider "$@"\n', encoding="utf-8"
    )
    plugin.chmod(0o755)
    return plugin
