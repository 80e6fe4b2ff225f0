"""What the twin tells Airflow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from twin.airflow.settings import Places, Ports, configuration, write_passwords
from twin.settings import Workspace

PLACES = Places(Workspace(Path("/project")))
PORTS = Ports(api=1, execution=2)


def test_everything_listens_on_loopback() -> None:
    found = configuration(PLACES, PORTS, "secret")

    assert found["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert found["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:1"
    assert found["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:2/execution/"


def test_nobody_gets_in_without_a_password() -> None:
    found = configuration(PLACES, PORTS, "secret")

    assert found["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == "admin:admin"
    assert "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS" not in found


@pytest.mark.parametrize(
    "key", ["AIRFLOW_HOME", "AIRFLOW__CORE__DAGS_FOLDER", "AIRFLOW__LOGGING__BASE_LOG_FOLDER"]
)
def test_files_lie_in_the_scratch_folder(key: str) -> None:
    found = configuration(PLACES, PORTS, "secret")

    assert found[key].startswith("/project/.twin/run/airflow")


def test_options_win() -> None:
    found = configuration(PLACES, PORTS, "secret", {"core.parallelism": "1"})

    assert found["AIRFLOW__CORE__PARALLELISM"] == "1"


def test_the_template_is_kept_by_version() -> None:
    assert PLACES.template == Path("/project/.twin/cache/airflow-3.2.1.db")


def test_only_this_user_may_read_the_password(tmp_path: Path) -> None:
    places = Places(Workspace(tmp_path))
    places.home.mkdir(parents=True)

    write_passwords(places, "open sesame")

    assert json.loads(places.passwords.read_text(encoding="utf-8")) == {"admin": "open sesame"}
    assert places.passwords.stat().st_mode & 0o777 == 0o600
