"""How a task fails: without a retry where none would help, its cause kept for the record."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from airflow.sdk.exceptions import AirflowFailException

from dags.aws import is_denied, message
from dags.errors import PassingError, StepError, bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

CAUSE: Final = "cause"
"""XCom key of a failed task."""


class TaskInstance(Protocol):
    """What the steps use of Airflow's task instance."""

    run_id: str
    dag_id: str

    def xcom_push(self, key: str, value: Any) -> None:  # noqa: ANN401  # any JSON
        """Keep a value for later tasks."""

    def xcom_pull(self, task_ids: str, key: str = ...) -> Any:  # noqa: ANN401  # any JSON
        """Return what a task kept."""

    def get_task_states(self, dag_id: str, *, run_ids: list[str]) -> Any:  # noqa: ANN401  # by run, by task
        """Return the state of each task of the runs."""


class DagRun(Protocol):
    """What the steps use of Airflow's DAG run."""

    conf: dict[str, Any] | None


@contextmanager
def failing_for_good(step: str) -> Iterator[None]:
    """Turn errors that a retry can't mend into ones that Airflow doesn't retry.

    Those are ours (`StepError`) and a missing permission; anything else may pass.
    """
    from botocore.exceptions import ClientError

    try:
        yield
    except PassingError:
        raise
    except StepError as error:
        raise AirflowFailException(f"{step}: {error}") from error
    except ClientError as error:
        if not is_denied(error):
            raise
        raise AirflowFailException(
            f"{step}: {error.operation_name} was denied: {message(error)}; "
            "to do: give the role of the Airflow environment this permission"
        ) from error


def keep_cause(context: Any) -> None:  # noqa: ANN401  # Airflow's Context, a TypedDict of its own
    """Keep why a task failed, so that the outcome can say it. A failure callback of every task."""
    error, instance = context.get("exception"), context["ti"]
    text = bounded(str(error) or type(error).__name__) if error else ""
    instance.xcom_push(CAUSE, {"text": text, "attempt": instance.try_number})
