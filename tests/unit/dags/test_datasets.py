"""What the ETL says of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dags import requests
from dags.datasets import read_rows
from dags.errors import StepError
from tests.unit.dags.builders import plan
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
