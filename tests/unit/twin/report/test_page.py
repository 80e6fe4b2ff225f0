"""The report as HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from tests.unit.twin.builders import PUSHED, entry, leave_run, write_timeline
from twin.report.gather import gather
from twin.report.page import render, write_page
from twin.timeline import Step

if TYPE_CHECKING:
    from twin.settings import Workspace

VOID = {"meta", "br", "link", "img"}


class Nesting(HTMLParser):
    """Checks that every element that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(workspace: Workspace) -> str:
    return render(gather(workspace))


def test_a_whole_run_shows_metric_data_and_lineage(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    page = page_of(workspace)

    for text in ("wine: the model", "wine: the data", "wine: lineage", "2.100", "101"):
        assert text in page


def test_elements_are_nested(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)
    nesting = Nesting()

    nesting.feed(page_of(workspace))

    assert nesting.open == []


def test_the_page_loads_nothing(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    page = page_of(workspace).replace("http://www.w3.org/2000/svg", "")

    assert not re.search(r"https?://|<script|@import|url\(", page)


def test_text_of_raw_rows_is_escaped(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    page = page_of(workspace)

    assert "<b>99" not in page
    assert "&lt;b&gt;99" in page
    assert "&lt;white&gt; 30" in page


def test_a_categorical_column_says_its_values(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    assert "red 1,200" in page_of(workspace)


def test_dates_are_shown_as_dates(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    page = page_of(workspace)

    for shown in ("1969-12-31", "2024-03-01", "12.5 days", "1970-01-01 23:59", "0.5 days"):
        assert shown in page


def test_figures_are_as_short_as_people_read_them(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    page = page_of(workspace)

    assert "1.2346" in page
    assert "1.23456789" not in page


def test_a_failure_says_what_to_do(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED, entry(Step.ETL, "failed", at=110.0, fact="no <column>"))

    page = page_of(workspace)

    assert "no &lt;column&gt;" in page
    assert "To do:" in page


def test_runs_that_ended_early_are_shown_too(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace, whole=False, outcome="waiting", metric=None, reason="no raw object")

    page = page_of(workspace)

    assert "no raw object" in page
    assert "wine: the model" not in page


def test_a_run_of_nothing_is_a_page(workspace: Workspace) -> None:
    write_timeline(workspace)

    assert "Retraining report" in page_of(workspace)


def test_a_reader_never_sees_half_a_page(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)

    page = write_page(workspace)

    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert not list(workspace.last.glob("*.draft"))
