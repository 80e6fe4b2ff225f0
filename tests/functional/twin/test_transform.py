"""Batch transforms in the twin: objects in, objects with answers out, by the serving container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.twin.test_training_image import (
    PYTHON,
    QUICK,
    TreeImage,
    put_dataset,
    read_evaluation,
)
from tests.sagemaker_account import BUCKET, Account, OneImage, refusal, script_images, wait_for
from twin.services import sagemaker_hosting, sagemaker_training, sagemaker_transform

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloud import Cloud

COPIES = 15_000
MODEL = "models/7.5/model.tar.gz"


@pytest.fixture
def account(cloud: Cloud, tmp_path: Path) -> Account:
    """Be an account with a model that answers 7.5, whatever it is asked."""
    images = script_images(tmp_path)
    sagemaker_hosting.install(cloud, images)
    sagemaker_transform.install(cloud, images)
    account = Account(cloud)
    account.add_model("model", "7.5")
    return account


def request(name: str = "job", **changes: Any) -> dict[str, Any]:
    """Return what CreateTransformJob is asked: each line alone, with lines between the answers."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/asked/"}
    given = changes.pop("source", {})
    output = {
        "S3OutputPath": f"s3://{BUCKET}/answered",
        "AssembleWith": "Line",
        "Accept": "text/csv",
    }
    return {
        "TransformJobName": name,
        "ModelName": "model",
        "BatchStrategy": "SingleRecord",
        "TransformInput": {
            "DataSource": {"S3DataSource": source},
            "ContentType": "text/csv",
            "SplitType": "Line",
            **given,
        },
        "TransformOutput": output,
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **changes,
    }


def transform(account: Account, **changes: Any) -> dict[str, Any]:
    """Run a job to its end; return what is said of it."""
    account.sagemaker.create_transform_job(**request(**changes))
    return wait_for(
        lambda: account.sagemaker.describe_transform_job(TransformJobName="job"),
        lambda found: found["TransformJobStatus"] in ("Completed", "Failed", "Stopped"),
    )


def answers(account: Account, key: str) -> str:
    """Return an object below the job's output."""
    body = account.s3.get_object(Bucket=BUCKET, Key=f"answered/{key}")["Body"].read()
    return str(body.decode())


def test_each_object_has_its_answers_beside_its_name(account: Account) -> None:
    account.put("asked/one.csv", "1,2\n3,4\n")
    account.put("asked/more/two.csv", "5,6\n")

    job = transform(account)

    assert job["TransformJobStatus"] == "Completed", job.get("FailureReason")
    assert answers(account, "one.csv.out") == "7.5\n7.5\n"
    assert answers(account, "more/two.csv.out") == "7.5\n"


def test_answers_lie_under_the_jobs_key(account: Account) -> None:
    key = account.cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    account.put("asked/one.csv", "1,2\n")
    output = {**request()["TransformOutput"], "KmsKeyId": key}

    transform(account, TransformOutput=output)
    found = account.s3.head_object(Bucket=BUCKET, Key="answered/one.csv.out")

    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", key)


def test_a_model_that_is_no_whole_archive_fails_the_job(account: Account) -> None:
    account.put("asked/one.csv", "1,2\n")
    whole = account.s3.get_object(Bucket=BUCKET, Key=MODEL)["Body"].read()
    account.s3.put_object(Bucket=BUCKET, Key=MODEL, Body=whole[: len(whole) // 2])

    job = transform(account)

    assert job["TransformJobStatus"] == "Failed"
    assert "Failed to download model data" in job["FailureReason"]


def test_a_job_that_is_stopped_writes_no_answers(account: Account) -> None:
    account.put("asked/one.csv", "1,2\n" * 100_000)
    account.sagemaker.create_transform_job(**request())

    account.sagemaker.stop_transform_job(TransformJobName="job")
    job = wait_for(
        lambda: account.sagemaker.describe_transform_job(TransformJobName="job"),
        lambda found: found["TransformJobStatus"] in ("Completed", "Failed", "Stopped"),
    )

    assert job["TransformJobStatus"] == "Stopped"
    assert not account.s3.list_objects_v2(Bucket=BUCKET, Prefix="answered/").get("KeyCount")


def test_an_object_that_is_not_split_is_asked_about_once(account: Account) -> None:
    account.put("asked/one.csv", "1,2\n3,4\n")

    transform(account, source={"SplitType": "None"})

    assert answers(account, "one.csv.out") == "7.5\n"


def test_answers_may_stand_behind_what_was_asked(account: Account) -> None:
    account.put("asked/one.csv", "1,2\n3,4\n")

    transform(account, DataProcessing={"JoinSource": "Input"})

    assert answers(account, "one.csv.out") == "1,2,7.5\n3,4,7.5\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1,2\nrefuse\n", "Bad HTTP response status from container: 400: row 1, column 'sex'"),
        ("", "No S3 objects found"),
        ("x" * 1024 * 1024 + "\n", "record 1 has 1048576 bytes"),
    ],
)
def test_a_job_that_fails_says_why_and_writes_nothing(
    account: Account, content: str, said: str
) -> None:
    account.put("asked/one.csv" if content else "elsewhere", content)

    job = transform(account, MaxPayloadInMB=1)

    assert job["TransformJobStatus"] == "Failed"
    assert said in job["FailureReason"]
    assert "Contents" not in account.s3.list_objects_v2(Bucket=BUCKET, Prefix="answered/")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ModelName": "nobody"}, "Could not find model"),
        ({"MaxPayloadInMB": 50, "MaxConcurrentTransforms": 3}, "must not exceed 100 MB"),
        ({"source": {"SplitType": "RecordIO"}}, "splits objects by Line"),
        ({"source": {"CompressionType": "Gzip"}}, "without CompressionType"),
        ({"DataProcessing": {"OutputFilter": "$"}}, "no OutputFilter"),
        (
            {"DataProcessing": {"JoinSource": "Input"}, "source": {"SplitType": "None"}},
            "joins text/csv alone",
        ),
    ],
)
def test_a_job_that_cannot_be_is_refused(
    account: Account, changes: dict[str, Any], said: str
) -> None:
    _, message = refusal(lambda: account.sagemaker.create_transform_job(**request(**changes)))

    assert said in message


def test_a_job_name_is_taken_for_ever(account: Account) -> None:
    account.put("asked/one.csv", "1,2\n")
    transform(account)

    code, _ = refusal(lambda: account.sagemaker.create_transform_job(**request()))

    assert code == "ResourceInUse"


@pytest.mark.skipif(not PYTHON.exists(), reason="make environments has not been run")
def test_the_image_answers_a_large_file_in_the_order_of_its_rows(cloud: Cloud) -> None:
    image = OneImage(TreeImage())
    sagemaker_training.install(cloud, image)
    sagemaker_hosting.install(cloud, image)
    sagemaker_transform.install(cloud, image)
    account = Account(cloud)
    job = account.train(HyperParameters=QUICK, InputDataConfig=put_dataset(account))
    archive = job["ModelArtifacts"]["S3ModelArtifacts"]
    examples = read_evaluation(account, archive)["examples"]
    container = {"Image": account.image, "ModelDataUrl": archive}
    account.add_model("model", "unused", PrimaryContainer=container)
    account.put("asked/large.csv", "".join(f"{one['row']}\n" for one in examples) * COPIES)

    done = transform(
        account, BatchStrategy="MultiRecord", MaxPayloadInMB=1, MaxConcurrentTransforms=2
    )

    assert done["TransformJobStatus"] == "Completed", done.get("FailureReason")
    found = [float(line) for line in answers(account, "large.csv.out").splitlines()]
    assert found == [one["prediction"] for one in examples] * COPIES
