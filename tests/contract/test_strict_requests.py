"""The twin refuses what a service's model does not allow, in each protocol, as the service says it.

The client's own checks are off here: so that required members reach the twin too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.loaders import create_loader

from twin.calls.patterns import UNREADABLE, compile_pattern
from twin.cloud import CONFIG

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud

    Client = Callable[[str], Any]

SERVICES = (
    *("application-autoscaling", "budgets", "cloudwatch", "codebuild", "codecommit"),
    *("codeconnections", "codepipeline", "codestar-notifications", "ec2", "ecr", "events", "glue"),
    *("iam", "kms", "lambda", "logs", "mwaa", "s3", "sagemaker", "sagemaker-runtime"),
    *("scheduler", "service-quotas", "sns", "sqs", "ssm", "sts"),
)
"""What the program, the units, the operator's commands and the preflight call."""

REFUSED: list[tuple[str, str, dict[str, Any], str, str]] = [
    # JSON
    ("glue", "start_job_run", {"JobName": "x" * 256}, "ValidationException", "or equal to 255"),
    ("glue", "start_job_run", {}, "ValidationException", "Value null at 'jobName'"),
    ("ecr", "describe_images", {"repositoryName": "A"}, "InvalidParameterException", "pattern"),
    (
        *("sagemaker", "list_training_jobs", {"StatusEquals": "Ready"}, "ValidationException"),
        "Member must satisfy enum value set: [InProgress, Completed, Failed, Stopping, Stopped",
    ),
    ("codebuild", "batch_get_projects", {"names": []}, "InvalidInputException", "equal to 1"),
    ("events", "put_rule", {"Name": "a b"}, "ValidationException", "'name'"),
    ("logs", "create_log_group", {"logGroupName": "a b"}, "InvalidParameterException", "'logG"),
    ("kms", "create_key", {"KeyUsage": "NONE"}, "ValidationException", "'keyUsage'"),
    ("sqs", "create_queue", {}, "InvalidParameterValue", "'queueName'"),
    # query, and EC2's own
    ("iam", "create_role", {"RoleName": "a b"}, "ValidationError", "'roleName'"),
    ("iam", "get_role", {}, "ValidationError", "Member must not be null"),
    ("sts", "assume_role", {"RoleArn": "x", "RoleSessionName": "s"}, "ValidationError", "to 20"),
    (
        *("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "mine"}),
        *("InvalidParameterValue", "[default, dedicated, host]"),
    ),
    # REST with JSON
    (
        *("lambda", "update_function_configuration", {"FunctionName": "f", "MemorySize": 64}),
        *("ValidationException", "'memorySize'"),
    ),
    ("lambda", "get_function", {"FunctionName": "a/b"}, "ValidationException", "'functionName'"),
    (
        *("sagemaker-runtime", "invoke_endpoint", {"EndpointName": "a_b", "Body": b"1,2"}),
        *("ValidationException", "'endpointName'"),
    ),
    ("mwaa", "get_environment", {"Name": "1st"}, "ValidationException", "'name'"),
    # REST with XML
    (
        *("s3", "put_bucket_versioning"),
        {"Bucket": "b", "VersioningConfiguration": {"Status": "On"}},
        *("InvalidArgument", "[Enabled, Suspended]"),
    ),
]


def error_of(refusal: pytest.ExceptionInfo[ClientError]) -> dict[str, str]:
    response: Any = refusal.value.response
    return response["Error"]


@pytest.fixture
def client(cloud: Cloud) -> Client:
    """Return a function that makes clients without checks of their own."""
    session: Any = boto3.session.Session("any", "any", region_name=cloud.region)
    config = CONFIG.merge(Config(parameter_validation=False))
    return lambda service: session.client(service, endpoint_url=cloud.url, config=config)


@pytest.mark.parametrize(("service", "operation", "parameters", "code", "words"), REFUSED)
def test_what_the_model_does_not_allow_is_refused(
    client: Client, service: str, operation: str, parameters: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(ClientError, match=re.escape(words)) as refusal:
        getattr(client(service), operation)(**parameters)

    assert error_of(refusal)["Code"] == code


def test_all_problems_come_together(client: Client) -> None:
    with pytest.raises(ClientError, match="2 validation errors detected: ") as refusal:
        client("sagemaker").create_model(ModelName="a_b", Tags=[{"Key": "aws", "Value": "*"}])

    message = error_of(refusal)["Message"]
    assert "'modelName'" in message
    assert "'tags.1.member.value'" in message


def test_a_body_that_is_no_json_is_refused(cloud: Cloud) -> None:
    import requests

    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/glue/aws4_request, x",
        "X-Amz-Target": "AWSGlue.GetJob",
        "Content-Type": "application/x-amz-json-1.1",
    }

    answer = requests.post(cloud.url, data=b"[1, 2", headers=headers, timeout=10)

    assert answer.status_code == 400
    assert answer.json()["__type"] in ("SerializationException", "ValidationException")


def test_an_object_arrives_as_it_was_sent(client: Client) -> None:
    s3, content = client("s3"), bytes(range(256)) * 8_192
    s3.create_bucket(Bucket="bucket")

    s3.put_object(Bucket="bucket", Key="a/b c+d.bin", Body=content, Metadata={"some": "thing"})

    found = s3.get_object(Bucket="bucket", Key="a/b c+d.bin")
    assert found["Body"].read() == content
    assert found["Metadata"] == {"some": "thing"}


def test_a_request_that_nobody_signed_goes_on_unread(cloud: Cloud) -> None:
    import requests

    answer = requests.get(f"{cloud.url}/moto-api/data.json", timeout=10)

    assert answer.ok


def test_every_pattern_of_our_services_is_read_but_those_on_the_list() -> None:
    unread: set[str] = set()
    for service in SERVICES:
        shapes: Any = create_loader().load_service_model(service, "service-2")["shapes"]
        patterns = {shape["pattern"] for shape in shapes.values() if "pattern" in shape}
        unread |= {pattern for pattern in patterns if compile_pattern(pattern) is None}

    assert unread == UNREADABLE
