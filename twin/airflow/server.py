"""The twin's Airflow, seen from the twin's own process: start, questions, stop."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import quote

from twin.airflow.ports import hold_port
from twin.airflow.processes import end_session
from twin.airflow.rest import Answer, Rest
from twin.airflow.settings import USERNAME, Places, Ports, configuration, write_passwords
from twin.cloud import LOOPBACK
from twin.errors import TwinError
from twin.settings import inherited_environment, system_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.settings import Workspace

BOOT: Final = (
    "import sys; root = sys.argv.pop(1); sys.path.insert(0, root); "
    "from twin.airflow.boot import main; sys.path.remove(root); main()"
)
"""Starts the boot without leaving the repository on the path: DAGs come from their zip alone."""

CREDENTIALS: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

PORTS: Final = ("airflow", "airflow_execution")
"""The names of its ports: of UI and REST API, and of the API that tasks speak to."""

STOP_SECONDS: Final = 5.0
TAIL_LINES: Final = 8


class Airflow:
    """One running Airflow: its address, its REST API, its life.

    It knows no bucket and no environment: `twin.services.mwaa` puts it in front of those.
    """

    def __init__(
        self, workspace: Workspace, ports: Mapping[str, int], *, shortcuts: bool = True
    ) -> None:
        self.places = Places(workspace)
        self._shortcuts = shortcuts
        self._held = {name: hold_port(ports.get(name)) for name in PORTS}
        self.ports = {name: held.number for name, held in self._held.items()}
        self.url = f"http://{LOOPBACK}:{self.ports['airflow']}"
        self.username = USERNAME
        self.password = secrets.token_urlsafe(12)
        self._rest = Rest(self.url, self.username, self.password)
        self._ready = threading.Event()
        self._ended = threading.Event()
        self._stopping = False
        self._failure: TwinError | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(
        cls,
        workspace: Workspace,
        environment: Mapping[str, str],
        ports: Mapping[str, int],
        options: Mapping[str, str] | None = None,
        *,
        shortcuts: bool = True,
    ) -> Airflow:
        """Start an Airflow and return at once.

        Args:
            workspace: Where its files go.
            environment: What its tasks find in theirs, such as `AWS_ENDPOINT_URL`.
            ports: The ports to prefer, as an earlier `Airflow.ports` named them.
            options: Airflow's own configuration under `section.key`, over the twin's.
            shortcuts: Whether `twin.airflow.shortcuts` are taken.
        """
        airflow = cls(workspace, ports, shortcuts=shortcuts)
        airflow._start(environment, options)
        return airflow

    # ---- life -------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Tell whether all its components are healthy."""
        return self._ready.is_set() and not self._ended.is_set()

    def wait_ready(self, timeout_s: float) -> None:
        """Wait until all components are healthy.

        Raises:
            TwinError: one of them ended, or the time is up.
        """
        waited = 0.0
        while not self._ready.wait(0.05):
            self.check()
            waited += 0.05
            if waited > timeout_s:
                raise TwinError(
                    f"Airflow is not ready after {timeout_s:.0f} s",
                    step="start",
                    resource=self.url,
                    expected="scheduler, DAG processor, triggerer and API server are healthy",
                    do=f"look at {self.places.components}, then try again",
                )
        self.check()

    def check(self) -> None:
        """Notice an end that nobody asked for.

        Raises:
            TwinError: says which component ended, how, and with which last words.
        """
        if self._ended.is_set() and not self._stopping:
            raise self._failure or self._unexplained()

    def use_credentials(self, variables: Mapping[str, str]) -> None:
        """Let tasks act with the AWS credentials that these variables hold, from now on."""
        lines = ["[default]", *(f"{key.lower()} = {variables[key]}" for key in CREDENTIALS), ""]
        unfinished = self.places.credentials.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text("\n".join(lines), encoding="utf-8")
        unfinished.replace(self.places.credentials)

    def stop(self) -> None:
        """End all of its processes; safe to call twice."""
        self._stopping = True
        if self._process is not None:
            self._end(self._process)
        for held in self._held.values():
            held.release()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        end_session(process.pid)

    # ---- questions --------------------------------------------------------------------------

    def request(
        self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None
    ) -> Answer:
        """Send a request to the REST API; `path` is what follows `/api/v2`.

        Raises:
            AirflowUnreachableError: nobody answered in time.
        """
        return self._rest.request(method, path, body, query)

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the task instances of a DAG run as Airflow describes them; none if unknown."""
        answer = self.request("GET", f"{_run(dag_id, run_id)}/taskInstances")
        return answer.items("task_instances")

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1) -> list[str]:
        """Return the lines of a task's log; none if there is no such task."""
        path = f"{_run(dag_id, run_id)}/taskInstances/{quote(task_id, safe='')}/logs/{try_number}"
        answer = self.request("GET", path, query={"full_content": True})
        return [_event(line) for line in answer.items("content")]

    def refresh_dags(self) -> None:
        """Have every known DAG file parsed now; new files are found within a second by themselves.

        Does nothing while Airflow is not ready: its first parse reads what is there.
        """
        if not self.ready:
            return
        for token in self._file_tokens():
            self.request("PUT", f"/parseDagFile/{token}")

    def _file_tokens(self) -> set[str]:
        answer = self.request("GET", "/dags", query={"exclude_stale": False})
        return {str(dag["file_token"]) for dag in answer.items("dags")}

    # ---- the process ------------------------------------------------------------------------

    def _start(self, environment: Mapping[str, str], options: Mapping[str, str] | None) -> None:
        places = self.places
        for folder in (places.dags, places.tasks, places.parsing, places.components):
            folder.mkdir(parents=True, exist_ok=True)
        places.template.parent.mkdir(parents=True, exist_ok=True)
        places.configuration.touch()
        write_passwords(places, self.password)
        variables = self._environment(environment, options)
        with (places.components / "boot.log").open("wb") as log:
            self._process = subprocess.Popen(
                self._command(),
                cwd=places.home,
                env=variables,
                stdin=subprocess.PIPE,  # never written: it ends when this process does
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        threading.Thread(target=self._listen, name="airflow", daemon=True).start()

    def _command(self) -> list[str]:
        places, root = self.places, Path(__file__).resolve().parents[2]
        # -I: nothing of the person's Python settings, nor of this folder, reaches the DAGs.
        return [
            *(sys.executable, "-I", "-c", BOOT, str(root)),
            *("--database", str(places.database)),
            *("--template", str(places.template)),
            *("--logs", str(places.components)),
            *("--api-port", str(self.ports["airflow"])),
            *("--execution-port", str(self.ports["airflow_execution"])),
            *([] if self._shortcuts else ["--no-shortcuts"]),
        ]

    def _environment(
        self, environment: Mapping[str, str], options: Mapping[str, str] | None
    ) -> dict[str, str]:
        ports = Ports(self.ports["airflow"], self.ports["airflow_execution"])
        return {
            **inherited_environment(),
            "PATH": f"{Path(sys.executable).parent}:{system_path()}",
            "AWS_SHARED_CREDENTIALS_FILE": str(self.places.credentials),
            "AWS_CONFIG_FILE": os.devnull,  # the person's own says nothing here
            "AWS_EC2_METADATA_DISABLED": "true",
            **configuration(self.places, ports, secrets.token_hex(32), options),
            **environment,
        }

    def _listen(self) -> None:
        """Follow what the boot says until it ends."""
        assert self._process is not None  # noqa: S101 - started in `_start`
        with self._process as process:
            for line in process.stdout or ():
                self._note(line)
        end_session(process.pid)
        self._ended.set()

    def _note(self, line: bytes) -> None:
        event: dict[str, Any] = {}
        with contextlib.suppress(ValueError):
            event = json.loads(line)
        if event.get("event") == "ready":
            self._ready.set()
        if event.get("event") == "ended":
            self._failure = self._component_ended(event["component"], event["status"])

    def _component_ended(self, name: str, status: int) -> TwinError:
        log = self.places.component_log(name)
        how = f"killed by signal {-status}" if status < 0 else f"exit code {status}"
        return TwinError(
            f"Airflow's {name} ended by itself ({how})",
            resource=self.url,
            found=_tail(log),
            do=f"read {log}; start the twin again",
        )

    def _unexplained(self) -> TwinError:
        log = self.places.component_log("boot")
        status = self._process.returncode if self._process else None
        return TwinError(
            f"Airflow ended by itself (status {status})",
            resource=self.url,
            found=_tail(log),
            do=f"read {log}; start the twin again",
        )


def _run(dag_id: str, run_id: str) -> str:
    return f"/dags/{quote(dag_id, safe='')}/dagRuns/{quote(run_id, safe='')}"


def _event(line: dict[str, Any] | str) -> str:
    """Return one line of a log: Airflow sends structured ones, and plain text of crashes."""
    return line if isinstance(line, str) else str(line.get("event", line))


def _tail(log: Path) -> str:
    def read(file: IO[bytes]) -> str:
        lines = file.read().decode("utf-8", "replace").splitlines()
        return " | ".join(line for line in lines[-TAIL_LINES:] if line.strip())

    with contextlib.suppress(OSError), log.open("rb") as file:
        return read(file)
    return ""
