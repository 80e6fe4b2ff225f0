"""What the report tells, read from what a run left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.builders import COMMIT, PUSHED, entry, leave_run, write_timeline
from twin.report.gather import critical_path, gather
from twin.timeline import Step

if TYPE_CHECKING:
    from twin.settings import Workspace


def test_a_push_and_the_run_it_started_are_one_story(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    story = gather(workspace)

    assert story.commit == COMMIT
    assert [run.model for run in story.latest] == ["wine"]
    assert story.seconds == PUSHED[-1].at - PUSHED[0].at


def test_a_file_after_a_push_is_a_story_of_its_own(workspace: Workspace) -> None:
    later = {"run": "data-ffffffffffff", "at": 200.0}
    write_timeline(
        workspace,
        *PUSHED,
        entry(Step.TRIGGER, run="data-ffffffffffff", at=200.0),
        entry(Step.RUN, run="data-ffffffffffff", at=202.0),
    )
    leave_run(workspace)
    leave_run(workspace, run_id=later["run"], finished_at="2026-11-24T04:00:00+00:00")

    story = gather(workspace)

    assert story.commit == ""
    assert [run.run_id for run in story.latest] == ["data-ffffffffffff"]
    assert len(story.all_runs) == 2


def test_an_event_that_was_ignored_is_no_story(workspace: Workspace) -> None:
    ignored = entry(Step.TRIGGER, "ignored", run="data-ffffffffffff", at=300.0)
    write_timeline(workspace, *PUSHED, ignored)

    assert gather(workspace).commit == COMMIT


def test_nothing_that_happened_is_an_empty_story(workspace: Workspace) -> None:
    write_timeline(workspace)

    story = gather(workspace)

    assert story.bars == ()
    assert story.latest == ()


def test_a_run_that_ended_early_has_empty_parts(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace, whole=False, outcome="waiting")

    (run,) = gather(workspace).latest

    assert (run.manifest, run.evaluation, run.predictions) == ({}, {}, ())


def test_predictions_are_pairs_of_numbers(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    leave_run(workspace)

    (run,) = gather(workspace).latest

    assert run.predictions == ((5.0, 5.1), (6.0, 5.5))


def test_each_step_is_a_bar_from_its_start_to_its_end(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)

    bars = {bar.step: (round(bar.start, 3), round(bar.end, 3)) for bar in gather(workspace).bars}

    assert bars[Step.ETL] == (2.0, 3.0)


def test_the_path_leads_back_from_the_last_work_without_the_wholes(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)

    path = critical_path(gather(workspace).bars)

    assert {bar.step for bar in path} == {Step.PUSH, Step.STAGING, Step.TRIGGER, Step.ETL}


def test_of_a_failure_the_part_is_told(workspace: Workspace) -> None:
    etl = entry(Step.ETL, "failed", at=110.0, fact="no column")
    run = entry(Step.RUN, "failed", at=111.0, fact="failed: etl: no column")
    write_timeline(workspace, *PUSHED, etl, run)

    assert gather(workspace).failures == (etl,)


def test_a_models_card_lies_where_the_page_says(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED)
    folder = leave_run(workspace)
    (folder / "model-card.md").write_text("# wine\n", encoding="utf-8")

    (run,) = gather(workspace).latest

    assert (workspace.last / run.card).samefile(folder / "model-card.md")
