"""Training on spot capacity in the twin: machines go, checkpoints come back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.twin.test_training import members
from tests.functional.twin.test_training_image import PYTHON, TreeImage, put_dataset
from tests.sagemaker_account import BUCKET, Account, OneImage, refusal, script_images, wait_for
from twin.executors.spot import Kept
from twin.executors.training_inputs import JobError
from twin.services import sagemaker_training

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin.cloud import Cloud

GROUP = "/aws/sagemaker/TrainingJobs"
CHECKPOINTS = f"s3://{BUCKET}/models/x/job/checkpoints"
SPOT: dict[str, Any] = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 180},
    "CheckpointConfig": {"S3Uri": CHECKPOINTS},
    "HyperParameters": {"do": "keep"},
}


@pytest.fixture
def account_with(cloud: Cloud, tmp_path: Path) -> Callable[[str], Account]:
    """Return a function that makes an account whose spot jobs lose their machines at some time."""

    def build(interruption: str) -> Account:
        sagemaker_training.install(cloud, script_images(tmp_path), interruption)
        return Account(cloud)

    return build


def statuses(job: dict[str, Any]) -> list[str]:
    return [one["Status"] for one in job["SecondaryStatusTransitions"]]


def test_an_interrupted_job_goes_on_from_what_it_kept(
    account_with: Callable[[str], Account],
) -> None:
    account = account_with("checkpoint")

    job = account.train(**SPOT)

    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert members(account, job)["answer"] == b"went on after 2"
    assert statuses(job) == [
        *("Starting", "Downloading", "Training", "Interrupted"),
        *("Starting", "Downloading", "Training", "Uploading", "Completed"),
    ]
    assert account.cloud.timeline.entries()[-1].fact.endswith(", after an interruption")


def test_what_was_kept_lies_where_the_job_says(account_with: Callable[[str], Account]) -> None:
    account = account_with("checkpoint")

    account.train(**SPOT)

    kept = account.s3.get_object(Bucket=BUCKET, Key="models/x/job/checkpoints/rounds")
    assert kept["Body"].read() == b"2"


def test_a_job_that_keeps_nothing_starts_anew(account_with: Callable[[str], Account]) -> None:
    account = account_with("0.1")

    job = account.train(**(SPOT | {"HyperParameters": {"do": "take a while"}}))

    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert statuses(job).count("Training") == 2


def test_a_job_on_its_own_machines_keeps_them(account_with: Callable[[str], Account]) -> None:
    account = account_with("0")

    job = account.train(CheckpointConfig={"S3Uri": CHECKPOINTS})

    assert "Interrupted" not in statuses(job)


def test_an_interrupted_job_can_still_be_stopped(account_with: Callable[[str], Account]) -> None:
    account = account_with("0")
    request = account.training_request(**(SPOT | {"HyperParameters": {"do": "hang"}}))
    account.sagemaker.create_training_job(**request)
    wait_for(
        lambda: account.sagemaker.describe_training_job(TrainingJobName="job"),
        lambda job: statuses(job).count("Training") == 2,
    )

    account.sagemaker.stop_training_job(TrainingJobName="job")
    job = account.wait_training("job")

    assert job["TrainingJobStatus"] == "Stopped"
    assert "Interrupted" in statuses(job)


def test_checkpoints_of_an_earlier_job_come_back(account_with: Callable[[str], Account]) -> None:
    account = account_with("")
    account.put("models/x/job/checkpoints/rounds", "7")

    job = account.train(**SPOT)

    assert members(account, job)["answer"] == b"went on after 7"


def test_checkpoints_that_cannot_be_read_fail_the_job(
    account_with: Callable[[str], Account],
) -> None:
    account = account_with("")

    job = account.train(CheckpointConfig={"S3Uri": "s3://no-bucket/x"})

    assert job["FailureReason"].startswith("ClientError: Checkpoint download failed")


def test_checkpoints_that_cannot_be_written_fail_the_job(
    account_with: Callable[[str], Account], tmp_path: Path
) -> None:
    account = account_with("")
    (tmp_path / "rounds").write_text("1")

    with pytest.raises(JobError, match="Checkpoint upload failed"):
        Kept(account.s3, "s3://no-bucket/x", (tmp_path,)).keep()


def test_another_folder_for_checkpoints_is_refused(account_with: Callable[[str], Account]) -> None:
    account = account_with("")
    config = {"S3Uri": CHECKPOINTS, "LocalPath": "/tmp/kept"}  # noqa: S108 - never written

    _, message = refusal(lambda: account.train(CheckpointConfig=config))

    assert "/opt/ml/checkpoints" in message


def test_a_checkpoint_that_the_container_deleted_is_deleted_in_s3(
    account_with: Callable[[str], Account],
) -> None:
    account = account_with("checkpoint")

    account.train(**SPOT)

    listed = account.s3.list_objects_v2(Bucket=BUCKET, Prefix="models/x/job/checkpoints/")
    assert [one["Key"].rpartition("/")[2] for one in listed["Contents"]] == ["rounds"]


def test_where_hosts_differ_the_latest_checkpoint_is_kept(
    account_with: Callable[[str], Account], tmp_path: Path
) -> None:
    account = account_with("")
    fresh, stale = tmp_path / "algo-1", tmp_path / "algo-2"
    for folder, seconds in ((fresh, 2), (stale, 1)):
        folder.mkdir()
        (folder / "rounds").write_text(folder.name)
        os.utime(folder / "rounds", (seconds, seconds))

    Kept(account.s3, CHECKPOINTS, (fresh, stale)).keep()

    body = account.s3.get_object(Bucket=BUCKET, Key="models/x/job/checkpoints/rounds")["Body"]
    assert body.read() == b"algo-1"


@pytest.mark.skipif(not PYTHON.exists(), reason="make environments has not been run")
def test_the_image_teaches_the_same_model_though_two_hosts_were_lost(cloud: Cloud) -> None:
    sagemaker_training.install(cloud, OneImage(TreeImage()), "checkpoint")
    account = Account(cloud)
    learning = {"algorithm": "xgboost", "trials": "1", "rounds": "120"}
    request: dict[str, Any] = {
        "InputDataConfig": put_dataset(account, parts=2),
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 2,
            "VolumeSizeInGB": 10,
        },
    }
    changes: dict[str, Any] = {**SPOT, **request, "HyperParameters": learning}
    kept = {"S3Uri": f"s3://{BUCKET}/models/x/whole/checkpoints"}
    whole = account.train("whole", **request, HyperParameters=learning, CheckpointConfig=kept)

    lost = account.train("lost", **changes)

    assert statuses(lost).count("Interrupted") == 1, lost.get("FailureReason")
    assert members(account, lost)["model.onnx"] == members(account, whole)["model.onnx"]
    assert "goes on after round" in account.log(GROUP)
