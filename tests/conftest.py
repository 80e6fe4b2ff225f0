"""What every tier may use: a workspace in a temporary folder, and a twin's account in it."""

from __future__ import annotations

import gc
import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from twin.cloud import Cloud
from twin.services import events as events_service
from twin.settings import Workspace
from twin.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# A machine's habit that most machines do not have: it hides what was never flushed into a pipe.
os.environ.pop("PYTHONUNBUFFERED", None)  # noqa: TID251 - nothing is read


class ByTwin(LoadScopeScheduling):
    """Keeps tests that share a twin or an Airflow on one worker: those of the loop, of a file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return "loop" if file.startswith("tests/end_to_end") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByTwin:
    """Let two workers share the tests as `ByTwin` says."""
    return ByTwin(config, log)


def pytest_sessionfinish() -> None:
    """Let the last collection see all that is there.

    `ops.program` freezes what is alive when a program has run, so that it is never looked at again.
    Here that can be DuckDB, whose binding calls leaked what nobody collects when the process ends.
    """
    gc.unfreeze()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return an empty workspace whose folders exist."""
    found = Workspace(tmp_path)
    for folder in (found.last, found.cache, found.run, found.bin):
        folder.mkdir(parents=True)
    return found


@pytest.fixture
def cloud(workspace: Workspace) -> Iterator[Cloud]:
    """Serve a fresh account on loopback, without any of the twin's services installed."""
    from moto.moto_api._internal.models import moto_api_backend

    served = Cloud(workspace, Timeline(workspace.last / "timeline.jsonl"))
    moto_api_backend.reset()
    served.serve()
    yield served
    served.stop()


@pytest.fixture
def events_of(cloud: Cloud) -> Callable[[str], Callable[[], dict[str, Any]]]:
    """Return a function that subscribes a queue to a source; what that returns takes one event."""
    events_service.install(cloud)

    def subscribe(source: str) -> Callable[[], dict[str, Any]]:
        sqs, events = cloud.client("sqs"), cloud.client("events")
        arn = f"arn:aws:sqs:{cloud.region}:{cloud.account}:events"
        url = sqs.create_queue(QueueName="events", Attributes={"Policy": _admits_events(arn)})[
            "QueueUrl"
        ]
        events.put_rule(Name="all", EventPattern=json.dumps({"source": [source]}))
        events.put_targets(Rule="all", Targets=[{"Id": "queue", "Arn": arn}])

        def take() -> dict[str, Any]:
            answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)
            return json.loads(answer["Messages"][0]["Body"])

        return take

    return subscribe


def _admits_events(arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
