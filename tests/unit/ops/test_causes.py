"""Why a program cannot be evaluated."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

from ops.causes import cause
from ops.stack_files import StackFileError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_mistake_is_told_with_its_place_in_the_project(tmp_path: Path) -> None:
    program = tmp_path / "__main__.py"
    program.write_text("import json\n\njson.loads('')\n")

    told = ""
    try:
        runpy.run_path(str(program))
    except ValueError as error:
        told = cause(error, tmp_path)

    assert told.startswith("JSONDecodeError: ")
    assert told.endswith("(__main__.py, line 3)")


def test_an_error_of_our_own_speaks_for_itself(tmp_path: Path) -> None:
    error = StackFileError(f"{tmp_path}/Pulumi.dev.yaml sets keys that nobody knows")

    assert cause(error, tmp_path) == "Pulumi.dev.yaml sets keys that nobody knows"
