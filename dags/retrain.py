"""The retraining DAG of each model: tasks and arrows.

    resolve -> etl -> training -> comparison -> gate -> package -> endpoint_config -> endpoint
                                                         prune, scaling <- smoke_test <-'

`scaling` runs however the deployment ended, and where there was nothing to deploy.

`outcome` runs whatever happened, and records it. Every task asks first whether its work is done
already and adopts it, so a run of content that was seen before costs questions, not jobs.
The cost of one DAG a model is that all of them are parsed together.
"""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from airflow.sdk import DAG, chain, task

from dags.failures import keep_cause
from dags.operators import (
    ComparisonOperator,
    EndpointOperator,
    EtlJobOperator,
    TrainingJobOperator,
)
from dags.settings import load_settings
from dags.tasks import (
    ENDPOINT_REQUEST,
    ETL_ARGUMENTS,
    PLAN,
    PREVIOUS,
    SCALING,
    TRAINING_REQUEST,
    VERDICT,
    Steps,
)
from models.load import load_models

if TYPE_CHECKING:
    from pathlib import Path

    from dags.settings import StackSettings
    from models.schema import Model

RETRIES: Final = 3


def retrain_dags(dags_folder: Path) -> dict[str, DAG]:
    """Return the DAG of each model file, by its id.

    Raises:
        SettingsError: `settings/stack.json` in the DAGs folder is missing or wrong.
        ModelFileError: a model file is broken.
    """
    settings = load_settings(dags_folder / "settings" / "stack.json")
    dags = [retrain_dag(model, settings) for model in load_models(files("models")).values()]
    return {dag.dag_id: dag for dag in dags}


def retrain_dag(model: Model, settings: StackSettings) -> DAG:
    """Return the DAG of one model."""
    steps = Steps(settings, model.name)
    with DAG(
        f"retrain-{model.name}",
        description=model.description,
        schedule=None,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        tags=["retrain", model.name],
        default_args=_default_args(settings),
    ) as dag:
        _wire(steps, settings)
    return dag


def _default_args(settings: StackSettings) -> dict[str, Any]:
    """What may pass is tried again, ever less often; what can't is not (`failing_for_good`)."""
    return {
        "retries": RETRIES,
        "retry_delay": timedelta(seconds=settings.poll_seconds),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=5),
        "on_failure_callback": keep_cause,
    }


def _wire(steps: Steps, settings: StackSettings) -> None:
    """Make the tasks and draw the arrows; an argument that another task made is an arrow too."""
    # Any: Airflow types its decorators by halves, and what a task returns is an XComArg here.
    step: Any = task
    branch: Any = step.branch

    resolved = branch(steps.resolve)()
    plan = resolved[PLAN]
    etl = EtlJobOperator(task_id="etl", settings=settings, script_args=resolved[ETL_ARGUMENTS])
    training = TrainingJobOperator(
        task_id="training",
        settings=settings,
        request=resolved[TRAINING_REQUEST],
        trigger_rule="none_failed",  # the ETL is skipped where the dataset exists
    )
    compared = ComparisonOperator(
        task_id="comparison", settings=settings, plan=plan, trained=training.output
    )
    judged = branch(steps.gate)(plan, training.output, compared.output)
    package = step(steps.package)(plan, training.output, judged[VERDICT])
    configured = branch(steps.endpoint_config)(plan, training.output, package)
    endpoint = EndpointOperator(
        task_id="endpoint", settings=settings, config=resolved[ENDPOINT_REQUEST], plan=plan
    )
    tested = step(steps.smoke_test)(
        plan, training.output, package, configured[PREVIOUS], configured[SCALING]
    )
    pruned = step(steps.prune)(plan, configured[PREVIOUS])
    scaled = step(trigger_rule="all_done")(steps.scaling)(plan)
    recorded = step(trigger_rule="all_done")(steps.outcome)()

    chain(etl, training)
    chain(configured, endpoint, tested, pruned)
    chain([judged, configured, tested], scaled)  # a branch that goes elsewhere skips it
    chain([resolved, judged, configured, scaled], recorded)
