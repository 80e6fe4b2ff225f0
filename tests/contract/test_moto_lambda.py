"""What the twin relies on in moto's Lambda, and what it changes there."""

from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.roles import make_role
from twin.services import lambda_, lambda_invocations
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud

    Create = Callable[..., dict[str, Any]]

SOURCE = """
import os
import boto3


def handle(event, context):
    print("hello from", context.function_name)
    if event.get("fail"):
        raise ValueError("as asked")
    return {"who": os.environ.get("WHO"), "arn": boto3.client("sts").get_caller_identity()["Arn"]}
"""


def zipped(source: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("greeter/__init__.py"), source)
    return buffer.getvalue()


@pytest.fixture
def create(cloud: Cloud) -> Create:
    """Creates a function; arguments replace those of CreateFunction."""
    lambda_.install(cloud)
    role = make_role(cloud, "greeter", "lambda")

    def make(**changes: Any) -> dict[str, Any]:
        request = {
            "FunctionName": "greeter",
            "Runtime": "python3.12",
            "Role": role,
            "Handler": "greeter.handle",
            "Code": {"ZipFile": zipped(SOURCE)},
            "Environment": {"Variables": {"WHO": "world"}},
            "Timeout": 20,
        }
        return cloud.client("lambda").create_function(**{**request, **changes})

    return make


@pytest.fixture
def queue(cloud: Cloud) -> str:
    """Returns the ARN of an empty queue."""
    cloud.client("sqs").create_queue(QueueName="failures")
    return f"arn:aws:sqs:{cloud.region}:{cloud.account}:failures"


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_invocations, "RETRY_SECONDS", (0.05, 0.05))


def received(cloud: Cloud) -> dict[str, Any]:
    client = cloud.client("sqs")
    url = client.get_queue_url(QueueName="failures")["QueueUrl"]
    for _ in range(200):
        answer = client.receive_message(QueueUrl=url, MessageAttributeNames=["All"])
        if "Messages" in answer:
            return answer["Messages"][0]
        time.sleep(0.05)
    pytest.fail("nothing came to the queue")


def triggered(cloud: Cloud) -> list[tuple[str, str]]:
    entries = cloud.timeline.entries()
    return [(one.state, one.fact) for one in entries if one.step is Step.TRIGGER]


def test_a_function_runs_from_its_zip_as_its_role(cloud: Cloud, create: Create) -> None:
    create()

    answer = cloud.client("lambda").invoke(FunctionName="greeter", Payload=b"{}", LogType="Tail")

    payload = json.loads(answer["Payload"].read())
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert payload["who"] == "world"
    assert ":assumed-role/greeter/" in payload["arn"]
    assert "hello from greeter" in base64.b64decode(answer["LogResult"]).decode()


def test_an_exception_is_a_function_error(cloud: Cloud, create: Create) -> None:
    create()

    answer = cloud.client("lambda").invoke(FunctionName="greeter", Payload=b'{"fail": true}')

    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read())["errorMessage"] == "as asked"


def test_changed_code_and_variables_count_at_the_next_event(cloud: Cloud, create: Create) -> None:
    create()
    client = cloud.client("lambda")
    client.invoke(FunctionName="greeter", Payload=b"{}")
    source = "import os\ndef handle(event, context):\n    return os.environ['WHO'] + '!'\n"

    client.update_function_code(FunctionName="greeter", ZipFile=zipped(source))
    client.update_function_configuration(
        FunctionName="greeter", Environment={"Variables": {"WHO": "you"}}
    )
    answer = client.invoke(FunctionName="greeter", Payload=b"{}")

    assert json.loads(answer["Payload"].read()) == "you!"


def test_an_unknown_function_is_refused(cloud: Cloud, create: Create) -> None:
    create()

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        cloud.client("lambda").invoke(FunctionName="other", Payload=b"{}")


def test_a_payload_that_is_no_json_is_refused(cloud: Cloud, create: Create) -> None:
    create()

    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        cloud.client("lambda").invoke(FunctionName="greeter", Payload=b"{")


def test_a_role_that_does_not_exist_fails_the_invocation(cloud: Cloud, create: Create) -> None:
    create()
    cloud.client("iam").delete_role(RoleName="greeter")

    answer = cloud.client("lambda").invoke(FunctionName="greeter", Payload=b"{}")

    assert answer["FunctionError"] == "Unhandled"
    assert "the role does not exist" in answer["Payload"].read().decode()


@pytest.mark.parametrize("name", ["none", "other"])
def test_a_role_that_lambda_may_not_take_on_is_refused(
    cloud: Cloud, create: Create, name: str
) -> None:
    other = make_role(cloud, "other", "glue").replace("other", name)
    create()

    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        create(FunctionName="new", Role=other)
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        cloud.client("lambda").update_function_configuration(FunctionName="greeter", Role=other)


def test_a_name_in_use_is_refused(create: Create) -> None:
    create()

    with pytest.raises(ClientError, match="ResourceConflictException"):
        create()


def test_a_permission_s_name_is_taken_once(cloud: Cloud, create: Create) -> None:
    client, who = cloud.client("lambda"), "events.amazonaws.com"
    permission = {"StatementId": "rule", "Action": "lambda:InvokeFunction", "Principal": who}
    create()
    client.add_permission(FunctionName="greeter", **permission)

    with pytest.raises(
        ClientError, match=r"The statement id \(rule\) provided already exists"
    ) as no:
        client.add_permission(FunctionName="greeter", **permission)

    response: Any = no.value.response
    assert response["Error"]["Code"] == "ResourceConflictException"


def test_variables_of_the_runtime_are_refused(create: Create) -> None:
    with pytest.raises(ClientError, match="reserved keys"):
        create(Environment={"Variables": {"AWS_REGION": "eu-west-1"}})


def test_dead_letter_queue_and_log_group_are_kept(cloud: Cloud, create: Create, queue: str) -> None:
    create(DeadLetterConfig={"TargetArn": queue}, LoggingConfig={"LogGroup": "/other/group"})
    client = cloud.client("lambda")

    client.invoke(FunctionName="greeter", Payload=b"{}")

    shown = client.get_function_configuration(FunctionName="greeter")
    assert shown["DeadLetterConfig"] == {"TargetArn": queue}
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/other/group"]


def test_a_second_invoke_config_replaces_the_first(cloud: Cloud, create: Create) -> None:
    create()
    client = cloud.client("lambda")
    for attempts in (0, 1):
        client.put_function_event_invoke_config(
            FunctionName="greeter", MaximumRetryAttempts=attempts
        )

    shown = client.get_function_event_invoke_config(FunctionName="greeter")

    assert shown["MaximumRetryAttempts"] == 1


def test_an_event_is_accepted_at_once_and_served_later(cloud: Cloud, create: Create) -> None:
    create()

    answer = cloud.client("lambda").invoke(
        FunctionName="greeter", Payload=b"{}", InvocationType="Event"
    )

    assert answer["StatusCode"] == 202
    for _ in range(200):
        if triggered(cloud)[-1:] == [("succeeded", "")]:
            return
        time.sleep(0.05)
    pytest.fail(f"not served: {triggered(cloud)}")


def test_a_failing_event_is_tried_again_and_kept_in_the_queue(
    cloud: Cloud, create: Create, queue: str
) -> None:
    create(DeadLetterConfig={"TargetArn": queue})
    event = json.dumps({"fail": True, "id": "7"})

    cloud.client("lambda").invoke(FunctionName="greeter", Payload=event, InvocationType="Event")

    message = received(cloud)
    assert json.loads(message["Body"]) == {"fail": True, "id": "7"}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "as asked"
    assert [state for state, _ in triggered(cloud)] == ["started", "started", "started", "failed"]


def test_retries_and_destination_of_the_function_are_kept_to(
    cloud: Cloud, create: Create, queue: str
) -> None:
    create()
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName="greeter",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue}},
    )

    cloud.client("lambda").invoke(
        FunctionName="greeter", Payload=b'{"fail": true}', InvocationType="Event"
    )

    record = json.loads(received(cloud)["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["requestPayload"] == {"fail": True}
    assert record["responsePayload"]["errorType"] == "ValueError"
