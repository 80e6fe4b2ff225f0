"""What the twin tells Airflow through its public configuration, and where Airflow's things lie."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin.settings import Workspace

AIRFLOW_VERSION: Final = "3.2.1"
"""The Airflow that is installed, and the only one that an environment of the twin can ask for."""

USERNAME: Final = "admin"

NOISY_LOGGERS: Final = (
    "airflow.dag_processing",
    "airflow.jobs.dag_processor_job_runner",
    "airflow.api_fastapi.execution_api",
    "httpx",
)
"""They write lines every second, or for each request, when nothing is wrong."""


@dataclass(frozen=True)
class Places:
    """Where Airflow's files lie: scratch in `.twin/run`, what people read in `.twin/last`."""

    workspace: Workspace

    @property
    def home(self) -> Path:
        """`AIRFLOW_HOME`: gone with the next start."""
        return self.workspace.run / "airflow"

    @property
    def configuration(self) -> Path:
        """Airflow's own configuration file, empty: the environment says all."""
        return self.home / "airflow.cfg"

    @property
    def dags(self) -> Path:
        """The folder of DAG files, as an MWAA environment synchronises it."""
        return self.home / "dags"

    @property
    def database(self) -> Path:
        """The metadata database."""
        return self.home / "airflow.db"

    @property
    def template(self) -> Path:
        """A migrated, empty database of this version, kept for the next start."""
        return self.workspace.cache / f"airflow-{AIRFLOW_VERSION}.db"

    @property
    def passwords(self) -> Path:
        """Airflow's generated passwords."""
        return self.home / "passwords.json"

    @property
    def credentials(self) -> Path:
        """The AWS credentials of tasks: those of the environment's role, once there is one."""
        return self.home / "aws-credentials"

    @property
    def components(self) -> Path:
        """The folder of one log a component."""
        return self.workspace.last / "airflow"

    @property
    def tasks(self) -> Path:
        """The folder of the task logs as Airflow writes them: JSON lines."""
        return self.home / "logs" / "tasks"

    @property
    def parsing(self) -> Path:
        """The folder of what the DAG files' parsing said."""
        return self.home / "logs" / "parsing"

    def component_log(self, name: str) -> Path:
        """Return the log of one component."""
        return self.components / f"{name}.log"


@dataclass(frozen=True)
class Ports:
    """Loopback ports: of the UI and REST API, and of the API that tasks speak to."""

    api: int
    execution: int


def configuration(
    places: Places, ports: Ports, secret: str, options: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return Airflow's configuration as environment variables.

    Args:
        places: Where its files lie.
        ports: Where it listens.
        secret: Signs the tokens of its processes and sessions.
        options: More of the same, under `section.key`; they win.
    """
    found = {
        **_core(places, ports),
        **_quick(),
        **_web(ports, secret),
        **_logs(places),
        **(options or {}),
    }
    named = {_variable(key): value for key, value in found.items()}
    return {**named, "AIRFLOW_HOME": str(places.home), "AIRFLOW_CONN_AWS_DEFAULT": "aws://"}


def _variable(key: str) -> str:
    section, _, name = key.partition(".")
    return f"AIRFLOW__{section.upper()}__{name.upper()}"


def _core(places: Places, ports: Ports) -> dict[str, str]:
    return {
        "core.dags_folder": str(places.dags),
        "core.load_examples": "False",
        "core.executor": "LocalExecutor",
        "core.parallelism": "4",
        "core.execution_api_server_url": f"http://127.0.0.1:{ports.execution}/execution/",
        "core.simple_auth_manager_users": f"{USERNAME}:admin",
        "core.simple_auth_manager_passwords_file": str(places.passwords),
        "database.sql_alchemy_conn": f"sqlite:///{places.database}",
        "database.check_migrations": "False",  # the template is migrated
    }


def _quick() -> dict[str, str]:
    """Return the intervals, short enough for one machine; measured in the facts and the bench."""
    return {
        "scheduler.scheduler_idle_sleep_time": "0.1",
        "scheduler.scheduler_heartbeat_sec": "1",
        "dag_processor.parsing_processes": "1",
        "dag_processor.bundle_refresh_check_interval": "0",
        "dag_processor.refresh_interval": "1",
        # A changed file is parsed at once; this is for a change in the very moment of a parse.
        "dag_processor.min_file_process_interval": "5",
        "dag_processor.print_stats_interval": "0",
        "triggerer.job_heartbeat_sec": "1",
        "triggerer.capacity": "100",
        # A finished task may hold its worker for this long; Airflow's own value is five seconds.
        "workers.min_heartbeat_interval": "1",
        # A DAG file that cannot be loaded fails its tasks in seconds instead of minutes.
        "workers.missing_dag_retries": "2",
        "workers.missing_dag_retry_delay": "1",
    }


def _web(ports: Ports, secret: str) -> dict[str, str]:
    return {
        "api.host": "127.0.0.1",
        "api.port": str(ports.api),
        "api.base_url": f"http://127.0.0.1:{ports.api}",
        "api.workers": "1",
        "api.secret_key": secret,
        "api_auth.jwt_secret": secret,
    }


def _logs(places: Places) -> dict[str, str]:
    return {
        "logging.base_log_folder": str(places.tasks),
        "logging.dag_processor_child_process_log_directory": str(places.parsing),
        "logging.namespace_levels": " ".join(f"{name}=WARNING" for name in NOISY_LOGGERS),
        "logging.colored_console_log": "False",
    }


def write_passwords(places: Places, password: str) -> None:
    """Give the one user its password, in a file that only this user of the machine may read."""
    places.passwords.touch(mode=0o600)
    places.passwords.write_text(json.dumps({USERNAME: password}) + "\n", encoding="utf-8")
