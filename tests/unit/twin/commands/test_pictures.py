"""Pictures of the latest run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.unit.twin.builders import PUSHED, leave_run, write_timeline
from twin.commands.answers import ANSWERS
from twin.commands.pictures import draw_pictures, draw_run
from twin.errors import TwinError

if TYPE_CHECKING:
    from twin.settings import Workspace


def test_the_run_is_drawn_with_its_answers_and_loads_nothing(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    folder = leave_run(workspace)
    (folder / ANSWERS).write_text(json.dumps([5.1]), encoding="utf-8")

    drawing = draw_run(workspace)

    assert ET.fromstring(drawing) is not None  # noqa: S314 - our own text
    assert "training" not in drawing
    assert "wine" in drawing
    assert "@font-face" not in drawing


def test_a_drawing_names_no_place_on_the_machine(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    assert str(workspace.root) not in draw_run(workspace)


def test_both_pictures_lie_beside_the_documents(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    draw_pictures(workspace)

    folder = workspace.root / "docs" / "images"
    assert {file.name for file in folder.iterdir()} == {"run.svg", "report.svg"}


def test_nothing_that_ran_cannot_be_drawn(workspace: Workspace) -> None:
    with pytest.raises(TwinError, match="make run"):
        draw_pictures(workspace)
