"""Flow 1: the first push travels all fifteen steps; the endpoint keeps its word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from twin.timeline import Step, read_entries

if TYPE_CHECKING:
    from tests.end_to_end.project import Project


def test_the_first_push_travels_every_step_and_ends_deployed(project: Project) -> None:
    record = project.outcomes()[0]

    entries = read_entries(project.workspace.last / "timeline.jsonl")

    done = {entry.step for entry in entries if entry.state == "succeeded"}
    assert done == set(Step)
    assert record["outcome"] == "deployed"
    assert record["started_by"] == "image"


def test_the_endpoint_answers_what_the_evaluation_says(project: Project) -> None:
    s3, outputs = project.client("s3"), project.running.outputs
    record = next(one for one in reversed(project.outcomes()) if one["outcome"] == "deployed")
    key = f"evaluations/abalone/{record['training_job']}.json"
    body = s3.get_object(Bucket=outputs["artifact_bucket"], Key=key)["Body"].read()
    examples = json.loads(body)["examples"]

    answer = project.ask("\n".join(example["row"] for example in examples))

    predictions = [float(line) for line in answer.text.split()]
    assert predictions == [pytest.approx(example["prediction"], abs=1e-3) for example in examples]


def test_lineage_leads_from_the_endpoint_back_to_the_commit(project: Project) -> None:
    sagemaker = project.client("sagemaker")
    endpoint = project.endpoint()

    config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    tags = sagemaker.list_tags(ResourceArn=config["EndpointConfigArn"])["Tags"]
    values = {tag["Value"] for tag in tags}

    served = [
        one
        for one in project.outcomes()
        if one["endpoint_config"] == endpoint["EndpointConfigName"]
    ]
    assert served
    assert any(one["training_job"] in values for one in served)


def test_status_logs_and_report_tell_of_the_run(project: Project) -> None:
    status = project.verb("status")
    logs = project.verb("logs", "etl")
    report = project.verb("report")

    assert "deployed" in status.stdout
    assert "quarantine 0" in logs.stdout
    assert report.returncode == 0
    page = (project.workspace.last / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
