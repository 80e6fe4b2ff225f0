"""How failures are told in the terminal."""

from __future__ import annotations

import io

from rich.console import Console

from tests.unit.twin.builders import entry
from twin.commands.failures import show_failures
from twin.following import Followed
from twin.timeline import Entry, Step


def told(*entries: Entry) -> str:
    screen = io.StringIO()
    followed = Followed("", frozenset(), frozenset())
    for one in entries:
        followed.take(one)
    show_failures(Console(file=screen, width=40), followed)
    return screen.getvalue()


def test_a_failure_says_step_resource_cause_log_and_what_to_do() -> None:
    text = told(entry(Step.ETL, "failed", resource="job", fact="no column", log="g/s"))

    assert text.splitlines()[:3] == [
        "etl failed: job",
        "  cause  no column",
        "  log    make logs STEP=etl   (g/s)",
    ]
    assert "  do     mend" in text


def test_further_lines_of_a_cause_stand_below_its_first() -> None:
    text = told(entry(Step.STAGING, "failed", fact="two problems:\n  one\n  two"))

    assert "  cause  two problems:\n           one\n           two\n" in text


def test_a_cause_is_told_as_it_is_written() -> None:
    assert "[/bold] [0]" in told(entry(Step.ETL, "failed", fact="[/bold] [0]"))


def test_a_refusal_of_the_gate_is_called_one() -> None:
    text = told(entry(Step.RUN, "failed", resource="retrain-wine", fact="rejected: rmse is high"))

    assert text.startswith("run was refused by the gate: retrain-wine")


def test_an_ignored_event_is_told() -> None:
    text = told(entry(Step.TRIGGER, "ignored", fact="unknown-model: 'wien'"))

    assert text == "nothing was started: unknown-model: 'wien'\n"


def test_nothing_is_said_when_all_went_well() -> None:
    assert told(entry(Step.ETL)) == ""
