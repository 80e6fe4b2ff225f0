"""Training jobs of several hosts in the twin: their shards, their folders, their common end."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.twin.test_training import GROUP, channel, members
from tests.sagemaker_account import BUCKET, Account, script_images, wait_for
from twin.services import sagemaker_training

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloud import Cloud

THREE = {"InstanceType": "ml.m5.large", "InstanceCount": 3, "VolumeSizeInGB": 10}


@pytest.fixture
def account(cloud: Cloud, tmp_path: Path) -> Account:
    sagemaker_training.install(cloud, script_images(tmp_path))
    return Account(cloud)


def on_three_hosts(account: Account, do: str, **changes: Any) -> dict[str, Any]:
    """Return a job of three hosts; what each does is `do` with its name in it."""
    return account.train(ResourceConfig=THREE, HyperParameters={"do": do}, **changes)


def test_hosts_share_the_objects_of_a_sharded_channel_and_each_gets_all_others(
    account: Account,
) -> None:
    keys = [f"parts/{part}/train.csv" for part in range(4)]
    for key in keys:
        account.put(key, key)
    manifest = account.put("train.manifest", json.dumps([{"prefix": f"s3://{BUCKET}/"}, *keys]))
    train = channel("train", manifest, "ManifestFile")
    train["DataSource"]["S3DataSource"]["S3DataDistributionType"] = "ShardedByS3Key"

    job = on_three_hosts(
        account, "tell", InputDataConfig=[train, channel("test", manifest, "ManifestFile")]
    )

    found = members(account, job)
    seen = [json.loads(found[f"seen-algo-{number}.json"]) for number in (1, 2, 3)]
    rest = [f"test/{key}" for key in keys]
    assert seen == [
        [*rest, f"train/{keys[0]}", f"train/{keys[3]}"],
        [*rest, f"train/{keys[1]}"],
        [*rest, f"train/{keys[2]}"],
    ]


def test_hosts_know_each_other_and_where_they_meet(account: Account) -> None:
    job = on_three_hosts(account, "tell")

    found = members(account, job)
    told = [json.loads(found[f"resources-algo-{number}.json"]) for number in (1, 2, 3)]
    assert [one["current_host"] for one in told] == ["algo-1", "algo-2", "algo-3"]
    assert all(one["hosts"] == ["algo-1", "algo-2", "algo-3"] for one in told)
    environment = json.loads(found["environment.json"])
    assert environment["TRAINING_FIRST_HOST_ADDRESS"] == "127.0.0.1"
    assert environment["TRAINING_FIRST_HOST_PORT"].isdigit()


def test_the_timeline_says_on_how_many_hosts_a_job_was(account: Account) -> None:
    on_three_hosts(account, "tell")

    assert account.cloud.timeline.entries()[-1].fact.endswith(", on 3 hosts")


def test_a_host_that_fails_fails_the_job_and_stops_the_others(account: Account) -> None:
    began = time.monotonic()

    job = on_three_hosts(account, "hang but algo-2 fails")

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("AlgorithmError: the target is constant")
    assert "ModelArtifacts" not in job
    assert time.monotonic() - began < 30


def test_hosts_that_are_stopped_end_together(account: Account) -> None:
    request = account.training_request(ResourceConfig=THREE, HyperParameters={"do": "hang"})
    account.sagemaker.create_training_job(**request)
    wait_for(lambda: account.log_or_nothing(GROUP), lambda text: text.count("rmse=2.5") == 3)

    account.sagemaker.stop_training_job(TrainingJobName="job")
    job = account.wait_training("job")

    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")


def test_each_host_has_a_log_of_its_own(account: Account) -> None:
    on_three_hosts(account, "well")

    logs = account.cloud.client("logs").describe_log_streams(logGroupName=GROUP)["logStreams"]

    assert [one["logStreamName"] for one in logs] == ["job/algo-1", "job/algo-2", "job/algo-3"]
