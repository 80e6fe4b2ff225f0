"""What an environment gives to its Airflow, and what it takes from it.

It gives the role's credentials to the tasks, and the bucket's DAG files to the DAGs folder; it
takes what tasks and parsing log, and tells the timeline of DAG runs. All of it happens in
background threads that end with the environment.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Protocol

from twin.airflow.logs import Mirror
from twin.dag_folder import DagFolder
from twin.runs import AskedAirflow, Runs, artifact_bucket
from twin.services import s3
from twin.services.mwaa_environments import log_group

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin.airflow.settings import Places
    from twin.cloud import Cloud
    from twin.services.mwaa_environments import Environment

SETTINGS: Final = "settings/stack.json"
"""The DAGs' settings, which name the bucket of outcome records."""


class ServedAirflow(AskedAirflow, Protocol):
    """The Airflow that an environment stands in front of."""

    url: str
    username: str
    places: Places

    def use_credentials(self, variables: Mapping[str, str]) -> None:
        """Let its tasks act with these AWS credentials."""
        ...

    def refresh_dags(self) -> None:
        """Have its DAG files parsed."""
        ...


class Attachment:
    """One environment attached to one Airflow.

    It starts no Airflow and ends none: that goes on without an environment.
    """

    def __init__(self, cloud: Cloud, airflow: ServedAirflow, environment: Environment) -> None:
        self._cloud = cloud
        self._airflow = airflow
        self._environment = environment
        self._name: str = environment["Name"]
        self._ended = threading.Event()
        self._watched: set[str] = set()
        self.runs = Runs(cloud, airflow, log_group(self._name, "Task"))

    def begin(self) -> None:
        """Give the role's credentials, then follow bucket, logs and runs until the end."""
        self._cloud.on_stop(self.end)
        role = self._environment["ExecutionRoleArn"]
        self._airflow.use_credentials(self._cloud.role_environment(role))
        self._follow_bucket()
        self._follow_logs("Task", self._airflow.places.tasks)
        self._follow_logs("DAGProcessing", self._airflow.places.parsing)
        self._cloud.start("DAG runs", lambda: self.runs.follow(self._ended))

    def end(self) -> None:
        """Let go of the Airflow; safe to call twice."""
        self._ended.set()

    def _follow_bucket(self) -> None:
        bucket = self._environment["SourceBucketArn"].rpartition(":")[2]
        folder = DagFolder(
            self._cloud.client("s3"),
            bucket,
            self._environment["DagS3Path"],
            self._airflow.places.dags,
            self._dags_changed,
        )
        s3.subscribe(bucket, folder.tell)
        self._cloud.start("DAG files", lambda: folder.follow(self._ended))

    def _follow_logs(self, kind: str, source: Path) -> None:
        group = log_group(self._name, kind)
        mirror = Mirror(source, lambda stream: self._cloud.log_stream(group, stream))
        self._cloud.start(f"{kind} logs", lambda: mirror.follow(self._ended))

    def _dags_changed(self) -> None:
        settings = self._airflow.places.dags / SETTINGS
        bucket = artifact_bucket(settings.read_bytes()) if settings.exists() else None
        if bucket is not None and bucket not in self._watched:
            self._watched.add(bucket)
            s3.subscribe(bucket, lambda key: self._record_written(bucket, key))
        self._airflow.refresh_dags()

    def _record_written(self, bucket: str, key: str) -> None:
        if not self._ended.is_set():
            self.runs.recorded(bucket, key)
