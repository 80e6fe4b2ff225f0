"""What is taken away, and above all what is not."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ReadTimeoutError

from dags.prune import prune
from tests.unit.dags.answers import refusal

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

STEM = "mlops-test-abalone"
LIVE, PREVIOUS, OLD = f"{STEM}-{'1' * 12}", f"{STEM}-{'2' * 12}", f"{STEM}-{'3' * 12}"


def served(clients: FakeClients, *names: str) -> None:
    """Make a model and a config that serves it, for each name."""
    for name in names:
        clients.sagemaker.models[name] = {}
        clients.sagemaker.configs[name] = {"ProductionVariants": [{"ModelName": name}]}


def test_what_nothing_serves_or_goes_back_to_is_deleted(clients: FakeClients) -> None:
    served(clients, LIVE, PREVIOUS, OLD)

    gone = prune(clients.typed.sagemaker, STEM, {LIVE, PREVIOUS})

    assert gone == [OLD, OLD]
    assert set(clients.sagemaker.configs) == set(clients.sagemaker.models) == {LIVE, PREVIOUS}


def test_a_model_that_a_kept_config_shares_stays(clients: FakeClients) -> None:
    served(clients, OLD)
    clients.sagemaker.configs[LIVE] = {"ProductionVariants": [{"ModelName": OLD}]}

    prune(clients.typed.sagemaker, STEM, {LIVE})

    assert set(clients.sagemaker.configs) == {LIVE}
    assert set(clients.sagemaker.models) == {OLD}


def test_models_with_a_longer_name_are_left_alone(clients: FakeClients) -> None:
    others = [f"{STEM}-two-{'4' * 12}", f"other-{STEM}-{'4' * 12}", f"{STEM}-mine"]
    served(clients, LIVE, *others)

    assert prune(clients.typed.sagemaker, STEM, {LIVE}) == []


def test_what_cannot_be_deleted_stays_with_a_warning(
    clients: FakeClients, caplog: pytest.LogCaptureFixture
) -> None:
    served(clients, LIVE, OLD, PREVIOUS)
    clients.sagemaker.undeletable.add(OLD)

    with caplog.at_level(logging.WARNING):
        gone = prune(clients.typed.sagemaker, STEM, {LIVE})

    assert gone == [PREVIOUS, PREVIOUS]
    assert f"{OLD} stays for now: {OLD} is in use" in caplog.messages


def test_a_kept_config_that_is_gone_already_does_not_matter(clients: FakeClients) -> None:
    served(clients, LIVE)

    assert prune(clients.typed.sagemaker, STEM, {LIVE, PREVIOUS}) == []


@pytest.mark.parametrize(
    "operation", ["describe_endpoint_config", "list_endpoint_configs", "list_models"]
)
@pytest.mark.parametrize(
    "error", [refusal("not yours", "AccessDenied"), ReadTimeoutError(endpoint_url="https://api")]
)
def test_what_cannot_be_looked_for_stays_with_a_warning(
    clients: FakeClients, caplog: pytest.LogCaptureFixture, operation: str, error: Exception
) -> None:
    served(clients, LIVE, OLD)
    clients.sagemaker.unlisted[operation] = error

    with caplog.at_level(logging.WARNING):
        gone = prune(clients.typed.sagemaker, STEM, {LIVE})

    assert gone == []
    assert set(clients.sagemaker.configs) == {LIVE, OLD}
    assert caplog.messages[0].startswith(f"what {STEM} no longer uses stays for now: ")
