"""The twin from start to stop: the story in order.

Airflow takes longest to start, so it begins first and everything else happens beside it. The cost
of the design: nothing outlives this process but `.twin/last` and `.twin/cache`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shlex
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from twin.cloud import Cloud, free_port
from twin.errors import TwinError
from twin.following import BUILD_STEPS
from twin.hold import Hold, Running, write_running
from twin.results import Results
from twin.settings import BRANCH, STACK, forget_person_credentials
from twin.timeline import Entry, Step, Timeline
from twin.toolbox import write_programs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.airflow.server import Airflow
    from twin.progress import Progress
    from twin.repository import Repository
    from twin.settings import Workspace

Part = TypeVar("Part")

PORTS = "ports.json"
"""Remembers the ports of the latest run, so that links and scripts go on working."""

AIRFLOW_SECONDS = 90.0
"""How long Airflow may take to become ready."""


class Session:
    """One twin: starts the services, provisions them, and takes all of it away again.

    It starts no retraining: pushes and uploads do.
    """

    repository: Repository
    outputs: Mapping[str, Any]

    def __init__(self, workspace: Workspace, progress: Progress, command: str) -> None:
        self.workspace = workspace
        self._progress = progress
        self._command = command
        self._hold = Hold(workspace)
        self._cloud: Cloud | None = None
        self._airflow: Airflow | None = None
        self._ended: queue.Queue[Entry] = queue.Queue()

    def start(self) -> None:
        """Start everything; on the way out of a failure nothing is left running."""
        self._hold.take(self._command)
        try:
            self._prepare()
            self._start_airflow()
            self._start_cloud()
            self._provision()
            self._put_sample()
            self._wait_for_airflow()
            self._announce()
        except BaseException:
            self.stop()
            raise

    def settle(self) -> None:
        """Wait until what the ended runs left is copied, and the report is written."""
        self._ended.join()

    def check(self) -> None:
        """Notice a component that ended by itself.

        Raises:
            TwinError: Airflow is no longer there; says why.
        """
        self.airflow.check()

    def endpoint_lines(self) -> dict[str, str]:
        """Return for each live endpoint the shell line that asks it."""
        lines: dict[str, str] = {}
        for endpoint in self.cloud.client("sagemaker").list_endpoints()["Endpoints"]:
            name = endpoint["EndpointName"]
            url = f"{self.cloud.url}/endpoints/{name}/invocations"
            row = self._example_row(name.removeprefix(f"{self.outputs['name_prefix']}-"))
            lines[name] = f"curl -sS {url} -H 'Content-Type: text/csv' -d {shlex.quote(row)}"
        return lines

    def _example_row(self, model: str) -> str:
        files = sorted((self.workspace.last / "runs" / model).glob("*/evaluation.json"))
        if not files:
            return "..."
        examples = json.loads(files[-1].read_text(encoding="utf-8")).get("examples", [])
        return str(examples[0]["row"]) if examples else "..."

    def stop(self) -> None:
        """Stop everything; safe to call at any time, and twice."""
        with contextlib.ExitStack() as last_first:
            last_first.callback(self._hold.release)
            if self._cloud is not None:
                last_first.callback(self._cloud.stop)
            if self._airflow is not None:
                last_first.callback(self._airflow.stop)

    @property
    def cloud(self) -> Cloud:
        """Return the account; there is one from the start on."""
        return _started(self._cloud)

    @property
    def airflow(self) -> Airflow:
        """Return the Airflow; there is one from the start on."""
        return _started(self._airflow)

    # ---- the steps of start -----------------------------------------------------------------

    def _prepare(self) -> None:
        forget_person_credentials()
        for folder in (self.workspace.run, self.workspace.last):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in (self.workspace.run, self.workspace.last, self.workspace.cache):
            folder.mkdir(parents=True, exist_ok=True)
        write_programs(self.workspace)
        self._ports = _remembered_ports(self.workspace)

    def _start_airflow(self) -> None:
        from twin.airflow.server import Airflow

        self._progress.note("Airflow")
        self._ports["aws"] = free_port(self._ports.get("aws"))
        environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._ports['aws']}",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self._airflow = Airflow.start(self.workspace, environment, self._ports)

    def _start_cloud(self) -> None:
        from twin.installation import install_services
        from twin.repository import Repository

        self._progress.note("AWS endpoint")
        timeline = Timeline(self.workspace.last / "timeline.jsonl")
        self._cloud = Cloud(self.workspace, timeline)
        self.repository = Repository(self.workspace)
        self.cloud.serve(port=self._ports["aws"])
        if self.cloud.url != f"http://127.0.0.1:{self._ports['aws']}":
            raise TwinError(
                "somebody took the AWS endpoint's port just now",
                resource=f"127.0.0.1:{self._ports['aws']}",
                do="start again: another port will be chosen",
            )
        install_services(self.cloud, self.airflow, self.repository)
        self._progress.note("AWS endpoint", self.cloud.url)

    def _provision(self) -> None:
        from twin.provision import provision

        self._progress.note("Pulumi program")
        provisioned = provision(self.cloud, stack=STACK)
        self.outputs = provisioned.outputs
        require_own_repository(self.outputs)
        fact = f"{len(provisioned.resources)} resources of stack {STACK}"
        self._progress.note("Pulumi program", fact)

    def _put_sample(self) -> None:
        from twin.sample import abalone

        self.cloud.client("s3").put_object(
            Bucket=self.outputs["data_bucket"], Key="raw/abalone/abalone.csv", Body=abalone()
        )

    def _wait_for_airflow(self) -> None:
        self.airflow.wait_ready(AIRFLOW_SECONDS)
        self._ports = {**self._ports, **self.airflow.ports}
        self._progress.note("Airflow", self.airflow.url)

    def _announce(self) -> None:
        self.running = Running(
            pid=os.getpid(),
            url=self.cloud.url,
            airflow_url=self.airflow.url,
            airflow_username=self.airflow.username,
            airflow_password=self.airflow.password,
            branch=BRANCH,
            region=self.cloud.region,
            outputs=dict(self.outputs),
            ports=self._ports,
        )
        ports = json.dumps(self._ports)
        (self.workspace.cache / PORTS).write_text(ports, encoding="utf-8")
        write_running(self.workspace, self.running)
        self.cloud.timeline.subscribe(self._note_ended)
        self.cloud.start("results", self._keep_results)

    # ---- what ended runs leave --------------------------------------------------------------

    def _note_ended(self, entry: Entry) -> None:
        ended = entry.state in ("succeeded", "failed")
        if ended and (entry.step is Step.RUN or entry.step in BUILD_STEPS):
            self._ended.put(entry)

    def _keep_results(self) -> None:
        """Copy what each ended run left, and write the report anew, one after the other."""
        results = Results(self.cloud, self.outputs["artifact_bucket"], self.airflow.task_instances)
        while True:
            entry = self._ended.get()
            # What goes wrong here is shown, and must not keep the next run's results away
            self.cloud.attempt("results", partial(self._keep, results, entry))
            self._ended.task_done()

    def _keep(self, results: Results, entry: Entry) -> None:
        from twin.report.page import write_page

        if entry.step is Step.RUN:
            results.keep(entry.resource, entry.run)
        if entry.step is Step.RUN or entry.state == "failed":
            write_page(self.workspace)


def require_own_repository(outputs: Mapping[str, object]) -> None:
    """Refuse a stack whose pushes come from elsewhere.

    Raises:
        TwinError: the stack has a connection instead of a repository.
    """
    if "connection_arn" in outputs:
        raise TwinError(
            "pushes to this stack come through a connection, and nobody's repositories are reached "
            "from here",
            step="push",
            resource=str(outputs["connection_arn"]),
            found="mlops:source is 'connection'",
            expected="'codecommit', which the twin plays with a git repository of its own",
            do=f"take mlops:source out of Pulumi.{STACK}.yaml; the builds are the same either way",
        )


def _started(part: Part | None) -> Part:
    if part is None:
        raise RuntimeError("the session has not been started")
    return part


def _remembered_ports(workspace: Workspace) -> dict[str, int]:
    try:
        found = json.loads((workspace.cache / PORTS).read_text(encoding="utf-8"))
        return {str(name): int(port) for name, port in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
