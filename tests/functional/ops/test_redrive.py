"""What lies in the queues of a whole stack is sent again, by the command that a person types."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from trigger.runs import data_run_id
from twin.settings import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.functional.ops.conftest import FakeAirflow, Operator

PREFIX = "mlops-twin"
DATA, ARTIFACTS = (f"{PREFIX}-{kind}-{ACCOUNT}-us-east-1" for kind in ("data", "artifacts"))
COMMIT = "a1b2c3d4e5f6" + "0" * 28
KEY = "raw/abalone/a.csv"


@pytest.fixture(autouse=True)
def stack(client: Callable[[str], Any], airflow: FakeAirflow) -> Iterator[None]:
    """A stack whose code is current, and whose queues are empty before and after."""
    del airflow
    s3, sqs = client("s3"), client("sqs")
    manifest = {"format": 1, "commit": COMMIT, "number": 1, "models": {"abalone": ""}}
    current = {"format": 1, "commit": COMMIT, "number": 1, "image_digest": "sha256:" + "d" * 64}
    for key, document in (
        (f"code/{COMMIT}/manifest.json", manifest),
        ("code/current.json", current),
    ):
        s3.put_object(Bucket=ARTIFACTS, Key=key, Body=json.dumps(document).encode())
    yield
    for url in sqs.list_queues()["QueueUrls"]:
        for found in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])


@pytest.fixture
def lying(client: Callable[[str], Any]) -> Callable[[str], int]:
    """Return a function that counts the messages which lie in a queue."""

    def count(step: str) -> int:
        sqs = client("sqs")
        url = sqs.get_queue_url(QueueName=f"{PREFIX}-{step}")["QueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        assert found[names[1]] == "0", "nothing may stay hidden"
        return int(found[names[0]])

    return count


def wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.05)


def put(client: Callable[[str], Any], key: str = KEY) -> str:
    """Upload a raw file; return the id of its run."""
    version = client("s3").put_object(Bucket=DATA, Key=key, Body=b"1")["VersionId"]
    return data_run_id(key, version)


def test_what_the_function_failed_on_starts_its_run(
    client: Callable[[str], Any],
    airflow: FakeAirflow,
    operator: Operator,
    lying: Callable[[str], int],
) -> None:
    airflow.down = True
    run_id = put(client)
    wait_until(lambda: lying("trigger-function") == 1)
    airflow.down = False

    shown = operator("ops.redrive", "--stack", "twin", "--dry-run")
    sent = operator("ops.redrive", "--stack", "twin", "--yes")
    again = operator("ops.redrive", "--stack", "twin", "--yes")

    assert f"raw file {KEY}" in shown.stdout, shown.stdout + shown.stderr
    assert "Airflow did not take the run" in shown.stdout
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert airflow.runs == {("retrain-abalone", run_id): "queued"}
    assert lying("trigger-function") == 0
    assert "queues are empty" in again.stdout


def test_an_event_that_could_not_be_delivered_starts_its_run(
    client: Callable[[str], Any],
    airflow: FakeAirflow,
    operator: Operator,
    lying: Callable[[str], int],
) -> None:
    function = client("lambda")
    policy = json.loads(function.get_policy(FunctionName=f"{PREFIX}-trigger")["Policy"])
    data = next(one for one in policy["Statement"] if "trigger-data" in json.dumps(one))
    function.remove_permission(FunctionName=f"{PREFIX}-trigger", StatementId=data["Sid"])
    run_id = put(client)
    wait_until(lambda: lying("trigger-events") == 1)

    sent = operator("ops.redrive", "--stack", "twin", "--yes")

    assert "NO_PERMISSIONS" in sent.stdout, sent.stdout + sent.stderr
    assert airflow.runs == {("retrain-abalone", run_id): "queued"}
    assert lying("trigger-events") == 0


def test_what_fails_again_stays_and_says_so(
    client: Callable[[str], Any],
    airflow: FakeAirflow,
    operator: Operator,
    lying: Callable[[str], int],
) -> None:
    airflow.down = True
    send(client, "trigger-function", event(), RequestID="1", ErrorCode="200", ErrorMessage="no")

    sent = operator("ops.redrive", "--stack", "twin", "--yes")

    assert sent.returncode == 1
    assert "refused" in sent.stdout
    assert "Airflow is being updated" in sent.stdout
    assert lying("trigger-function") == 1


def test_a_question_that_nobody_answers_leaves_all_as_it_was(
    client: Callable[[str], Any], operator: Operator, lying: Callable[[str], int]
) -> None:
    send(client, "trigger-function", event(), RequestID="1", ErrorCode="200", ErrorMessage="no")

    asked = operator("ops.redrive", "--stack", "twin")

    assert asked.returncode == 130
    assert "redrive: interrupted" in asked.stderr
    assert "ARGS=--yes" in asked.stderr
    assert lying("trigger-function") == 1


def test_a_run_that_had_failed_goes_on(
    client: Callable[[str], Any],
    airflow: FakeAirflow,
    operator: Operator,
    lying: Callable[[str], int],
) -> None:
    run_id = data_run_id(KEY, "v1")
    airflow.runs["retrain-abalone", run_id] = "failed"
    send(client, "trigger-function", event(), RequestID="1", ErrorCode="200", ErrorMessage="no")

    sent = operator("ops.redrive", "--stack", "twin", "--yes")

    assert f"{run_id} had failed: cleared" in sent.stdout, sent.stdout + sent.stderr
    (cleared,) = airflow.cleared
    assert cleared["task_ids"] == ["etl", "training"]
    assert (cleared["include_downstream"], cleared["dry_run"]) == (True, False)
    assert lying("trigger-function") == 0


def test_a_push_that_never_started_the_pipeline_does(
    client: Callable[[str], Any], operator: Operator, lying: Callable[[str], int]
) -> None:
    before = executions(client)
    target = f"arn:aws:codepipeline:us-east-1:{ACCOUNT}:{PREFIX}"
    push = {"detail-type": "CodeCommit Repository State Change", "detail": {"commitId": COMMIT}}
    send(client, "pipeline-events", push, TARGET_ARN=target, ERROR_CODE="THROTTLING")

    sent = operator("ops.redrive", "--stack", "twin", "--yes")

    assert f"push {COMMIT[:12]}" in sent.stdout, sent.stdout + sent.stderr
    assert sent.returncode == 0
    assert executions(client) == before + 1
    assert lying("pipeline-events") == 0


def test_whoever_says_no_leaves_everything_as_it_was(
    client: Callable[[str], Any],
    airflow: FakeAirflow,
    operator: Operator,
    lying: Callable[[str], int],
) -> None:
    send(client, "trigger-function", event(), RequestID="1", ErrorCode="200", ErrorMessage="no")

    sent = operator("ops.redrive", "--stack", "twin", typed="n\n")

    assert "nothing was sent" in sent.stdout, sent.stdout + sent.stderr
    assert not airflow.runs
    assert lying("trigger-function") == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "nobody answers there"),
        ({"AWS_ENDPOINT_URL": ""}, "this stack lives in the local twin"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "who you are"),
    ],
)
def test_what_a_person_can_mend_is_said_in_one_message(
    operator: Operator, changes: dict[str, str], says: str
) -> None:
    ended = operator("ops.redrive", "--stack", "twin", **changes)

    assert ended.returncode == 1
    assert says in ended.stderr
    assert "do:" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_stack_that_is_not_up_is_named_with_its_queue(operator: Operator) -> None:
    ended = operator("ops.redrive", "--stack", "dev")

    assert ended.returncode == 1
    assert "mlops-dev-alarm-events: there is no such queue" in ended.stderr


def executions(client: Callable[[str], Any]) -> int:
    found = client("codepipeline").list_pipeline_executions(pipelineName=PREFIX)
    return len(found["pipelineExecutionSummaries"])


def event() -> dict[str, Any]:
    return {
        "account": ACCOUNT,
        "region": "us-east-1",
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": DATA}, "object": {"key": KEY, "version-id": "v1"}},
    }


def send(client: Callable[[str], Any], step: str, body: dict[str, Any], **attributes: str) -> None:
    """Put a message into a queue, as who gave up would."""
    sqs = client("sqs")
    typed = {
        name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
    }
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-{step}")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body), MessageAttributes=typed)
