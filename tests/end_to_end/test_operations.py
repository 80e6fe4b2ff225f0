"""Flow 10: an operator sends again what was kept, lets a failed run go on, takes it all away."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.functional.ops.conftest import Operator
from trigger.runs import data_run_id

if TYPE_CHECKING:
    from tests.end_to_end.project import Project

KEY = "raw/abalone/abalone.csv"
DAG = "retrain-abalone"


def test_what_failed_goes_on_and_what_was_made_goes(fresh_project: Project) -> None:
    project = fresh_project.up()

    _a_failed_run_goes_on(project)
    _everything_that_the_dag_made_goes(project)
    project.down()


def _a_failed_run_goes_on(project: Project) -> None:
    """The event was kept; a run of its id is there and failed, as its image could not be found."""
    run_id, event = _start_a_run_that_fails(project)
    queue = f"{project.running.outputs['name_prefix']}-trigger-function"
    sqs = project.client("sqs")
    attribute = {"RequestID": {"DataType": "String", "StringValue": "1"}}
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event), MessageAttributes=attribute)
    tries = _tries(project, run_id)

    ended = operate(project, "ops.redrive")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{DAG} {run_id} had failed: cleared, runs again" in ended.stdout
    project.wait_until(lambda: _tries(project, run_id) > tries)
    project.wait_until(lambda: _state(project, run_id) == "failed")
    assert "queues are empty" in operate(project, "ops.redrive").stdout


def _start_a_run_that_fails(project: Project) -> tuple[str, dict[str, Any]]:
    events, outputs = project.client("events"), project.running.outputs
    rule = f"{outputs['name_prefix']}-trigger-data"
    events.disable_rule(Name=rule)
    s3, bucket = project.client("s3"), outputs["data_bucket"]
    sample = s3.get_object(Bucket=bucket, Key=KEY)["Body"].read()
    version = s3.put_object(Bucket=bucket, Key=KEY, Body=sample)["VersionId"]
    events.enable_rule(Name=rule)
    run_id = data_run_id(KEY, version)
    conf = {
        "commit": project.outcome()["commit"],
        "image_digest": "sha256:" + "0" * 64,
        "model": "abalone",
        "started_by": "data",
        "raw_key": KEY,
        "raw_version": version,
    }
    body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
    _rest(project, "POST", f"/dags/{DAG}/dagRuns", Body=body)
    project.wait_until(lambda: _state(project, run_id) == "failed")
    account = bucket.split("-")[-4]
    event = {
        "account": account,
        "region": project.running.region,
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": bucket}, "object": {"key": KEY, "version-id": version}},
    }
    return run_id, event


def _everything_that_the_dag_made_goes(project: Project) -> None:
    sagemaker, prefix = project.client("sagemaker"), project.running.outputs["name_prefix"]

    ended = operate(project, "ops.teardown")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"endpoint {prefix}-abalone" in ended.stdout
    assert "next: pulumi destroy --stack twin" in ended.stdout
    assert sagemaker.list_endpoints()["Endpoints"] == []
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert sagemaker.list_models()["Models"] == []
    assert sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"] == []


def operate(project: Project, command: str) -> subprocess.CompletedProcess[str]:
    """Run an operator's command in the copy of the project."""
    return subprocess.run(
        [sys.executable, "-m", command, "--stack", "twin", "--yes"],
        cwd=project.root,
        env=Operator.at(project.running.url).environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _rest(project: Project, method: str, path: str, **more: Any) -> dict[str, Any]:
    name = project.running.outputs["airflow_environment"]
    client = project.client("mwaa")
    answer = client.invoke_rest_api(Name=name, Method=method, Path=path, **more)
    return answer["RestApiResponse"]


def _state(project: Project, run_id: str) -> str:
    found = _rest(project, "GET", f"/dags/{DAG}/dagRuns", QueryParameters={"limit": 100})
    return next(str(run["state"]) for run in found["dag_runs"] if run["dag_run_id"] == run_id)


def _tries(project: Project, run_id: str) -> int:
    """Return how often the run's first task was tried."""
    body = {"dag_ids": [DAG], "dag_run_ids": [run_id], "task_ids": ["resolve"]}
    found = _rest(project, "POST", "/dags/~/dagRuns/~/taskInstances/list", Body=body)
    return int(found["task_instances"][0]["try_number"])
