"""An account for the engine alone: the twin's AWS without Airflow, executors or a first push."""

from __future__ import annotations

import json
import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from twin.airflow.settings import Places
from twin.cloud import Cloud
from twin.installation import install_services
from twin.repository import Repository
from twin.settings import Workspace, forget_person_credentials
from twin.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from twin.wsgi import WsgiEnvironment


class AbsentAirflow:
    """Stands where the twin's Airflow would: an environment can be made, and nothing runs in it."""

    url = "http://127.0.0.1:0"
    username = "nobody"
    ready = False

    def __init__(self, workspace: Workspace) -> None:
        self.places = Places(workspace)

    def use_credentials(self, variables: Mapping[str, str]) -> None:
        """Have no tasks that could use them."""

    def refresh_dags(self) -> None:
        """Have nothing that parses them."""

    def request(
        self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None
    ) -> NoReturn:
        """Answer nothing."""
        raise NotImplementedError(method, path, body, query)

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Know of none."""
        del dag_id, run_id
        return []

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1) -> list[str]:
        """Know of none."""
        del dag_id, run_id, task_id, try_number
        return []


class Refusals:
    """Lets a service refuse one of its operations for a while, to see what comes of it."""

    def __init__(self, cloud: Cloud) -> None:
        self._refused: set[str] = set()
        self._lock = threading.Lock()
        cloud.add_route(self._matches, self._answer)

    @contextmanager
    def of(self, target: str) -> Iterator[None]:
        """Refuse a target of a JSON protocol, such as `CodePipeline_20150709.CreatePipeline`."""
        with self._lock:
            self._refused.add(target)
        try:
            yield
        finally:
            with self._lock:
                self._refused.remove(target)

    def _matches(self, environ: WsgiEnvironment) -> bool:
        return environ.get("HTTP_X_AMZ_TARGET") in self._refused

    def _answer(self, environ: WsgiEnvironment, start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        body = {"__type": "LimitExceededException", "message": "refused here on purpose"}
        start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps(body).encode()]


@contextmanager
def fresh_account(folder: Path) -> Iterator[tuple[Cloud, Refusals]]:
    """Serve an empty account that keeps its things in a folder, until the block ends."""
    from moto.moto_api._internal.models import moto_api_backend

    forget_person_credentials()
    workspace = Workspace(folder)
    for place in (workspace.last, workspace.cache, workspace.run, workspace.bin):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    moto_api_backend.reset()
    cloud = Cloud(workspace, Timeline(workspace.last / "timeline.jsonl"))
    cloud.serve()
    try:
        refusals = Refusals(cloud)
        install_services(cloud, AbsentAirflow(workspace), Repository(workspace))
        yield cloud, refusals
    finally:
        cloud.stop()
