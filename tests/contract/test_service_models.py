"""Reading botocore's models quickly changes nothing of what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import JSONFileLoader, Loader, create_loader

from twin.service_models import read_models_as_botocore_does, read_models_quickly

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def quickly() -> Iterator[None]:
    read_models_as_botocore_does()
    yield
    read_models_as_botocore_does()


def model(loader: Loader, service: str) -> Any:
    return loader.load_service_model(service, "service-2")


@pytest.mark.parametrize("service", ["sqs", "glue"])
def test_a_model_reads_the_same_in_the_same_order(service: str, quickly: None) -> None:
    del quickly
    before = model(create_loader(), service)

    read_models_quickly()
    after = model(create_loader(), service)

    assert after == before
    assert list(after["shapes"]) == list(before["shapes"])


def test_each_reader_gets_a_copy_of_its_own(quickly: None) -> None:
    del quickly
    read_models_quickly()
    first = model(create_loader(), "sqs")

    first["shapes"].clear()

    assert model(create_loader(), "sqs")["shapes"]


def test_the_same_services_are_known(quickly: None) -> None:
    del quickly
    before = create_loader().list_available_services("service-2")

    read_models_quickly()

    assert create_loader().list_available_services("service-2") == before
    assert create_loader().list_available_services("waiters-2") != before


def test_a_file_that_is_not_there_reads_as_none(quickly: None) -> None:
    del quickly
    read_models_quickly()

    assert JSONFileLoader().load_file("/nowhere/service-2") is None


def test_reading_quickly_twice_can_still_be_undone(quickly: None) -> None:
    del quickly
    original = JSONFileLoader.load_file

    read_models_quickly()
    read_models_quickly()
    read_models_as_botocore_does()

    assert JSONFileLoader.load_file is original
