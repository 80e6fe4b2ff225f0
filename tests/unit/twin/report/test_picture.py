"""The report's charts as one picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tests.unit.twin.builders import PUSHED, leave_run, write_timeline
from twin.report.gather import gather
from twin.report.picture import draw_report

if TYPE_CHECKING:
    from twin.settings import Workspace


def test_it_is_one_well_formed_svg_that_loads_nothing(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    picture = draw_report(gather(workspace))

    charts = ET.fromstring(picture).findall("{http://www.w3.org/2000/svg}svg")  # noqa: S314 - our own text
    assert len(charts) == 4
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@font-face|url\(", picture)


def test_it_follows_the_readers_theme(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)

    assert "prefers-color-scheme: dark" in draw_report(gather(workspace))


def test_a_run_without_an_evaluation_shows_its_steps(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace, whole=False)

    picture = draw_report(gather(workspace))

    assert picture.count("<svg") == 2
