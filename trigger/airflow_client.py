"""Starts DAG runs through MWAA's `InvokeRestApi`."""

from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from trigger.errors import AirflowError
from trigger.runs import Run, Start

if TYPE_CHECKING:
    from mypy_boto3_mwaa import MWAAClient

_CONFLICT: Final = 409
_NOT_FOUND: Final = 404
_ADVICE: Final = {
    _NOT_FOUND: "wait: the DAG files may still be on their way (Lambda tries again)",
    422: "compare the request's body with the Airflow version's API",
}


class Airflow(Protocol):
    """Whoever can start a DAG run."""

    def start(self, run: Run) -> Start:
        """Start a run, or find that it was started before; raise `AirflowError` otherwise."""
        ...


class AirflowClient:
    """The REST API of one MWAA environment."""

    def __init__(self, client: "MWAAClient", environment: str) -> None:
        self._client = client
        self._environment = environment

    def start(self, run: Run) -> Start:
        """Ask for a DAG run.

        `logical_date` is named although it is null: Airflow answers 422 when it is missing.

        Raises:
            AirflowError: it was not taken; what it says is worth a retry in any case.
        """
        try:
            self._client.invoke_rest_api(
                Name=self._environment,
                Path=f"/dags/{run.dag_id}/dagRuns",
                Method="POST",
                Body={"dag_run_id": run.run_id, "logical_date": None, "conf": run.conf},
            )
        except ClientError as error:
            status = rest_status(error)
            if status == _CONFLICT:
                return Start.ALREADY
            raise self._failure(run, status, error) from error
        except BotoCoreError as error:
            raise self._failure(run, None, error) from error
        return Start.STARTED

    def _failure(self, run: Run, status: int | None, error: Exception) -> AirflowError:
        answer = error.response.get("RestApiResponse") if isinstance(error, ClientError) else None
        return AirflowError(
            "Airflow did not take the run",
            resource=f"{self._environment}: DAG {run.dag_id}, run {run.run_id}",
            found=f"status {status}, {answer or error}",
            do=_ADVICE.get(status or 0, "look at the environment's state and web server log"),
        )


def rest_status(error: ClientError) -> int | None:
    """Return the status that Airflow itself answered; `None` when the request never reached it."""
    response: dict[str, Any] = dict(error.response)
    status = response.get("RestApiStatusCode")
    return status if isinstance(status, int) else None
