"""The report as HTML."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from tests.unit.twin.builders import PUSHED, entry, leave_run, write_timeline
from tests.unit.twin.manifests import (
    STATISTICS,
    bins,
    column,
    manifest,
    numbers,
    part,
    reason,
)
from twin.report.gather import gather
from twin.report.page import render, write_page
from twin.timeline import Step

if TYPE_CHECKING:
    from pathlib import Path

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


def leave_manifest(folder: Path, document: dict[str, Any]) -> None:
    (folder / "manifest.json").write_text(json.dumps(document), encoding="utf-8")


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


def test_an_example_of_the_quarantine_says_where_it_stands(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    assert "record 17 of raw/wine/a.csv" in page_of(workspace)


def test_a_manifest_of_another_format_is_a_note(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_manifest(leave_run(workspace), {"format": 1, "rows": {"read": 7}})

    page = page_of(workspace)

    assert "its manifest has format 1, and this report shows format 2" in page
    assert "Its rows: read 7." in page


def test_rows_that_were_refused_are_shown_with_their_quarantine_first(
    workspace: Workspace,
) -> None:
    write_timeline(workspace, *PUSHED)
    folder = leave_run(workspace, whole=False, outcome="failed", metric=None)
    document = manifest(refused="too many rows are invalid")
    (folder / "refused.json").write_text(json.dumps(document), encoding="utf-8")

    page = page_of(workspace)

    assert "nothing was trained" in page
    assert page.index("acid: above 9") < page.index("<h3>Drift</h3>")


def test_a_run_is_compared_with_what_was_in_service(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace, run_id="push-before", finished_at="2026-11-24T02:00:00+00:00")
    far = manifest(
        dataset_id="e" * 16,
        parts=[part("b")],
        statistics=STATISTICS | {"acid": numbers({"3": 70})},
    )
    leave_manifest(leave_run(workspace), far)

    page = page_of(workspace)

    assert "of the run push-before (what the model learnt that was in service)" in page
    assert page.count(">moved far<") == 2  # in the table and above its distribution
    assert "1 new, 0 replaced, 1 gone" in page


def test_a_page_is_bounded_however_much_there_is_to_tell(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    names = [f"acid_{number}" for number in range(1000)]
    document = manifest(
        columns=[*(column(name, "numeric") for name in names), column("quality", "integer")],
        statistics=dict.fromkeys(names, STATISTICS["acid"]) | {"quality": STATISTICS["quality"]},
        bins=dict.fromkeys((*names, "quality"), bins()),
        parts=[part(f"{number:05d}") for number in range(5000)],
        quarantine={"reasons": [reason(1, f"row: {number} fields") for number in range(5000)]},
    )
    leave_manifest(leave_run(workspace), document)

    page = page_of(workspace)

    assert len(page) < 600_000
    for said in ("4,980 more reasons", "4,980 more.", "901 more columns are not drawn"):
        assert said in page


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
