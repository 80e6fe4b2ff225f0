"""A stack in an account of its own, and an operator who types commands at it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.ops.drafting import Desk
from tests.provisioned_account import AirflowService, serve
from twin.provision import provision
from twin.services import lambda_invocations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin.cloud import Cloud

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 120


@dataclass
class Operator:
    """Somebody with credentials for one account, at a terminal in the repository."""

    environment: dict[str, str]

    @classmethod
    def at(cls, url: str) -> Operator:
        """Return somebody whose AWS is there."""
        environment = {
            "PATH": os.defpath,
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_EC2_METADATA_DISABLED": "true",
            "COLUMNS": "200",
        }
        return cls(environment)

    def __call__(
        self, *arguments: str, typed: str | None = None, **changes: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a module of `ops`; a variable that is changed to nothing is taken away."""
        environment = {**self.environment, **changes}
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={name: value for name, value in environment.items() if value},
            input=typed or "",
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )


@dataclass
class FakeAirflow:
    """Airflow's REST API as MWAA passes it on: runs with states, and failed tasks in them."""

    down: bool = False
    runs: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    cleared: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def __call__(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        assert len(asked["Path"]) <= 64
        if self.down:
            return 503, {"detail": "Airflow is being updated"}
        parts = asked["Path"].split("/")
        answer = {
            "POST dagRuns": self._start,
            "GET dagRuns": self._list,
            "POST list": self._tasks,
            "POST clearTaskInstances": self._clear,
        }
        return answer[f"{asked['Method']} {parts[-1]}"](parts[2], asked)

    def _start(self, dag_id: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        key = dag_id, asked["Body"]["dag_run_id"]
        if key in self.runs:
            return 409, {"detail": "it exists"}
        self.runs[key] = "queued"
        return 200, {"dag_id": dag_id, "dag_run_id": key[1]}

    def _list(self, dag_id: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        wanted = asked["QueryParameters"]["run_id_pattern"]
        found = [
            {"dag_run_id": run_id, "state": state}
            for (dag, run_id), state in self.runs.items()
            if dag == dag_id and wanted in run_id
        ]
        return 200, {"dag_runs": found}

    def _tasks(self, _dag: str, _asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        states = {"resolve": "success", "etl": "failed", "training": "upstream_failed"}
        found = [{"task_id": name, "state": state} for name, state in states.items()]
        return 200, {"task_instances": found}

    def _clear(self, dag_id: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.runs[dag_id, asked["Body"]["dag_run_id"]] = "queued"
        self.cleared.append(asked["Body"])
        return 200, {}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cloud, AirflowService]]:
    """The twin's stack as the program declares it, in an account of its own."""
    lambda_invocations.RETRY_SECONDS, kept = (0.1, 0.1), lambda_invocations.RETRY_SECONDS
    cloud, service = serve(tmp_path_factory.mktemp("twin"))
    provision(cloud, root=ROOT)
    yield cloud, service
    cloud.stop()
    lambda_invocations.RETRY_SECONDS = kept


@pytest.fixture
def airflow(account: tuple[Cloud, AirflowService]) -> FakeAirflow:
    """An Airflow that has no runs yet."""
    fake = FakeAirflow()
    account[1].rest = fake
    return fake


@pytest.fixture
def client(account: tuple[Cloud, AirflowService]) -> Callable[[str], Any]:
    return account[0].client


@pytest.fixture(scope="module")
def operator(account: tuple[Cloud, AirflowService]) -> Operator:
    return Operator.at(account[0].url)


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Return a folder with nothing on it."""
    return Desk(tmp_path, capsys)
