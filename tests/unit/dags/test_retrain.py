"""The DAG of a model: its tasks, its arrows, its settings."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from dags.failures import keep_cause
from dags.outcome import STEPS
from dags.retrain import RETRIES, retrain_dag
from tests.unit.dags import builders

if TYPE_CHECKING:
    from airflow.sdk import DAG


@pytest.fixture(scope="module")
def dag() -> DAG:
    return retrain_dag(builders.model(), builders.stack_settings())


def test_a_models_dag_is_named_after_it(dag: DAG) -> None:
    assert dag.dag_id == "retrain-abalone"
    assert dag.tags == {"retrain", "abalone"}


def test_runs_of_a_model_follow_one_another_and_start_at_once(dag: DAG) -> None:
    assert dag.max_active_runs == 1
    assert dag.is_paused_upon_creation is False
    assert not dag.catchup
    assert dag.schedule is None


def test_tasks_are_the_steps_and_two_more(dag: DAG) -> None:
    assert set(dag.task_ids) == {*STEPS, "prune", "outcome"}


def test_each_step_comes_after_the_one_before(dag: DAG) -> None:
    for before, after in itertools.pairwise(STEPS):
        assert after in dag.get_task(before).downstream_task_ids


def test_every_task_follows_resolve_so_that_an_early_end_skips_all_at_once(dag: DAG) -> None:
    assert dag.get_task("resolve").downstream_task_ids == set(dag.task_ids) - {"resolve"}


def test_outcome_runs_whatever_happened(dag: DAG) -> None:
    outcome = dag.get_task("outcome")

    assert outcome.trigger_rule == "all_done"
    assert outcome.downstream_task_ids == set()
    assert {"resolve", "gate", "endpoint_config", "scaling"} <= outcome.upstream_task_ids


def test_scaling_runs_however_the_deployment_ended(dag: DAG) -> None:
    scaling = dag.get_task("scaling")

    assert scaling.trigger_rule == "all_done"
    assert {"gate", "endpoint_config", "smoke_test"} <= scaling.upstream_task_ids


def test_training_does_not_need_the_etl_to_run(dag: DAG) -> None:
    assert dag.get_task("training").trigger_rule == "none_failed"


def test_every_task_retries_and_keeps_its_cause(dag: DAG) -> None:
    for task in dag.tasks:
        assert task.retries == RETRIES
        assert task.on_failure_callback == [keep_cause]


@pytest.mark.parametrize("deferrable", [True, False])
def test_deferring_is_a_setting(*, deferrable: bool) -> None:
    settings = builders.stack_settings(deferrable=deferrable, poll_seconds=30)

    found = retrain_dag(builders.model(), settings)

    waiting: dict[str, Any] = {
        name: found.get_task(name) for name in ("etl", "training", "endpoint")
    }
    assert {task.deferrable for task in waiting.values()} == {deferrable}
    assert waiting["etl"].waiter_delay == waiting["endpoint"].check_interval == 30
    assert waiting["training"].retry_delay == timedelta(seconds=30)
