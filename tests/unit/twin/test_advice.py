"""Which failures are told, and with which advice."""

from __future__ import annotations

from tests.unit.twin.builders import entry
from twin.advice import advice, causes, is_rejected
from twin.timeline import Step


def test_a_part_is_told_rather_than_the_whole() -> None:
    part, whole = entry(Step.ETL, "failed"), entry(Step.RUN, "failed")

    assert causes([part, whole]) == [part]


def test_a_whole_that_failed_by_itself_is_told() -> None:
    whole = entry(Step.RUN, "failed")

    assert causes([whole]) == [whole]


def test_a_bad_file_is_mended_under_its_own_name() -> None:
    assert "same name" in advice(entry(Step.ETL, "failed"))


def test_a_model_that_the_gate_refused_is_not_broken() -> None:
    refused = entry(Step.RUN, "failed", fact="rejected: rmse 16 is above 5")

    assert is_rejected(refused)
    assert "limit" in advice(refused)


def test_a_failed_run_is_no_rejection() -> None:
    assert not is_rejected(entry(Step.RUN, "failed", fact="failed: etl: no column"))


def test_every_failure_has_some_advice() -> None:
    assert all(advice(entry(step, "failed")) for step in Step)
