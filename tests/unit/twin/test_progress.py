"""What a row of the progress says."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.unit.twin.builders import COMMIT, PUSHED, entry
from twin.progress import Progress, fact_of, number_of, readable, thing_of
from twin.timeline import Step

DIGEST = "f" * 64


def printed(*facts: str, width: int = 60) -> str:
    screen = io.StringIO()
    with Progress(Console(file=screen, width=width)) as progress:
        for fact in facts:
            progress.show(entry(Step.ETL, fact=fact))
    return screen.getvalue()


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (f"staged {COMMIT}.", "staged 0123456789ab."),
        (f"image sha256:{DIGEST}, current", f"image sha256:{'f' * 12}, current"),
        (f"run jr_{DIGEST}: failed", f"run jr_{'f' * 12}: failed"),
        ("mlops-twin-wine-0123456789ab", "mlops-twin-wine-0123456789ab"),
        ("4,177 rows", "4,177 rows"),
    ],
)
def test_long_digests_are_cut_to_what_tells_them_apart(fact: str, shown: str) -> None:
    assert readable(fact) == shown


def test_the_event_of_a_push_is_the_second_step_and_others_are_the_seventh() -> None:
    of_push = entry(Step.EVENT, run=COMMIT)
    of_image = entry(Step.EVENT)

    numbers = number_of(of_push), number_of(of_image)

    assert numbers == ("2", "7")


def test_a_dag_run_says_whose_it_is() -> None:
    ended = entry(Step.RUN, resource="retrain-wine", fact="unchanged: all is as it was")

    assert fact_of(ended) == "retrain-wine: unchanged: all is as it was"


def test_a_resource_that_the_fact_names_is_not_named_twice() -> None:
    begun = entry(Step.TRAINING, "started", resource="job-1", fact="job-1 on ml.m5.large")

    assert fact_of(begun) == "job-1 on ml.m5.large"


def test_a_failure_is_one_short_line() -> None:
    failed = entry(Step.ETL, "failed", fact="no such column\n" * 100)

    fact = fact_of(failed)

    assert len(fact) <= 150
    assert "\n" not in fact


def test_a_whole_that_failed_with_its_part_is_brief() -> None:
    failed = entry(Step.RUN, "failed", resource="retrain-wine", fact="failed: " + "x" * 500)

    assert len(fact_of(failed)) < 90


def test_glue_runs_of_two_models_are_two_things() -> None:
    one = entry(Step.ETL, resource="job", log="etl/1")
    other = entry(Step.ETL, resource="job", log="etl/2")

    assert thing_of(one) != thing_of(other)


def test_a_step_is_one_thing_from_start_to_end() -> None:
    begun = entry(Step.STAGING, "started", resource="Staging")
    ended = entry(Step.STAGING, resource="Staging", log="group/stream")

    assert thing_of(begun) == thing_of(ended)


def test_without_a_terminal_a_line_is_never_folded() -> None:
    assert printed("x" * 200).count("\n") == 1


def test_without_a_terminal_brackets_are_no_markup() -> None:
    assert "[red]1[/red]" in printed("[red]1[/red]")


def test_without_a_terminal_only_ends_are_told() -> None:
    screen = io.StringIO()

    with Progress(Console(file=screen)) as progress:
        for one in PUSHED:
            progress.show(one)

    assert screen.getvalue().count("\n") == sum(one.state != "started" for one in PUSHED)


def test_a_terminal_shows_a_row_for_each_thing() -> None:
    progress = Progress(Console(file=io.StringIO()))
    for one in PUSHED:
        progress.show(one)

    rows = progress.table().row_count

    assert rows == len({thing_of(one) for one in PUSHED})


def test_a_piece_of_the_start_is_told_when_it_is_ready() -> None:
    screen = io.StringIO()
    progress = Progress(Console(file=screen))

    progress.note("Airflow")
    progress.note("Airflow", "http://127.0.0.1:1")

    assert screen.getvalue().count("Airflow") == 1
