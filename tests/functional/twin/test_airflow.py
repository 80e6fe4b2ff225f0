"""A real Airflow: ready, a zip of DAGs, runs through MWAA's API, its end."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import requests
from botocore.exceptions import ClientError

from tests.fake_airflow import AIRFLOW_BUCKET, environment_request, make_bucket
from twin.airflow.server import Airflow
from twin.cloud import Cloud, free_port
from twin.errors import TwinError
from twin.service_models import read_models_quickly
from twin.services import mwaa, s3
from twin.settings import Workspace
from twin.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[3]
RECORDS = "twin-artifacts"
READY_SECONDS = 90

DAG = """
from __future__ import annotations

from airflow.providers.amazon.aws.operators.s3 import S3CreateObjectOperator
from airflow.sdk import DAG, task

from helpers.words import GREETING

with DAG("retrain-sample", schedule=None, catchup=False, is_paused_upon_creation=False):

    @task
    def greet(dag_run=None):
        import boto3

        print(GREETING, boto3.client("sts").get_caller_identity()["Arn"])
        if dag_run.conf.get("fail"):
            raise ValueError("as asked")
        return {"dag_id": "retrain-sample", "run_id": dag_run.run_id,
                "outcome": "unchanged", "reason": "a test"}

    record = S3CreateObjectOperator(
        task_id="record",
        s3_bucket="twin-artifacts",
        s3_key="runs/sample/{{ run_id }}.json",
        data="{{ ti.xcom_pull(task_ids='greet') | tojson }}",
        replace=True,
    )
    greet() >> record
"""


def dags(source: str = DAG) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("retrain.py", source)
        archive.writestr("helpers/__init__.py", "")
        archive.writestr("helpers/words.py", 'GREETING = "hello from"\n')
    return buffer.getvalue()


def wait_for(holds: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something holds, or fail; return it."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


class Twin:
    """A cloud and an Airflow, as a session has them, with the sample DAG in the bucket."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        port = free_port()
        variables = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self.airflow = Airflow.start(workspace, variables, {})
        self.cloud = Cloud(workspace, Timeline(workspace.last / "timeline.jsonl"))
        self.cloud.serve(port=port)
        s3.install(self.cloud)
        mwaa.install(self.cloud, self.airflow)
        self.client = self.cloud.client("mwaa")

    def provision(self) -> None:
        self.client.create_environment(**environment_request(self.cloud))
        make_bucket(self.cloud, RECORDS)
        settings = json.dumps({"artifact_bucket": RECORDS}).encode()
        self.put("dags/settings/stack.json", settings)
        self.put("dags/retrain.zip", dags())

    def put(self, key: str, body: bytes) -> None:
        self.cloud.client("s3").put_object(Bucket=AIRFLOW_BUCKET, Key=key, Body=body)

    def invoke(self, path: str, method: str = "GET", body: object = None) -> dict[str, Any]:
        more = {} if body is None else {"Body": body}
        answer = self.client.invoke_rest_api(Name="mlops-twin", Path=path, Method=method, **more)
        return answer["RestApiResponse"]

    def trigger(self, run_id: str, **conf: object) -> dict[str, Any]:
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        return self.invoke("/dags/retrain-sample/dagRuns", "POST", body)

    def knows(self, dag_id: str) -> bool:
        return self.airflow.request("GET", f"/dags/{dag_id}").ok

    def ended(self, run_id: str) -> str:
        """Return what the timeline says of a run's end; an empty text before."""
        facts = [
            f"{entry.state}: {entry.fact}"
            for entry in self.cloud.timeline.entries()
            if entry.run == run_id and entry.state != "started"
        ]
        return facts[0] if facts else ""


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """Return a twin whose Airflow is ready and knows the sample DAG; one for all tests here."""
    read_models_quickly()
    found = Workspace(tmp_path_factory.mktemp("airflow"))
    for folder in (found.last, found.cache, found.run):
        folder.mkdir(parents=True)
    twin = Twin(found)
    try:
        twin.provision()
        twin.airflow.wait_ready(READY_SECONDS)
        wait_for(lambda: twin.knows("retrain-sample"))
        yield twin
    finally:
        twin.airflow.stop()
        twin.cloud.stop()


def test_nobody_gets_in_without_the_password(twin: Twin) -> None:
    url = twin.airflow.url

    anonymous = requests.get(f"{url}/api/v2/dags", timeout=10)
    guess = {"username": "admin", "password": "admin"}
    wrong = requests.post(f"{url}/auth/token", json=guess, timeout=10)

    assert anonymous.status_code == 401
    assert wrong.status_code == 401
    assert requests.get(url, timeout=10).status_code == 200  # the UI's own page


def test_a_token_that_ended_is_renewed(twin: Twin) -> None:
    rest = twin.airflow._rest  # pyright: ignore[reportPrivateUsage]  # no other way to age it
    rest._token = "worn out"  # noqa: S105  # pyright: ignore[reportPrivateUsage]  # as above

    assert twin.airflow.request("GET", "/dags").ok


def test_a_run_goes_from_mwaa_to_its_record(twin: Twin) -> None:
    twin.trigger("push-1")

    assert wait_for(lambda: twin.ended("push-1")) == "succeeded: unchanged: a test"
    states = wait_for(lambda: _states(twin, "push-1"))
    assert states == {"greet": "success", "record": "success"}


def _states(twin: Twin, run_id: str) -> dict[str, str]:
    """Return the states of a run's tasks, once all of them ended."""
    tasks = twin.airflow.task_instances("retrain-sample", run_id)
    found = {task["task_id"]: task["state"] for task in tasks}
    return found if set(found.values()) <= {"success", "failed", "upstream_failed"} else {}


def test_tasks_act_as_the_environments_role_and_log_to_its_group(twin: Twin) -> None:
    twin.trigger("push-2")
    wait_for(lambda: twin.ended("push-2"))

    log = twin.airflow.task_log("retrain-sample", "push-2", "greet")
    expected = "hello from arn:aws:sts::123456789012:assumed-role/airflow/twin"
    assert expected in log
    name = "dag_id=retrain-sample/run_id=push-2/task_id=greet/attempt=1.log"

    def messages() -> str:
        events = twin.cloud.client("logs").get_log_events(
            logGroupName="airflow-mlops-twin-Task", logStreamName=name
        )["events"]
        return "\n".join(event["message"] for event in events)

    assert expected in wait_for(messages)


def test_the_same_run_id_again_is_a_conflict(twin: Twin) -> None:
    twin.trigger("push-3")

    answer = refusal(lambda: twin.trigger("push-3"))

    assert answer["Error"]["Code"] == "RestApiClientException"
    assert answer["RestApiStatusCode"] == 409


def refusal(call: Callable[[], object]) -> dict[str, Any]:
    """Return the answer of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call()
    return dict(caught.value.response)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/dags/unknown/dagRuns", {"dag_run_id": "x", "logical_date": None}, 404),
        ("/dags/retrain-sample/dagRuns", {"dag_run_id": "x"}, 422),
        ("/dags/retrain-sample/dagRuns", {"logical_date": None, "wrong": 1}, 422),
    ],
)
def test_what_airflow_refuses_keeps_its_status(
    twin: Twin, path: str, body: dict[str, object], status: int
) -> None:
    answer = refusal(lambda: twin.invoke(path, "POST", body))

    assert answer["RestApiStatusCode"] == status


def test_a_run_that_fails_without_a_record_says_why(twin: Twin) -> None:
    twin.trigger("push-4", fail=True)

    fact = wait_for(lambda: twin.ended("push-4"))
    assert fact.startswith("failed: ended as failed in Airflow, without an outcome record")
    assert "task greet" in fact


def test_a_changed_zip_is_known_within_seconds(twin: Twin) -> None:
    twin.put("dags/retrain.zip", dags(DAG.replace("retrain-sample", "retrain-other")))

    wait_for(lambda: twin.knows("retrain-other"), seconds=20)
    twin.put("dags/retrain.zip", dags())


def test_a_zip_that_cannot_be_loaded_says_why_in_the_log(twin: Twin) -> None:
    twin.put("dags/retrain.zip", dags(f"{DAG}\nimport no_such_module\n"))

    group = "airflow-mlops-twin-DAGProcessing"

    def messages() -> str:
        logs = twin.cloud.client("logs")
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return ""
        events = logs.filter_log_events(logGroupName=group)["events"]
        return "\n".join(event["message"] for event in events)

    wait_for(lambda: "No module named 'no_such_module'" in messages(), seconds=20)
    twin.put("dags/retrain.zip", dags())


# ---- its end ------------------------------------------------------------------------------

STARTER = """
import sys
from pathlib import Path
from twin.airflow.server import Airflow
from twin.settings import Workspace

airflow = Airflow.start(Workspace(Path(sys.argv[1])), {}, {})
airflow.wait_ready(90)
print(airflow._process.pid, flush=True)
sys.stdin.read()
"""


def family(pid: int) -> list[psutil.Process]:
    head = psutil.Process(pid)
    return [head, *head.children(recursive=True)]


def gone(processes: list[psutil.Process]) -> bool:
    return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes)


@pytest.fixture
def template(twin: Twin, workspace: Workspace) -> Workspace:
    """Return a workspace that has the migrated database already."""
    source = twin.airflow.places.template
    (workspace.cache / source.name).write_bytes(source.read_bytes())
    return workspace


def test_kill_9_of_the_twin_leaves_no_process(template: Workspace) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(template.root)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with starter:
        assert starter.stdout is not None
        members = family(int(starter.stdout.readline()))

        starter.kill()

    assert len(members) > 5
    wait_for(lambda: gone(members), seconds=5)


def _title(airflow: Airflow) -> str:
    """Return what the API server's title ends with."""
    return f"port:{airflow.ports['airflow']}"


def test_a_component_that_crashes_ends_all_and_says_so(template: Workspace) -> None:
    airflow = Airflow.start(template, {}, {})
    try:
        airflow.wait_ready(READY_SECONDS)
        members = family(airflow._process.pid)  # pyright: ignore[reportPrivateUsage, reportOptionalMemberAccess]  # only tests ask
        server = next(one for one in members[1:] if _title(airflow) in str(one.cmdline()))

        server.kill()

        wait_for(lambda: gone(members), seconds=5)
        wait_for(lambda: not airflow.ready, seconds=5)
        with pytest.raises(TwinError, match=r"api-server ended by itself \(killed by signal 9\)"):
            airflow.check()
    finally:
        airflow.stop()


def test_stopping_takes_less_than_a_second_even_while_it_starts(template: Workspace) -> None:
    airflow = Airflow.start(template, {}, {})
    time.sleep(1)
    members = family(airflow._process.pid)  # pyright: ignore[reportPrivateUsage, reportOptionalMemberAccess]  # only tests ask

    began = time.monotonic()
    airflow.stop()

    assert time.monotonic() - began < 1
    assert gone(members)
    airflow.check()


def test_a_port_that_is_taken_is_not_used(twin: Twin, template: Workspace) -> None:
    wanted = {"airflow": twin.airflow.ports["airflow"]}

    airflow = Airflow(template, wanted)
    airflow.stop()

    assert airflow.ports["airflow"] != wanted["airflow"]
