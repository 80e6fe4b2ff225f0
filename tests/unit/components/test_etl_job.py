"""The Glue job is a launcher that several models share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    InputsOf = Callable[[str], dict[str, Any]]


def test_it_runs_the_launcher_that_was_uploaded(inputs_of: InputsOf) -> None:
    job = inputs_of("etl-job")

    assert job["glueVersion"] == "5.1"
    assert job["command"] == {
        "name": "glueetl",
        "pythonVersion": "3",
        "scriptLocation": ("s3://mlops-dev-artifacts-123456789012-us-east-1/glue/launcher.py"),
    }
    assert inputs_of("etl-launcher")["source"].path.endswith("etl/launcher.py")


def test_runs_of_several_models_queue(inputs_of: InputsOf) -> None:
    job = inputs_of("etl-job")

    assert job["jobRunQueuingEnabled"] is True
    assert job["executionProperty"] == {"maxConcurrentRuns": 5}


def test_it_never_retries_by_itself(inputs_of: InputsOf) -> None:
    assert inputs_of("etl-job")["maxRetries"] == 0


def test_every_run_is_told_its_engine(inputs_of: InputsOf) -> None:
    assert inputs_of("etl-job")["defaultArguments"]["--engine"] == "auto"


def test_what_it_writes_is_encrypted_logs_and_bookmarks_too(
    inputs_of: InputsOf, key_of: Callable[[str], str]
) -> None:
    encryption = inputs_of("etl-encryption")

    assert inputs_of("etl-job")["securityConfiguration"] == encryption["name"]
    assert encryption["encryptionConfiguration"] == {
        "cloudwatchEncryption": {
            "cloudwatchEncryptionMode": "SSE-KMS",
            "kmsKeyArn": key_of("logs"),
        },
        "jobBookmarksEncryption": {
            "jobBookmarksEncryptionMode": "CSE-KMS",
            "kmsKeyArn": key_of("data"),
        },
        "s3Encryption": {"s3EncryptionMode": "SSE-KMS", "kmsKeyArn": key_of("data")},
    }


def test_its_log_groups_are_the_stacks_own(inputs_of: InputsOf) -> None:
    groups = {inputs_of(f"etl-{kind}-logs")["name"] for kind in ("output", "error")}

    assert groups == {
        "/aws-glue/jobs/mlops-dev-etl-role/mlops-dev-etl/output",
        "/aws-glue/jobs/mlops-dev-etl-role/mlops-dev-etl/error",
    }


def test_raw_files_are_read_and_datasets_written(
    permissions_of: Callable[[str], dict[str, list[str]]],
) -> None:
    permissions = permissions_of("etl-access-policy")

    assert permissions["s3:PutObject"] == [
        "arn:aws:s3:::mlops-dev-artifacts-123456789012-us-east-1/datasets/*"
    ]
    assert permissions["s3:GetObjectVersion"] == [
        "arn:aws:s3:::mlops-dev-data-123456789012-us-east-1/raw/*"
    ]
