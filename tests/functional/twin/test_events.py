"""From an event to a DAG run: EventBridge's rules, the shipped function, and Airflow's API."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.roles import make_role
from trigger.event import RECONCILIATION
from twin.services import events, lambda_, lambda_invocations, s3, schedules
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twin.cloud import Cloud

PROJECT = Path(__file__).parents[3]
COMMIT = "a1b2c3d4e5f6" + "0" * 28
DIGEST = "sha256:" + "d" * 64


class FakeAirflow:
    """MWAA's `InvokeRestApi` on the twin's address; takes each run id once, like Airflow."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.runs: dict[str, dict[str, Any]] = {}
        self.requests = 0

    def answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        self.requests += 1
        run = f"{body['Path'].split('/')[2]} {body['Body']['dag_run_id']}"
        known = 409 if run in self.runs else 200
        status = self.statuses.pop(0) if self.statuses else known
        headers = [("Content-Type", "application/json")]
        if status == 200:
            self.runs[run] = body["Body"]
            start_response("200 OK", headers)
        else:
            kind = "RestApiClientException" if status < 500 else "RestApiServerException"
            start_response("400 Bad Request", [*headers, ("x-amzn-ErrorType", kind)])
        return [json.dumps({"RestApiStatusCode": status, "RestApiResponse": {}}).encode()]


@pytest.fixture
def airflow(cloud: Cloud) -> FakeAirflow:
    fake = FakeAirflow()
    cloud.add_route(lambda environ: environ["PATH_INFO"].startswith("/restapi/"), fake.answer)
    return fake


@pytest.fixture(autouse=True)
def account(cloud: Cloud, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up what the program sets up for the trigger, with the function's shipped code."""
    del airflow
    monkeypatch.setattr(lambda_invocations, "RETRY_SECONDS", (0.1, 0.1))
    for service in (s3, events, lambda_):
        service.install(cloud)
    _buckets(cloud)
    _function(cloud)
    detail = {"repository-name": ["twin-training"], "result": ["SUCCESS"]}
    _rule(cloud, "image", {"source": ["aws.ecr"], "detail": detail})
    key = {"key": [{"prefix": "raw/"}]}
    _rule(cloud, "data", {"source": ["aws.s3"], "detail": {"object": key}})


def _buckets(cloud: Cloud) -> None:
    client = cloud.client("s3")
    for bucket in ("twin-data", "twin-artifacts"):
        client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket="twin-data", VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_notification_configuration(
        Bucket="twin-data", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    manifest = {"format": 1, "commit": COMMIT, "number": 1, "models": {"abalone": "", "wine": ""}}
    put_json(cloud, f"code/{COMMIT}/manifest.json", manifest)


def put_json(cloud: Cloud, key: str, document: object) -> None:
    cloud.client("s3").put_object(
        Bucket="twin-artifacts", Key=key, Body=json.dumps(document).encode()
    )


def make_current(cloud: Cloud) -> None:
    current = {"format": 1, "commit": COMMIT, "number": 1, "image_digest": DIGEST}
    put_json(cloud, "code/current.json", current)


def _function(cloud: Cloud) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for module in (PROJECT / "trigger").glob("*.py"):
            archive.write(module, f"trigger/{module.name}")
    role = make_role(cloud, "trigger", "lambda")
    cloud.client("sqs").create_queue(QueueName="failures")
    cloud.client("lambda").create_function(
        FunctionName="twin-trigger",
        Runtime="python3.12",
        Role=role,
        Handler="trigger.handler.handle",
        Code={"ZipFile": buffer.getvalue()},
        Timeout=120,
        DeadLetterConfig={"TargetArn": f"arn:aws:sqs:{cloud.region}:{cloud.account}:failures"},
        Environment={
            "Variables": {
                "ACCOUNT_ID": cloud.account,
                "AIRFLOW_ENVIRONMENT": "twin",
                "ARTIFACT_BUCKET": "twin-artifacts",
                "DATA_BUCKET": "twin-data",
                "IMAGE_REPOSITORY": "twin-training",
            }
        },
    )


def _rule(cloud: Cloud, name: str, pattern: dict[str, Any]) -> None:
    arn = cloud.client("events").put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    function = f"arn:aws:lambda:{cloud.region}:{cloud.account}:function:twin-trigger"
    cloud.client("lambda").add_permission(
        FunctionName="twin-trigger",
        StatementId=name,
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=arn,
    )
    cloud.client("events").put_targets(Rule=name, Targets=[{"Id": "trigger", "Arn": function}])


def push_image(cloud: Cloud, tag: str = COMMIT) -> None:
    detail = {
        "action-type": "PUSH",
        "result": "SUCCESS",
        "repository-name": "twin-training",
        "image-digest": DIGEST,
        "image-tag": tag,
    }
    cloud.emit("aws.ecr", "ECR Image Action", detail)


def wait_until(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.02)


def ended(cloud: Cloud) -> list[str]:
    """Return how the function's invocations ended, in order."""
    return [
        f"{one.state} {one.run}: {one.fact}"
        for one in cloud.timeline.entries()
        if one.step is Step.TRIGGER and one.state != "started"
    ]


def test_an_image_push_starts_a_run_of_each_model(cloud: Cloud, airflow: FakeAirflow) -> None:
    push_image(cloud)

    wait_until(lambda: ended(cloud))
    assert set(airflow.runs) == {
        "retrain-abalone push-a1b2c3d4e5f6",
        "retrain-wine push-a1b2c3d4e5f6",
    }
    assert ended(cloud) == [
        "succeeded push-a1b2c3d4e5f6: "
        "retrain-abalone push-a1b2c3d4e5f6, retrain-wine push-a1b2c3d4e5f6"
    ]
    delivered = [one for one in cloud.timeline.entries() if one.step is Step.EVENT]
    assert [one.state for one in delivered] == ["started", "succeeded"]
    assert delivered[-1].run == "push-a1b2c3d4e5f6"


def test_a_raw_file_starts_the_run_of_its_model(cloud: Cloud, airflow: FakeAirflow) -> None:
    make_current(cloud)

    written = cloud.client("s3").put_object(
        Bucket="twin-data", Key="raw/wine/a file.csv", Body=b"1"
    )

    wait_until(lambda: ended(cloud))
    (body,) = airflow.runs.values()
    assert body["logical_date"] is None
    assert body["conf"]["raw_key"] == "raw/wine/a file.csv"
    assert body["conf"]["raw_version"] == written["VersionId"]
    assert body["conf"]["image_digest"] == DIGEST


def test_a_file_of_an_unknown_model_is_ignored_and_said_so(
    cloud: Cloud, airflow: FakeAirflow
) -> None:
    make_current(cloud)

    cloud.client("s3").put_object(Bucket="twin-data", Key="raw/vine/a.csv", Body=b"1")

    wait_until(lambda: ended(cloud))
    assert ended(cloud)[0].startswith("ignored data-")
    assert "unknown-model" in ended(cloud)[0]
    assert not airflow.runs


def test_the_same_event_twenty_times_is_one_run_each(cloud: Cloud, airflow: FakeAirflow) -> None:
    for _ in range(20):
        push_image(cloud)

    wait_until(lambda: len(ended(cloud)) == 20)
    assert len(airflow.runs) == 2
    assert airflow.requests == 40
    assert all(one.startswith("succeeded") for one in ended(cloud))


def test_an_airflow_that_fails_is_asked_again(cloud: Cloud, airflow: FakeAirflow) -> None:
    airflow.statuses = [503, 404, 404, 200, 200]

    push_image(cloud)

    wait_until(lambda: ended(cloud))
    assert len(airflow.runs) == 2
    assert ended(cloud)[0].startswith("succeeded")


def test_an_event_that_never_succeeds_lies_whole_in_the_queue(
    cloud: Cloud, airflow: FakeAirflow
) -> None:
    airflow.statuses = [500] * 100
    queue = cloud.client("sqs").get_queue_url(QueueName="failures")["QueueUrl"]

    push_image(cloud)

    wait_until(lambda: ended(cloud))
    assert ended(cloud)[0].startswith("failed push-a1b2c3d4e5f6: AirflowError")
    (message,) = cloud.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=2)["Messages"]
    assert json.loads(message["Body"])["detail"]["image-tag"] == COMMIT


def test_an_event_from_the_queue_can_be_sent_again(cloud: Cloud, airflow: FakeAirflow) -> None:
    airflow.statuses = [500] * 6
    queue = cloud.client("sqs").get_queue_url(QueueName="failures")["QueueUrl"]
    push_image(cloud)
    wait_until(lambda: ended(cloud))
    (message,) = cloud.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=2)["Messages"]

    cloud.client("lambda").invoke(
        FunctionName="twin-trigger", InvocationType="Event", Payload=message["Body"]
    )

    wait_until(lambda: len(ended(cloud)) == 2)
    assert len(airflow.runs) == 2


def test_a_tag_of_an_image_content_is_no_push_of_a_commit(
    cloud: Cloud, airflow: FakeAirflow
) -> None:
    push_image(cloud, tag=f"content-{COMMIT}")

    wait_until(lambda: ended(cloud))
    assert "no-commit" in ended(cloud)[0]
    assert not airflow.runs


def _schedule(cloud: Cloud) -> str:
    rule = cloud.client("events").put_rule(Name="schedule", ScheduleExpression="rate(15 minutes)")[
        "RuleArn"
    ]
    function = f"arn:aws:lambda:{cloud.region}:{cloud.account}:function:twin-trigger"
    cloud.client("lambda").add_permission(
        FunctionName="twin-trigger",
        StatementId="schedule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    target = {"Id": "trigger", "Arn": function, "Input": json.dumps(RECONCILIATION)}
    cloud.client("events").put_targets(Rule="schedule", Targets=[target])
    return rule


def test_what_a_lost_event_did_not_start_the_schedule_starts_once(
    cloud: Cloud, airflow: FakeAirflow
) -> None:
    schedule = _schedule(cloud)
    make_current(cloud)
    cloud.client("events").disable_rule(Name="data")
    cloud.client("s3").put_object(Bucket="twin-data", Key="raw/wine/a.csv", Body=b"1")
    cloud.client("events").enable_rule(Name="data")

    schedules.fire(cloud, schedule)
    wait_until(lambda: ended(cloud))
    schedules.fire(cloud, schedule)
    wait_until(lambda: len(ended(cloud)) == 5)

    assert {run for run in airflow.runs if run.startswith("retrain-wine data-")}
    assert len(airflow.runs) == 3
    *lost, first, second = ended(cloud)
    assert all(one.endswith("(its event was lost)") for one in lost)
    assert first.startswith("ignored reconciliation")
    assert "0 runs were there, 3 started" in first
    assert "3 runs were there, 0 started" in second
