"""Training jobs in the twin: what a container finds, and how its end becomes the job's."""

from __future__ import annotations

import io
import json
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.sagemaker_account import BUCKET, Account, script_images, wait_for
from twin.services import sagemaker_training

if TYPE_CHECKING:
    from twin.cloud import Cloud

GROUP = "/aws/sagemaker/TrainingJobs"


@pytest.fixture
def account(cloud: Cloud, tmp_path: Path) -> Account:
    sagemaker_training.install(cloud, script_images(tmp_path))
    return Account(cloud)


def channel(name: str, uri: str, kind: str = "S3Prefix") -> dict[str, Any]:
    """Return an input channel as the DAG asks for one."""
    source = {"S3DataType": kind, "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "InputMode": "File", "DataSource": {"S3DataSource": source}}


def members(account: Account, job: dict[str, Any], name: str = "model") -> dict[str, bytes]:
    """Return the files of an archive that a job left."""
    key = f"models/x/{job['TrainingJobName']}/output/{name}.tar.gz"
    body = account.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        files = {one.name: archive.extractfile(one) for one in archive.getmembers()}
        return {path: file.read() for path, file in files.items() if file}


def test_the_model_is_where_the_job_says(account: Account) -> None:
    job = account.train()

    uri = job["ModelArtifacts"]["S3ModelArtifacts"]

    assert uri == f"s3://{BUCKET}/models/x/job/output/model.tar.gz"
    assert set(members(account, job)) == {"answer", "environment.json", "seen.json"}


def test_channels_lie_where_sagemaker_puts_them(account: Account) -> None:
    account.put("datasets/a/parts/1/train/part-00000.csv", "1")
    account.put("datasets/a/parts/2/train/part-00000.csv", "2")
    keys = [f"datasets/a/parts/{part}/train/part-00000.csv" for part in (1, 2)]
    manifest = json.dumps([{"prefix": f"s3://{BUCKET}/"}, *keys])
    channels = [
        channel(
            "train", account.put("datasets/a/channels/train.manifest", manifest), "ManifestFile"
        ),
        channel("dataset", account.put("datasets/a/manifest.json", "{}")),
        channel("all", f"s3://{BUCKET}/datasets/a/parts/"),
    ]

    job = account.train(InputDataConfig=channels)

    assert json.loads(members(account, job)["seen.json"]) == [
        "all/1/train/part-00000.csv",
        "all/2/train/part-00000.csv",
        "dataset/manifest.json",
        *(f"train/{key}" for key in keys),
    ]


def test_the_container_gets_its_role_its_image_and_the_jobs_variables(account: Account) -> None:
    job = account.train(Environment={"LEVEL": "debug"})

    seen = json.loads(members(account, job)["environment.json"])

    assert seen["AWS_ENDPOINT_URL"] == account.cloud.url
    assert seen["AWS_ACCESS_KEY_ID"] != "twin"
    assert (seen["FROM_IMAGE"], seen["LEVEL"]) == ("yes", "debug")
    assert seen["TRAINING_JOB_NAME"] == "job"


def test_the_last_metric_line_is_the_final_metric(account: Account) -> None:
    job = account.train()

    (metric,) = job["FinalMetricDataList"]

    assert (metric["MetricName"], metric["Value"]) == ("test:rmse", 2.5)


def test_the_log_is_where_sagemaker_writes_it(account: Account) -> None:
    account.train()

    assert "metric rmse=2.5 split=test" in account.log(GROUP)


def test_other_output_is_kept_too(account: Account) -> None:
    job = account.train(HyperParameters={"do": "write"})

    assert members(account, job, "output") == {"plot.txt": b"a plot"}


def test_what_a_container_spills_goes_with_it(account: Account) -> None:
    job = account.train(HyperParameters={"do": "spill"})

    where = Path(members(account, job, "output")["where.txt"].decode())

    assert where.is_relative_to(account.cloud.workspace.run)
    assert not where.exists()


def test_a_failure_says_its_cause_first_and_is_bounded(account: Account) -> None:
    job = account.train(HyperParameters={"do": "fail"})

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("AlgorithmError: the target is constant")
    assert job["FailureReason"].endswith(", exit code: 3")
    assert len(job["FailureReason"]) == 1_024
    assert "ModelArtifacts" not in job


def test_without_a_failure_file_the_last_line_tells(account: Account) -> None:
    job = account.train(HyperParameters={"do": "crash"})

    assert job["FailureReason"] == (
        "AlgorithmError: no failure file, but a last line, exit code: 4"
    )


def test_a_job_can_be_stopped_and_keeps_what_it_had(account: Account) -> None:
    account.sagemaker.create_training_job(
        **account.training_request(HyperParameters={"do": "hang"})
    )
    wait_for(lambda: account.log_or_nothing(GROUP), lambda text: "metric" in text)

    account.sagemaker.stop_training_job(TrainingJobName="job")
    began = time.monotonic()
    job = account.wait_training("job")

    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert time.monotonic() - began < 10
    assert "answer" in members(account, job)


def test_a_job_ends_when_its_time_is_up(account: Account) -> None:
    job = account.train(
        HyperParameters={"do": "hang"}, StoppingCondition={"MaxRuntimeInSeconds": 1}
    )

    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


@pytest.mark.parametrize(
    ("kind", "manifest", "message"),
    [
        ("S3Prefix", "", 'No S3 objects found under S3 URL "s3://twin-artifacts/nothing"'),
        ("ManifestFile", "{}", "is not a JSON array"),
        ("ManifestFile", "[]", "is not a JSON array"),
        ("ManifestFile", '[{"prefix": "s3://twin-artifacts/"}]', "No S3 objects found"),
        ("ManifestFile", '[{"prefix": "s3://twin-artifacts/"}, "x.csv"]', "NoSuchKey"),
        ("ManifestFile", '[{"prefix": "s3://no-bucket/"}, "x.csv"]', "NoSuchBucket"),
    ],
)
def test_a_channel_without_data_fails_the_job(
    account: Account, kind: str, manifest: str, message: str
) -> None:
    uri = account.put("train.manifest", manifest) if manifest else f"s3://{BUCKET}/nothing"

    job = account.train(InputDataConfig=[channel("train", uri, kind)])

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: Data download failed:")
    assert message in job["FailureReason"]


def test_output_is_encrypted_with_the_jobs_key(account: Account) -> None:
    key = account.cloud.client("kms").create_key()["KeyMetadata"]["Arn"]

    account.train(OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/models/x", "KmsKeyId": key})
    found = account.s3.head_object(Bucket=BUCKET, Key="models/x/job/output/model.tar.gz")

    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", key)


def test_output_to_a_bucket_that_is_not_there_fails_the_job(account: Account) -> None:
    job = account.train(OutputDataConfig={"S3OutputPath": "s3://no-bucket/x"})

    assert job["FailureReason"].startswith("ClientError: Artifact upload failed:")


def test_a_job_leaves_no_scratch(account: Account) -> None:
    account.train()

    assert not list((account.cloud.workspace.run / "training").iterdir())


def test_a_job_is_on_the_timeline_of_its_run(account: Account) -> None:
    account.train("good")
    account.train("bad", HyperParameters={"do": "crash"})

    entries = account.cloud.timeline.entries()

    assert [(one.resource, one.state) for one in entries] == [
        ("good", "started"),
        ("good", "succeeded"),
        ("bad", "started"),
        ("bad", "failed"),
    ]
    assert {(one.step, one.run) for one in entries} == {("training", "push-1")}
    assert entries[-1].fact.startswith("AlgorithmError: no failure file")
