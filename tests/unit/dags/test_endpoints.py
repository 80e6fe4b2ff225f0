"""What the endpoint serves, waiting for it, and putting a config back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from dags import endpoints
from dags.endpoints import Endpoint, Waiting
from dags.errors import PassingError, StepError

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients, FakeClock

NAME = "mlops-test-abalone"


def states(clients: FakeClients, *script: str) -> None:
    """Let the endpoint go through states, as `status config`."""
    parts = [step.partition(" ") for step in script]
    clients.sagemaker.endpoints[NAME] = [
        {"EndpointStatus": status, "EndpointConfigName": config or "a"}
        for status, _, config in parts
    ]


def waiting(clock: FakeClock) -> Waiting:
    return Waiting(30, clock.sleep, clock.now)


def test_a_missing_endpoint_is_none(clients: FakeClients) -> None:
    assert endpoints.describe(clients.typed.sagemaker, NAME) is None


def test_an_endpoint_under_way_is_waited_for(clients: FakeClients, clock: FakeClock) -> None:
    states(clients, "Updating", "SystemUpdating", "InService")

    found = endpoints.settle(clients.typed.sagemaker, NAME, waiting(clock))

    assert found == Endpoint("InService", "a", "")
    assert clock.naps == [30, 30]


def test_an_endpoint_that_never_settles_is_left_to_a_retry(
    clients: FakeClients, clock: FakeClock
) -> None:
    states(clients, "Updating")

    with pytest.raises(PassingError, match="Updating for more than 3600 s"):
        endpoints.settle(clients.typed.sagemaker, NAME, waiting(clock))


def test_a_failed_endpoint_is_deleted_before_it_is_made_again(
    clients: FakeClients, clock: FakeClock
) -> None:
    states(clients, "Failed")

    found = endpoints.make_ready(clients.typed.sagemaker, NAME, waiting(clock))

    assert found is None
    assert clients.sagemaker.calls == ["delete_endpoint"]
    assert endpoints.describe(clients.typed.sagemaker, NAME) is None


def test_a_serving_endpoint_is_ready_as_it_is(clients: FakeClients, clock: FakeClock) -> None:
    states(clients, "InService")

    found = endpoints.make_ready(clients.typed.sagemaker, NAME, waiting(clock))

    assert found == Endpoint("InService", "a", "")
    assert clients.sagemaker.calls == []


def test_a_rollback_in_service_is_no_deployment() -> None:
    endpoint = Endpoint("InService", "old", "the new container did not pass its ping")

    with pytest.raises(StepError) as caught:
        endpoints.require(endpoint, NAME, "new")

    assert "InService with old (the new container did not pass its ping)" in str(caught.value)


def test_the_wanted_config_in_service_is_a_deployment() -> None:
    endpoints.require(Endpoint("InService", "new", ""), NAME, "new")


def test_the_previous_config_serves_again(clients: FakeClients, clock: FakeClock) -> None:
    states(clients, "InService new")
    clients.sagemaker.configs["old"] = {}

    said = endpoints.put_back(clients.typed.sagemaker, NAME, "old", waiting(clock))

    assert said == "the previous config old serves again"
    assert endpoints.describe(clients.typed.sagemaker, NAME) == Endpoint("InService", "old", "")


def test_without_a_previous_config_the_endpoint_is_deleted(
    clients: FakeClients, clock: FakeClock
) -> None:
    states(clients, "InService new")

    said = endpoints.put_back(clients.typed.sagemaker, NAME, None, waiting(clock))

    assert "deleted" in said
    assert endpoints.describe(clients.typed.sagemaker, NAME) is None


def test_an_endpoint_that_is_deleted_already_stays_so(
    clients: FakeClients, clock: FakeClock
) -> None:
    said = endpoints.put_back(clients.typed.sagemaker, NAME, None, waiting(clock))

    assert "deleted" in said


def test_a_deletion_that_is_refused_is_no_deletion(clients: FakeClients, clock: FakeClock) -> None:
    states(clients, "InService new")
    clients.sagemaker.undeletable.add(NAME)

    with pytest.raises(ClientError, match="in use"):
        endpoints.put_back(clients.typed.sagemaker, NAME, None, waiting(clock))


def test_a_previous_config_that_is_gone_is_reported(clients: FakeClients, clock: FakeClock) -> None:
    states(clients, "InService new")

    said = endpoints.put_back(clients.typed.sagemaker, NAME, "gone", waiting(clock))

    assert said.startswith("putting gone back was refused too")


def test_a_rollback_that_fails_is_reported(clients: FakeClients, clock: FakeClock) -> None:
    states(clients, "InService new")
    clients.sagemaker.configs["old"] = {}
    clients.sagemaker.after_update = [{"EndpointStatus": "Failed", "EndpointConfigName": "old"}]

    said = endpoints.put_back(clients.typed.sagemaker, NAME, "old", waiting(clock))

    assert said == "putting old back failed too (Failed)"
