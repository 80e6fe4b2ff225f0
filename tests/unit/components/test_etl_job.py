"""The Glue job is a launcher that several models share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph

    Variant = Callable[..., Graph]
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


def arguments(stack: Graph) -> dict[str, str]:
    return dict(stack.named("etl-job").inputs["defaultArguments"])


def test_every_run_is_told_its_engine_and_up_to_which_size_it_is_duckdb(stack: Graph) -> None:
    assert arguments(stack)["--engine"] == "auto"
    assert arguments(stack)["--duckdb_gb"] == "20"


def test_duckdb_comes_from_the_bucket_and_from_no_index(stack: Graph) -> None:
    wheel = stack.named("etl-duckdb").inputs

    told = arguments(stack)

    assert told["--additional-python-modules"] == f"s3://{wheel['bucket']}/{wheel['key']}"
    assert told["--python-modules-installer-option"] == "--no-index"
    assert wheel["source"].path.endswith(f"/.tools/{wheel['key']}")


def test_the_wheel_may_be_read(permissions_of: Callable[[str], dict[str, list[str]]]) -> None:
    readable = permissions_of("etl-access-policy")["s3:GetObject"]

    assert "arn:aws:s3:::mlops-dev-artifacts-123456789012-us-east-1/glue/*" in readable


def test_a_job_that_only_takes_spark_installs_nothing(variant: Variant) -> None:
    stack = variant("dev", etlEngine="spark")

    assert "--additional-python-modules" not in arguments(stack)
    assert not [found for found in stack.resources if found.name == "etl-duckdb"]


def test_bookmarks_are_off_and_logs_come_while_a_run_is_under_way(stack: Graph) -> None:
    assert arguments(stack)["--job-bookmark-option"] == "job-bookmark-disable"
    assert arguments(stack)["--enable-continuous-cloudwatch-log"] == "true"


def test_workers_come_as_spark_asks_and_metrics_are_kept(stack: Graph) -> None:
    assert arguments(stack)["--enable-auto-scaling"] == "true"
    assert arguments(stack)["--enable-metrics"] == "true"
    assert stack.named("etl-job").inputs["numberOfWorkers"] == 10


def test_scaling_and_metrics_can_be_turned_off(variant: Variant) -> None:
    told = arguments(variant("dev", etlAutoScaling="false", etlMetrics="false"))

    assert not {"--enable-auto-scaling", "--enable-metrics"} & set(told)


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
