"""The services of one account for each test, empty at its start."""

from __future__ import annotations

import os
import tempfile

# Importing Airflow makes its home folder, by default in the person's own.
os.environ.setdefault(  # noqa: TID251  # has to be set before anything imports Airflow
    "AIRFLOW_HOME", tempfile.mkdtemp(prefix="airflow-home-")
)

import pytest

from tests.unit.dags import builders
from tests.unit.dags.fakes import FakeClients, FakeClock


@pytest.fixture
def clients() -> FakeClients:
    """Return empty services."""
    return FakeClients()


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that moves only while somebody sleeps."""
    return FakeClock()


@pytest.fixture
def pushed(clients: FakeClients) -> FakeClients:
    """Return services that hold one built push and one raw object."""
    push(clients, builders.COMMIT, 12)
    clients.s3.put_raw("raw/abalone/a.csv")
    return clients


def push(clients: FakeClients, commit: str, number: int) -> None:
    """Let a commit be staged, built and current."""
    clients.s3.put(f"code/{commit}/manifest.json", builders.code_manifest(commit, number))
    clients.s3.put(f"code/{commit}/models/abalone.json", builders.model().to_json())
    clients.s3.put("code/current.json", builders.current(commit, number))
    clients.ecr.digests[commit] = builders.DIGEST
