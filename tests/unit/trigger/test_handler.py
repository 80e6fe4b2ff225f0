"""The whole function, with fakes for what it reads and calls."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from trigger.errors import AirflowError, StagedCodeError, TriggerError
from trigger.event import RECONCILIATION
from trigger.handler import Trigger, seconds_left
from trigger.raw import RawObject
from trigger.runs import Start, data_run_id
from trigger.staged import CodeManifest, CurrentCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trigger.runs import Run
    from trigger.settings import Settings

    Build = Callable[..., dict[str, Any]]

COMMIT = "a1b2c3d4e5f6" + "0" * 28
DIGEST = "sha256:" + "d" * 64


class FakeCode:
    """Staged code of one commit with two models."""

    def __init__(self, current: CurrentCode | None = None) -> None:
        self._current = current

    def manifest(self, commit: str) -> CodeManifest:
        if commit != COMMIT:
            raise StagedCodeError("no", resource=commit, found="nothing", do="push")
        return CodeManifest(COMMIT, ("abalone", "wine"))

    def current(self) -> CurrentCode | None:
        return self._current


class FakeRaw:
    """Raw files that lie in the bucket."""

    def __init__(self, *keys: str) -> None:
        self.keys = keys

    def newest(self) -> Iterator[RawObject]:
        for key in self.keys:
            yield RawObject(key, "v1", datetime.now(UTC))


class FakeAirflow:
    """Takes each run id once, like Airflow; DAGs in `unknown` are not there yet."""

    def __init__(self, unknown: tuple[str, ...] = ()) -> None:
        self.unknown = unknown
        self.runs: dict[tuple[str, str], Run] = {}

    def start(self, run: Run) -> Start:
        if run.dag_id in self.unknown:
            raise AirflowError("no", resource=run.dag_id, found="status 404", do="wait")
        known = (run.dag_id, run.run_id) in self.runs
        self.runs[run.dag_id, run.run_id] = run
        return Start.ALREADY if known else Start.STARTED


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


@pytest.fixture
def trigger(settings: Settings, airflow: FakeAirflow) -> Trigger:
    return Trigger(settings, FakeCode(CurrentCode(COMMIT, DIGEST)), FakeRaw(), airflow)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_image_push_starts_a_run_for_each_model(
    trigger: Trigger, airflow: FakeAirflow, image_event: Build
) -> None:
    answer = trigger.serve(image_event())

    assert answer["outcome"] == "started"
    assert set(airflow.runs) == {
        ("retrain-abalone", "push-a1b2c3d4e5f6"),
        ("retrain-wine", "push-a1b2c3d4e5f6"),
    }


def test_the_same_event_again_starts_nothing_new(
    trigger: Trigger, airflow: FakeAirflow, image_event: Build
) -> None:
    trigger.serve(image_event())

    answers = [trigger.serve(image_event()) for _ in range(20)]

    assert len(airflow.runs) == 2
    assert {run["result"] for answer in answers for run in answer["runs"]} == {"already-started"}


def test_a_raw_file_starts_the_run_of_its_model_alone(
    trigger: Trigger, airflow: FakeAirflow, object_event: Build
) -> None:
    trigger.serve(object_event())

    assert [dag_id for dag_id, _ in airflow.runs] == ["retrain-abalone"]


def test_a_raw_file_before_the_first_push_is_done_without_a_run(
    settings: Settings,
    airflow: FakeAirflow,
    object_event: Build,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trigger = Trigger(settings, FakeCode(current=None), FakeRaw(), airflow)

    answer = trigger.serve(object_event())

    assert answer["reason"] == "nothing-current"
    assert not airflow.runs
    (line,) = lines(capsys)
    assert line["message"] == "event ignored"


def test_an_ignored_event_is_counted_with_its_reason(
    trigger: Trigger, object_event: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    trigger.serve(object_event({"detail.object.key": "raw/vine/a.csv"}))

    (line,) = lines(capsys)
    assert line["IgnoredEvents"] == 1
    assert line["Reason"] == "unknown-model"
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    assert metrics["Metrics"] == [{"Name": "IgnoredEvents", "Unit": "Count"}]
    assert metrics["Dimensions"] == [[], ["Reason"]]


def test_an_unknown_dag_does_not_keep_the_other_models_from_starting(
    settings: Settings, image_event: Build
) -> None:
    airflow = FakeAirflow(unknown=("retrain-abalone",))
    trigger = Trigger(settings, FakeCode(), FakeRaw(), airflow)

    with pytest.raises(TriggerError, match="retrain-abalone"):
        trigger.serve(image_event())

    assert [dag_id for dag_id, _ in airflow.runs] == ["retrain-wine"]


def test_a_retry_starts_what_was_missing(settings: Settings, image_event: Build) -> None:
    airflow = FakeAirflow(unknown=("retrain-abalone",))
    trigger = Trigger(settings, FakeCode(), FakeRaw(), airflow)
    with pytest.raises(TriggerError):
        trigger.serve(image_event())
    airflow.unknown = ()

    answer = trigger.serve(image_event())

    assert {run["dag_id"]: run["result"] for run in answer["runs"]} == {
        "retrain-abalone": "started",
        "retrain-wine": "already-started",
    }


def test_a_tag_of_a_commit_that_was_never_staged_is_raised(
    trigger: Trigger, image_event: Build
) -> None:
    with pytest.raises(StagedCodeError):
        trigger.serve(image_event({"detail.image-tag": "b" * 40}))


def reconciling(
    settings: Settings, airflow: FakeAirflow, *keys: str, current: bool = True
) -> Trigger:
    code = FakeCode(CurrentCode(COMMIT, DIGEST) if current else None)
    return Trigger(settings, code, FakeRaw(*keys), airflow)


def test_a_reconciliation_starts_what_no_event_started(
    settings: Settings, airflow: FakeAirflow
) -> None:
    trigger = reconciling(settings, airflow, "raw/wine/a.csv")

    answer = trigger.serve(RECONCILIATION)

    assert answer["outcome"] == "reconciled"
    assert answer["started"] == 3
    assert set(airflow.runs) == {
        ("retrain-abalone", "push-a1b2c3d4e5f6"),
        ("retrain-wine", "push-a1b2c3d4e5f6"),
        ("retrain-wine", data_run_id("raw/wine/a.csv", "v1")),
    }


def test_a_reconciliation_starts_nothing_that_events_started(
    settings: Settings, airflow: FakeAirflow, image_event: Build, object_event: Build
) -> None:
    event = object_event()
    written = event["detail"]["object"]
    written["version-id"] = "v1"
    trigger = reconciling(settings, airflow, written["key"])
    trigger.serve(image_event())
    trigger.serve(event)

    answer = trigger.serve(RECONCILIATION)

    assert (answer["started"], answer["already_started"]) == (0, 3)
    assert len(airflow.runs) == 3


def test_a_second_reconciliation_starts_nothing(settings: Settings, airflow: FakeAirflow) -> None:
    trigger = reconciling(settings, airflow, "raw/wine/a.csv")
    trigger.serve(RECONCILIATION)

    answer = trigger.serve(RECONCILIATION)

    assert answer["started"] == 0
    assert answer["runs"] == []


def test_a_reconciliation_before_the_first_push_has_nothing_to_do(
    settings: Settings, airflow: FakeAirflow
) -> None:
    answer = reconciling(settings, airflow, "raw/wine/a.csv", current=False).serve(RECONCILIATION)

    assert answer["reason"] == "nothing-current"
    assert not airflow.runs


def test_what_a_reconciliation_cannot_start_is_said_when_all_was_tried(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    airflow = FakeAirflow(unknown=("retrain-abalone",))

    answer = reconciling(settings, airflow, "raw/wine/a.csv").serve(RECONCILIATION)

    assert answer["outcome"] == "incomplete"
    assert (answer["started"], answer["failed"]) == (2, 1)
    assert "retrain-abalone" in answer["errors"][0]
    summary = lines(capsys)[-1]
    assert (summary["message"], summary["UnreconciledRuns"]) == ("reconciled", 1)
    assert summary["LostEvents"] == 2
    (metrics,) = summary["_aws"]["CloudWatchMetrics"]
    assert metrics["Dimensions"] == [["Environment"]]
    assert summary["Environment"] == settings.airflow_environment


def test_a_reconciliation_ends_before_its_time_does(
    settings: Settings, airflow: FakeAirflow
) -> None:
    left = iter([100.0, 100.0, 10.0])

    answer = reconciling(settings, airflow, "raw/wine/a.csv").serve(
        RECONCILIATION, lambda: next(left)
    )

    assert (answer["outcome"], answer["started"], answer["left"]) == ("incomplete", 1, 2)


def test_a_reconciliation_with_nothing_lost_writes_one_line(
    settings: Settings, airflow: FakeAirflow, capsys: pytest.CaptureFixture[str]
) -> None:
    trigger = reconciling(settings, airflow, "raw/wine/a.csv")
    trigger.serve(RECONCILIATION)
    lines(capsys)

    trigger.serve(RECONCILIATION)

    (line,) = lines(capsys)
    assert (line["LostEvents"], line["UnreconciledRuns"], line["listed"]) == (0, 0, 1)


def test_lambda_says_how_much_time_is_left() -> None:
    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 1500

    assert seconds_left(Context())() == 1.5
    assert seconds_left(None)() > 1e9


def test_importing_the_function_is_cheap_and_needs_nothing_of_the_repository() -> None:
    code = "import sys, trigger.handler; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = done.stdout.split()
    assert not {"boto3", "botocore", "models", "dags", "twin", "pulumi"} & set(loaded)
