"""What is deployed, and what came of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dags.errors import StepError
from dags.records import Deployed, Record, read_deployed, write_deployed, write_record
from tests.unit.dags import builders
from tests.unit.dags.builders import stack_settings

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

BUCKET = stack_settings().artifact_bucket


@pytest.mark.parametrize("previous", [None, "before"])
def test_what_is_deployed_is_read_as_it_was_written(
    clients: FakeClients, previous: str | None
) -> None:
    deployed = Deployed(builders.COMMIT, 3, "run", "config", builders.PACKAGE_ARN, previous)

    write_deployed(clients.typed.s3, BUCKET, "abalone", deployed)

    assert read_deployed(clients.typed.s3, BUCKET, "abalone") == deployed


def test_nothing_is_deployed_at_first(clients: FakeClients) -> None:
    assert read_deployed(clients.typed.s3, BUCKET, "abalone") is None


def test_a_broken_document_is_named(clients: FakeClients) -> None:
    clients.s3.put("endpoints/abalone.json", {"format": 1, "number": 0})

    with pytest.raises(StepError, match=r"endpoints/abalone.json: .*commit.*number"):
        read_deployed(clients.typed.s3, BUCKET, "abalone")


def test_a_record_has_every_field_known_or_not(clients: FakeClients) -> None:
    record = Record(
        run_id="data-1",
        dag_id="retrain-abalone",
        model="abalone",
        outcome="waiting",
        reason="no data",
        finished_at="2026-01-01T00:00:00+00:00",
    )

    key = write_record(clients.typed.s3, BUCKET, record)

    assert key == "runs/abalone/data-1.json"
    document = clients.s3.read(key)
    assert document["format"] == 1
    assert document["cause"] is None
    assert set(document) == {"format", *vars(record)}
