"""Which run a run is compared with."""

from __future__ import annotations

from tests.unit.twin.manifests import manifest
from twin.report.gather import RunResult
from twin.report.previous import previous_of


def run(name: str, outcome: str = "deployed", model: str = "wine", **document: object) -> RunResult:
    return RunResult(model, name, {"outcome": outcome}, manifest(**document))


NOW = run("now")


def test_a_run_is_compared_with_the_last_that_was_deployed() -> None:
    runs = [run("first"), run("second"), run("worse", "rejected"), NOW, run("later")]

    previous = previous_of(NOW, runs)

    assert previous is not None
    assert previous.run.run_id == "second"
    assert "in service" in previous.why


def test_before_the_first_deployment_it_is_compared_with_the_run_before() -> None:
    previous = previous_of(NOW, [run("first", "rejected"), run("second", "rejected"), NOW])

    assert previous is not None
    assert previous.run.run_id == "second"
    assert "nothing was in service" in previous.why


def test_rows_that_were_refused_and_runs_without_data_are_nothing_to_compare_with() -> None:
    refused = run("refused", "failed", refused="too many rows are invalid")
    waiting = RunResult("wine", "waiting", {"outcome": "waiting"})

    assert previous_of(NOW, [refused, waiting, run("other", model="abalone"), NOW]) is None
