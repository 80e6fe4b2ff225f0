"""What Airflow's answers mean to the trigger."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from trigger.airflow_client import AirflowClient
from trigger.errors import AirflowError
from trigger.runs import Run, Start

RUN = Run("retrain-abalone", "push-a1b2c3d4e5f6", {"model": "abalone", "started_by": "image"})


class FakeMwaa:
    """Answers one way, and keeps what it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.requests: list[dict[str, Any]] = []

    def invoke_rest_api(self, **request: Any) -> dict[str, Any]:  # as boto3
        self.requests.append(request)
        if self.error:
            raise self.error
        return {"RestApiStatusCode": 200, "RestApiResponse": {}}


def refusal(status: int) -> ClientError:
    kind = "RestApiClientException" if status < 500 else "RestApiServerException"
    response: dict[str, Any] = {
        "Error": {"Code": kind, "Message": "no"},
        "RestApiStatusCode": status,
        "RestApiResponse": {"detail": f"because of {status}"},
    }
    return ClientError(cast("Any", response), "InvokeRestApi")


def client(error: Exception | None = None) -> tuple[AirflowClient, FakeMwaa]:
    fake = FakeMwaa(error)
    return AirflowClient(cast("Any", fake), "mlops-dev"), fake


def test_a_run_is_asked_for_with_a_null_logical_date() -> None:
    airflow, fake = client()

    result = airflow.start(RUN)

    assert result == Start.STARTED
    assert fake.requests == [
        {
            "Name": "mlops-dev",
            "Path": "/dags/retrain-abalone/dagRuns",
            "Method": "POST",
            "Body": {
                "dag_run_id": "push-a1b2c3d4e5f6",
                "logical_date": None,
                "conf": RUN.conf,
            },
        }
    ]


def test_a_conflict_is_a_success() -> None:
    airflow, _ = client(refusal(409))

    assert airflow.start(RUN) == Start.ALREADY


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 500, 502, 503])
def test_any_other_refusal_is_raised_with_what_airflow_said(status: int) -> None:
    airflow, _ = client(refusal(status))

    with pytest.raises(AirflowError) as caught:
        airflow.start(RUN)

    assert f"status {status}" in str(caught.value)
    assert f"because of {status}" in str(caught.value)
    assert "DAG retrain-abalone, run push-a1b2c3d4e5f6" in str(caught.value)


def test_an_unknown_dag_may_still_be_on_its_way() -> None:
    airflow, _ = client(refusal(404))

    with pytest.raises(AirflowError, match="on their way"):
        airflow.start(RUN)


def test_a_missing_environment_is_raised() -> None:
    error = ClientError(
        {"Error": {"Code": "ResourceNotFoundException", "Message": "mlops-dev not found"}},
        "InvokeRestApi",
    )
    airflow, _ = client(error)

    with pytest.raises(AirflowError, match="mlops-dev not found"):
        airflow.start(RUN)


def test_a_timeout_is_raised() -> None:
    airflow, _ = client(ReadTimeoutError(endpoint_url="https://env.airflow"))

    with pytest.raises(AirflowError, match="timeout"):
        airflow.start(RUN)
