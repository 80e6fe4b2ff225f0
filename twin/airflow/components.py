"""Airflow's components: each is the public `airflow ...` command, run in a fork of one import."""

from __future__ import annotations

import gc
import importlib
import sys
from dataclasses import dataclass
from typing import Final

PRELOADED: Final = (
    # what the commands load
    "airflow.cli.commands.scheduler_command",
    "airflow.cli.commands.dag_processor_command",
    "airflow.cli.commands.triggerer_command",
    "airflow.jobs.scheduler_job_runner",
    "airflow.jobs.dag_processor_job_runner",
    "airflow.jobs.triggerer_job_runner",
    "airflow.executors.local_executor",
    "airflow.dag_processing.manager",
    "airflow.api_fastapi.execution_api.app",
    "a2wsgi",
    # what each task and each parse loads
    "airflow.sdk",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.providers.standard.operators.python",
    "airflow.providers.amazon.aws.operators.glue",
    "airflow.providers.amazon.aws.operators.sagemaker",
    "airflow.providers.amazon.aws.triggers.glue",
    "airflow.providers.amazon.aws.triggers.sagemaker",
    "aiobotocore.session",
    "boto3",
    "yaml",
)
"""Loaded once, before the forks; without them all works the same, slower."""


@dataclass(frozen=True)
class Component:
    """One long-running `airflow` command.

    Attributes:
        name: Of the component, and of its log.
        command: The command's words after `airflow`.
        apps: What the API server serves, when it is one.
    """

    name: str
    command: tuple[str, ...]
    apps: str = ""

    def run(self) -> None:
        """Be this component, until a signal ends it. Runs in a fork."""
        if self.apps:
            _build_application(self.apps)
        run_command(self.command)


API_SERVER: Final = "api-server"
EXECUTION_API: Final = "execution-api"


def api_server(name: str, apps: str, port: int) -> Component:
    """Return an API server: `core` is UI and REST, `execution` is what tasks speak to."""
    command = ("api-server", "--apps", apps, "--port", str(port), "--host", "127.0.0.1")
    return Component(name, command, apps)


SCHEDULER: Final = Component("scheduler", ("scheduler", "--skip-serve-logs"))
DAG_PROCESSOR: Final = Component("dag-processor", ("dag-processor",))
TRIGGERER: Final = Component("triggerer", ("triggerer", "--skip-serve-logs"))
MIGRATION: Final = ("db", "migrate")


def load_core() -> None:
    """Load what every component needs."""
    importlib.import_module("airflow.settings")
    providers = importlib.import_module("airflow.providers_manager")
    providers.ProvidersManager().initialize_providers_configuration()
    importlib.import_module("airflow.__main__")
    importlib.import_module("airflow.cli.cli_parser").get_parser()


def load_rest() -> None:
    """Load what scheduler, processor, triggerer and tasks need besides."""
    for module in PRELOADED:
        importlib.import_module(module)


def run_command(command: tuple[str, ...]) -> None:
    """Run `airflow COMMAND` in this process."""
    sys.argv = ["airflow", *command]
    importlib.import_module("airflow.__main__").main()


def _build_application(apps: str) -> None:
    """Build the web application before the server asks for it, without the garbage collector.

    It makes a million objects that all stay: collecting costs a fifth of the time. The server gets
    the same application from Airflow's cache.
    """
    gc.disable()
    importlib.import_module("airflow.api_fastapi.app").cached_app(apps=apps)
    gc.collect()
    gc.freeze()
    gc.enable()
