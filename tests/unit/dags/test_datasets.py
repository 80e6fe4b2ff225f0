"""What the ETL says of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dags import requests
from dags.datasets import read_rows, require_shares
from dags.errors import StepError
from tests.unit.dags.builders import plan, stack_settings, wide_model
from tests.unit.dags.steps import BUCKET

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

ROWS = {"read": 9, "train": 5, "validation": 1, "test": 1, "quarantine": 2}


@pytest.mark.parametrize("name", ["manifest.json", "refused.json"])
def test_rows_are_counted_of_a_dataset_and_of_one_that_was_refused(
    clients: FakeClients, name: str
) -> None:
    clients.s3.put(requests.dataset_key(plan(), name), {"rows": ROWS, "format": 2})

    assert read_rows(clients.typed.s3, BUCKET, plan()) == ROWS


def test_no_data_is_no_rows(clients: FakeClients) -> None:
    assert read_rows(clients.typed.s3, BUCKET, plan()) is None


def test_rows_that_are_no_numbers_are_named(clients: FakeClients) -> None:
    rows = ROWS | {"test": "five"}
    clients.s3.put(requests.dataset_key(plan(), "manifest.json"), {"rows": rows})

    with pytest.raises(StepError, match=r"rows\.test: found 'five', expected a whole number"):
        read_rows(clients.typed.s3, BUCKET, plan())


def wide_request(clients: FakeClients, files: int) -> dict[str, Any]:
    """Return the request of a job on three instances, whose dataset has so many training files."""
    known = plan(wide_model(3))
    listing = [{"prefix": f"s3://{BUCKET}/"}, *(f"{number}.csv" for number in range(files))]
    clients.s3.put(requests.dataset_key(known, "channels/train.manifest"), listing)
    return requests.training_request(known, stack_settings())


def test_a_file_for_each_instance_is_enough(clients: FakeClients) -> None:
    require_shares(clients.typed.s3, wide_request(clients, files=3))


def test_instances_without_a_file_are_refused_before_they_cost(clients: FakeClients) -> None:
    request = wide_request(clients, files=2)

    with pytest.raises(StepError, match="found 2 files of training rows for 3 instances"):
        require_shares(clients.typed.s3, request)


def test_one_instance_needs_no_look_at_the_files(clients: FakeClients) -> None:
    require_shares(clients.typed.s3, requests.training_request(plan(), stack_settings()))
