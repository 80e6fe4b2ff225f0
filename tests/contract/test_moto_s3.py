"""What the twin relies on in moto's S3, and what it changes there."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from twin.services import events, s3

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud

BUCKET = "twin-data"


@pytest.fixture
def bucket(cloud: Cloud) -> str:
    s3.install(cloud)
    client = cloud.client("s3")
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    return BUCKET


@pytest.fixture
def received(cloud: Cloud) -> Callable[[], dict[str, Any]]:
    """Reads the one event that a rule on S3 brought to a queue."""
    events.install(cloud)
    admit = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [admit]})
    queue = cloud.client("sqs").create_queue(QueueName="events", Attributes={"Policy": policy})
    pattern = json.dumps({"source": ["aws.s3"]})
    cloud.client("events").put_rule(Name="all-s3", EventPattern=pattern)
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account}:events"
    cloud.client("events").put_targets(Rule="all-s3", Targets=[{"Id": "queue", "Arn": arn}])

    def read() -> dict[str, Any]:
        for _ in range(100):
            answer = cloud.client("sqs").receive_message(
                QueueUrl=queue["QueueUrl"], MaxNumberOfMessages=10
            )
            if "Messages" in answer:
                (message,) = answer["Messages"]
                return json.loads(message["Body"])
            time.sleep(0.02)
        pytest.fail("no event came")

    return read


def test_an_event_has_the_shape_that_aws_documents(
    cloud: Cloud, bucket: str, received: Callable[[], dict[str, Any]]
) -> None:
    written = cloud.client("s3").put_object(Bucket=bucket, Key="raw/wine/a b+c.csv", Body=b"1234")

    detail = received()["detail"]

    assert detail["bucket"] == {"name": bucket}
    assert detail["object"]["key"] == "raw/wine/a b+c.csv"
    assert detail["object"]["size"] == 4
    assert detail["object"]["etag"] == written["ETag"].strip('"')
    assert detail["object"]["version-id"] == written["VersionId"]
    assert detail["reason"] == "PutObject"
    assert len(detail["request-id"]) == 16


def test_a_multipart_upload_is_one_event(
    cloud: Cloud, bucket: str, received: Callable[[], dict[str, Any]]
) -> None:
    body = io.BytesIO(b"x" * (9 * 1024 * 1024))

    cloud.client("s3").upload_fileobj(body, bucket, "raw/wine/big.csv")

    assert received()["detail"]["reason"] == "CompleteMultipartUpload"


def test_a_subscriber_hears_of_each_written_object_of_its_bucket(cloud: Cloud, bucket: str) -> None:
    heard: list[str] = []
    s3.subscribe(bucket, heard.append)
    client = cloud.client("s3")
    client.create_bucket(Bucket="other")

    client.put_object(Bucket=bucket, Key="dags/retrain.zip", Body=b"")
    client.copy_object(Bucket=bucket, Key="dags/copy", CopySource=f"{bucket}/dags/retrain.zip")
    client.put_object(Bucket="other", Key="dags/retrain.zip", Body=b"")
    client.delete_object(Bucket=bucket, Key="dags/retrain.zip")

    assert heard == ["dags/retrain.zip", "dags/copy"]


def test_a_subscriber_that_raises_does_not_fail_the_writer(
    cloud: Cloud, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(key: str) -> None:
        raise ValueError(key)

    s3.subscribe(bucket, fail)

    cloud.client("s3").put_object(Bucket=bucket, Key="dags/retrain.zip", Body=b"")

    time.sleep(0.1)
    assert "crashed: ValueError" in capsys.readouterr().err


def test_a_bucket_that_refuses_plain_http_still_answers_here(cloud: Cloud, bucket: str) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client = cloud.client("s3")

    client.put_bucket_policy(Bucket=bucket, Policy=policy)
    client.put_object(Bucket=bucket, Key="a", Body=b"1")

    assert client.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"
    client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}]})


def test_a_refusal_without_condition_is_kept(cloud: Cloud, bucket: str) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/frozen/*",
    }
    client = cloud.client("s3")
    client.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": statement})
    )

    with pytest.raises(ClientError, match="403"):
        client.put_object(Bucket=bucket, Key="frozen/a", Body=b"1")


def test_conditional_writes_are_refused_as_s3_refuses_them(cloud: Cloud, bucket: str) -> None:
    client = cloud.client("s3")
    first = client.put_object(Bucket=bucket, Key="a", Body=b"1", IfNoneMatch="*")

    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=bucket, Key="a", Body=b"2", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=bucket, Key="a", Body=b"2", IfMatch='"0"')

    client.put_object(Bucket=bucket, Key="a", Body=b"2", IfMatch=first["ETag"])


def test_access_logs_go_where_a_policy_lets_s3_write_them(cloud: Cloud, bucket: str) -> None:
    client = cloud.client("s3")
    client.create_bucket(Bucket="twin-logs")
    logged = {"LoggingEnabled": {"TargetBucket": "twin-logs", "TargetPrefix": f"{bucket}/"}}
    admit = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": [f"arn:aws:s3:::twin-logs/{bucket}/*"],
        "Condition": {"StringEquals": {"aws:SourceAccount": cloud.account}},
    }

    with pytest.raises(ClientError, match="InvalidTargetBucketForLogging"):
        client.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=logged)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [admit]})
    client.put_bucket_policy(Bucket="twin-logs", Policy=policy)
    client.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=logged)

    assert client.get_bucket_logging(Bucket=bucket)["LoggingEnabled"] == logged["LoggingEnabled"]


@pytest.mark.parametrize("name", ["ab", "Data", "my_data", "192.168.5.4", "xn--data", "a--ol-s3"])
def test_a_name_that_s3_does_not_give_is_refused(cloud: Cloud, name: str) -> None:
    s3.install(cloud)

    with pytest.raises(ClientError, match=r"The specified bucket is not valid\.") as refusal:
        cloud.client("s3").create_bucket(Bucket=name)

    response: Any = refusal.value.response
    assert response["Error"]["Code"] == "InvalidBucketName"
