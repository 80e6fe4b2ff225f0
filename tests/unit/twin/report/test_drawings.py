"""Which figures of a run are drawn."""

from __future__ import annotations

from tests.unit.twin.builders import EVALUATION, OUTCOME
from twin.report.drawings import drawings_of
from twin.report.gather import RunResult


def test_a_run_that_evaluated_nothing_has_no_drawings() -> None:
    assert drawings_of(RunResult("wine", "r", OUTCOME)) is None


def test_the_model_comes_before_the_baselines() -> None:
    drawings = drawings_of(RunResult("wine", "r", OUTCOME, evaluation=EVALUATION))

    assert drawings is not None
    assert [one.name for one in drawings.estimates] == ["this model", "constant baseline"]


def test_the_most_important_feature_comes_first() -> None:
    drawings = drawings_of(RunResult("wine", "r", OUTCOME, evaluation=EVALUATION))

    assert drawings is not None
    assert [name for name, _ in drawings.importance] == ["sugar", "acid"]


def test_a_run_that_ended_before_its_gate_shows_the_first_metric() -> None:
    failed = RunResult("wine", "r", {"outcome": "failed"}, evaluation=EVALUATION)

    drawings = drawings_of(failed)

    assert drawings is not None
    assert (drawings.metric, drawings.limit) == ("rmse", None)


def test_without_predictions_there_is_no_scatter_plot() -> None:
    drawings = drawings_of(RunResult("wine", "r", OUTCOME, evaluation=EVALUATION))

    assert drawings is not None
    assert drawings.scatter() == ""
