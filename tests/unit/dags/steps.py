"""The steps of one model's run, and what their tests name again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dags.tasks import Steps
from models.endpoint import Scaling
from tests.unit.dags.builders import plan, stack_settings, trained
from tests.unit.dags.fakes import FakeTaskInstance

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

BUCKET = stack_settings().artifact_bucket
CONFIG = plan().names.endpoint_config
ENDPOINT = "mlops-test-abalone"
EVALUATION = f"evaluations/abalone/{trained().job}.json"
BOUNDS = Scaling(2, 3, 100, 300, 60).to_json()


def steps(clients: FakeClients) -> Steps:
    """Return the steps as the DAG of abalone has them."""
    return Steps(stack_settings(), "abalone", clients.typed)


def instance(task: str, **states: str) -> FakeTaskInstance:
    """Return the instance of a task, with the states of the run's others."""
    return FakeTaskInstance(task_id=task, states=states)
