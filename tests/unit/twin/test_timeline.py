"""What is kept of what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.builders import PUSHED, write_timeline
from twin.timeline import Entry, Step, Timeline, follow, read_entries

if TYPE_CHECKING:
    from pathlib import Path

    from twin.settings import Workspace


def test_what_is_recorded_can_be_read_again(tmp_path: Path) -> None:
    timeline = Timeline(tmp_path / "timeline.jsonl")

    timeline.record(Step.ETL, "succeeded", run="r", resource="job", fact="é", log="g/s")

    assert read_entries(tmp_path / "timeline.jsonl") == timeline.entries()


def test_a_listener_hears_what_comes_after_it(tmp_path: Path) -> None:
    timeline = Timeline(tmp_path / "timeline.jsonl")
    heard: list[Entry] = []
    timeline.record(Step.PUSH, "succeeded", run="r", resource="a")

    timeline.subscribe(heard.append)
    timeline.record(Step.ETL, "started", run="r", resource="b")

    assert [one.resource for one in heard] == ["b"]


def test_a_line_that_a_crash_cut_off_is_left_out(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    file = workspace.last / "timeline.jsonl"
    file.write_text(file.read_text(encoding="utf-8")[:-20], encoding="utf-8")

    assert read_entries(file) == PUSHED[:-1]


def test_a_follower_takes_a_line_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "timeline.jsonl"
    entries = follow(file, every_s=0.0)
    before = next(entries)
    Timeline(file).record(Step.PUSH, "succeeded", run="r", resource="a")
    line = file.read_text(encoding="utf-8")
    file.write_text(line[:10], encoding="utf-8")
    half = next(entries)
    file.write_text(line, encoding="utf-8")

    whole = next(entries)

    assert before is None
    assert half is None
    assert whole is not None
    assert whole.resource == "a"
