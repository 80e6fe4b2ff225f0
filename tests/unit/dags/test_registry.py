"""Packages, models and configs, each adopted where it exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dags import registry, requests
from tests.unit.dags.answers import refusal
from tests.unit.dags.builders import PACKAGE_ARN, plan, stack_settings, trained, verdict

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

GROUP = requests.package_group_request(plan(), stack_settings())
PACKAGE = requests.package_request(plan(), stack_settings(), trained(), verdict())
MODEL = requests.model_request(plan(), stack_settings(), trained(), PACKAGE_ARN)
CONFIG = requests.endpoint_config_request(plan(), stack_settings(), trained(), PACKAGE_ARN)


def ensured(clients: FakeClients, package: dict[str, Any] = PACKAGE) -> str:
    return registry.ensure_package(clients.typed.sagemaker, GROUP, package)


def test_the_first_package_makes_its_group(clients: FakeClients) -> None:
    arn = ensured(clients)

    assert clients.sagemaker.calls == ["create_model_package_group", "create_model_package"]
    assert arn in clients.sagemaker.packages


def test_a_package_is_registered_once(clients: FakeClients) -> None:
    arns = {ensured(clients) for _ in range(3)}

    assert len(arns) == 1
    assert len(clients.sagemaker.packages) == 1


def test_an_older_version_is_adopted_again_after_a_revert(clients: FakeClients) -> None:
    first = ensured(clients)
    metadata = {**PACKAGE["CustomerMetadataProperties"], "identity": "other"}
    ensured(
        clients,
        {**PACKAGE, "ModelPackageDescription": "other", "CustomerMetadataProperties": metadata},
    )

    assert ensured(clients) == first


def test_a_package_that_only_mentions_the_identity_is_not_adopted(clients: FakeClients) -> None:
    other = ensured(clients)
    clients.sagemaker.packages[other]["CustomerMetadataProperties"] = {"identity": "another"}

    assert ensured(clients) != other


def test_a_package_that_failed_is_not_adopted(clients: FakeClients) -> None:
    failed = ensured(clients)
    clients.sagemaker.packages[failed]["ModelPackageStatus"] = "Failed"

    assert ensured(clients) != failed


def test_models_and_configs_are_created_once(clients: FakeClients) -> None:
    for _ in range(2):
        registry.ensure_model(clients.typed.sagemaker, MODEL)
        registry.ensure_endpoint_config(clients.typed.sagemaker, CONFIG)

    assert list(clients.sagemaker.models) == [plan().names.sagemaker_model]
    assert list(clients.sagemaker.configs) == [plan().names.endpoint_config]


def test_another_refusal_is_not_swallowed(clients: FakeClients) -> None:
    def refuse(**_: object) -> None:
        raise refusal("The role is not allowed", "AccessDeniedException")

    clients.sagemaker.create_model = refuse  # pyright: ignore[reportAttributeAccessIssue]  # a fake of the fake

    with pytest.raises(clients.sagemaker.exceptions.ClientError, match="not allowed"):
        registry.ensure_model(clients.typed.sagemaker, MODEL)
