"""The endpoint: what it serves, waiting until it has settled, and putting a config back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dags.aws import is_missing, message
from dags.errors import PassingError, StepError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_sagemaker.client import SageMakerClient

MOST_WAIT_SECONDS: Final = 3600
"""How long an endpoint may take to settle, beside the waits of its deployment."""

_MOVING: Final = ("Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting")


@dataclass(frozen=True)
class Endpoint:
    """What SageMaker says about an endpoint."""

    status: str
    config: str
    failure: str
    """Why it failed, or why an update was taken back; empty when nothing did."""

    def serves(self, config: str) -> bool:
        """Return whether it answers with this config; after a rollback it answers with another."""
        return self.status == "InService" and self.config == config


@dataclass(frozen=True)
class Waiting:
    """How to wait: the interval, the clock's two functions, and until when."""

    seconds: float
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    longest: int = MOST_WAIT_SECONDS


def describe(client: SageMakerClient, name: str) -> Endpoint | None:
    """Return the endpoint, or `None` where there is none."""
    try:
        found = client.describe_endpoint(EndpointName=name)
    except client.exceptions.ClientError as error:
        if is_missing(error):
            return None
        raise
    return Endpoint(
        found["EndpointStatus"],
        found.get("EndpointConfigName", ""),
        found.get("FailureReason", ""),
    )


def settle(client: SageMakerClient, name: str, waiting: Waiting) -> Endpoint | None:
    """Wait until nothing moves any more: an endpoint that is being changed refuses changes.

    Raises:
        PassingError: it did not settle in time.
    """
    end = waiting.now() + waiting.longest
    while (endpoint := describe(client, name)) and endpoint.status in _MOVING:
        if waiting.now() > end:
            raise PassingError(
                f"endpoint {name}",
                found=f"{endpoint.status} for more than {waiting.longest} s",
                expected="an endpoint that settles",
                do="look at the endpoint's log; delete it if it never does",
            )
        waiting.sleep(waiting.seconds)
    return endpoint


def make_ready(client: SageMakerClient, name: str, waiting: Waiting) -> Endpoint | None:
    """Bring the endpoint to where it can be created or updated; a `Failed` one is deleted."""
    endpoint = settle(client, name, waiting)
    if endpoint is None or endpoint.status != "Failed":
        return endpoint
    remove(client, name, waiting)
    return None


def remove(client: SageMakerClient, name: str, waiting: Waiting) -> None:
    """Delete the endpoint and wait until it is gone, as it may be already."""
    try:
        client.delete_endpoint(EndpointName=name)
    except client.exceptions.ClientError as error:
        if not is_missing(error):
            raise
    settle(client, name, waiting)


def require(endpoint: Endpoint | None, name: str, config: str) -> None:
    """Check that the endpoint serves a config; a rollback ends in service too.

    Raises:
        StepError: it serves another one, or nothing.
    """
    if endpoint and endpoint.serves(config):
        return
    found = f"{endpoint.status} with {endpoint.config or 'no config'}" if endpoint else "nothing"
    reason = f" ({endpoint.failure})" if endpoint and endpoint.failure else ""
    raise StepError(
        f"endpoint {name}",
        found=f"{found}{reason}",
        expected=f"InService with {config}",
        do=f"read the container's log in /aws/sagemaker/Endpoints/{name}, mend the image, push",
    )


def put_back(
    client: SageMakerClient,
    name: str,
    previous: str | None,
    waiting: Waiting,
    options: Mapping[str, Any] | None = None,
) -> str:
    """Let the endpoint serve its previous config again; say what was done.

    Without a previous one the endpoint is deleted: no answers are better than wrong ones.
    `options` is what the update is asked for beside the config.
    """
    settle(client, name, waiting)
    if previous is None:
        remove(client, name, waiting)
        return "the endpoint was deleted, as there is no previous model"
    try:
        client.update_endpoint(EndpointName=name, EndpointConfigName=previous, **(options or {}))
    except client.exceptions.ClientError as error:
        return f"putting {previous} back was refused too ({message(error)})"
    endpoint = settle(client, name, waiting)
    if endpoint and endpoint.serves(previous):
        return f"the previous config {previous} serves again"
    found = endpoint.status if endpoint else "no endpoint"
    return f"putting {previous} back failed too ({found})"
