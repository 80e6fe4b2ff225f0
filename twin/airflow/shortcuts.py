"""What makes a DAG run quicker beyond Airflow's own settings; each can be left out.

Neither changes Airflow: one is SQLAlchemy's own extension point, the other concerns botocore. All
works without them (`--no-shortcuts`), slower; `tests/contract/test_airflow_shortcuts.py` holds what
they rely on, `python -m benchmarks.airflow` measures them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import boto3
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import now

from twin.service_models import read_models_quickly

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

SERVICES: Final = ("s3", "sagemaker", "sagemaker-runtime", "glue", "ecr", "sts", "logs")
"""The services that tasks make clients of."""

NOW: Final = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
"""SQLite's clock with fractions, in the shape in which Airflow stores times there."""


def keep_fractions_of_seconds() -> None:
    """Let `now()` on SQLite have fractions of a second.

    SQLite's CURRENT_TIMESTAMP has whole seconds, so the scheduler's `run_after <= now()` holds each
    new run back by half a second on average, one at most.
    """

    def compile_now(_element: now, _compiler: SQLCompiler, **_options: Any) -> str:
        return NOW

    compiles(now, "sqlite")(compile_now)


def read_service_models_once() -> None:
    """Read botocore's models of the services that tasks use, before the forks inherit them.

    A task's first clients of S3 and SageMaker then cost 0.05 s instead of 0.17 s.
    """
    read_models_quickly()
    for service in SERVICES:
        # Any: the service's name is known at run time only
        session: Any = boto3.session.Session(
            aws_access_key_id="none",
            aws_secret_access_key="none",  # noqa: S106 - nothing is ever asked
            region_name="us-east-1",
        )
        session.client(service)
