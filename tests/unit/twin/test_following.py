"""When a push or a file has come to its end, and how."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.unit.twin.builders import COMMIT, PUSHED, RUN, entry, write_timeline
from twin.errors import TwinError
from twin.following import Followed, wait_for
from twin.timeline import Entry, Step

if TYPE_CHECKING:
    from twin.settings import Workspace


def followed(*dags: str) -> Followed:
    return Followed(COMMIT, frozenset({RUN}), frozenset(dags or ("retrain-wine",)))


def test_it_is_done_when_every_dag_has_an_outcome() -> None:
    story = followed("retrain-wine", "retrain-beer")

    story.take(entry(Step.RUN, resource="retrain-wine"))
    after_one = story.done
    story.take(entry(Step.RUN, resource="retrain-beer"))

    assert not after_one
    assert story.done
    assert story.ok


@pytest.mark.parametrize("step", [Step.STAGING, Step.IMAGE, Step.PIPELINE, Step.TRIGGER])
def test_nothing_more_comes_after_a_failed_build_or_trigger(step: Step) -> None:
    story = followed()

    story.take(entry(step, "failed"))

    assert story.done
    assert not story.ok


def test_a_failed_part_of_a_run_is_waited_out() -> None:
    story = followed()

    story.take(entry(Step.ETL, "failed"))

    assert not story.done


def test_an_event_that_is_ignored_starts_nothing() -> None:
    story = followed()

    story.take(entry(Step.TRIGGER, "ignored", fact="unknown-model"))

    assert story.done
    assert not story.ok


def test_entries_of_others_do_not_concern_it() -> None:
    assert not followed().concerns(entry(Step.RUN, run="data-ffffffffffff"))


def test_an_entry_without_a_run_does_not_concern_a_file() -> None:
    file = Followed("", frozenset({RUN}), frozenset())

    assert not file.concerns(entry(Step.RUN, run=""))


def test_waiting_shows_what_concerns_it_and_ends(workspace: Workspace) -> None:
    other = entry(Step.RUN, run="data-ffffffffffff")
    write_timeline(workspace, other, *PUSHED)
    shown: list[Entry | None] = []

    story = wait_for(workspace.last / "timeline.jsonl", followed(), shown.append)

    assert story.ok
    assert tuple(one for one in shown if one) == PUSHED


def test_waiting_leaves_out_what_was_before(workspace: Workspace) -> None:
    earlier = replace(entry(Step.TRIGGER, "ignored", fact="nothing-current"), at=1.0)
    write_timeline(workspace, earlier, *(replace(one, at=2.0) for one in PUSHED))

    story = wait_for(
        workspace.last / "timeline.jsonl", followed(), lambda _: None, longest_s=5.0, since=2.0
    )

    assert story.ok


def test_waiting_ends_with_what_is_missing(workspace: Workspace) -> None:
    write_timeline(workspace, *PUSHED[:3])

    with pytest.raises(TwinError) as raised:
        wait_for(workspace.last / "timeline.jsonl", followed(), lambda _: None, longest_s=0.0)

    assert "retrain-wine" in str(raised.value)
