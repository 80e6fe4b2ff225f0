"""The trigger listens to two kinds of event, and loses none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.retrain_trigger import package_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ops.program import Graph

    InputsOf = Callable[[str], dict[str, Any]]


def test_it_listens_to_pushes_of_its_own_repository(inputs_of: InputsOf) -> None:
    pattern = json.loads(inputs_of("trigger-image-rule")["eventPattern"])

    assert pattern == {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        "account": ["123456789012"],
        "detail": {
            "action-type": ["PUSH"],
            "result": ["SUCCESS"],
            "repository-name": ["mlops-dev-training"],
        },
    }


def test_it_listens_to_raw_files_of_its_own_bucket(inputs_of: InputsOf) -> None:
    pattern = json.loads(inputs_of("trigger-data-rule")["eventPattern"])

    assert pattern["detail"] == {
        "bucket": {"name": ["mlops-dev-data-123456789012-us-east-1"]},
        "object": {"key": [{"prefix": "raw/"}]},
    }


@pytest.mark.parametrize("purpose", ["image", "data"])
def test_an_undelivered_event_is_tried_for_a_day_and_kept(
    purpose: str, inputs_of: InputsOf
) -> None:
    target = inputs_of(f"trigger-{purpose}-target")

    assert target["retryPolicy"] == {
        "maximumEventAgeInSeconds": 86400,
        "maximumRetryAttempts": 185,
    }
    assert target["deadLetterConfig"]["arn"].endswith(":mlops-dev-trigger-events")


@pytest.mark.parametrize("purpose", ["image", "data"])
def test_each_rule_may_call_the_function(purpose: str, stack: Graph, inputs_of: InputsOf) -> None:
    permission = stack.named(f"trigger-{purpose}-permission")

    assert permission.inputs["sourceArn"].endswith(f":rule/mlops-dev-trigger-{purpose}")
    assert permission.inputs["sourceAccount"] == "123456789012"
    assert permission.urn in stack.named(f"trigger-{purpose}-target").dependencies
    assert inputs_of(f"trigger-{purpose}-rule")["state"] == "ENABLED"


def test_a_failing_function_is_tried_three_times_and_its_event_kept(inputs_of: InputsOf) -> None:
    assert inputs_of("trigger-retries")["maximumRetryAttempts"] == 2
    queue = inputs_of("trigger-function")["deadLetterConfig"]["targetArn"]
    assert queue.endswith(":mlops-dev-trigger-function")


def test_only_its_own_rules_may_fill_the_queue(inputs_of: InputsOf) -> None:
    (statement,) = json.loads(inputs_of("trigger-events-failures-policy")["policy"])["Statement"]

    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"]["ArnEquals"]["aws:SourceArn"] == [
        "arn:aws:events:us-east-1:123456789012:rule/mlops-dev-trigger-image",
        "arn:aws:events:us-east-1:123456789012:rule/mlops-dev-trigger-data",
    ]


def test_the_function_runs_on_lambda_python_3_12(inputs_of: InputsOf) -> None:
    function = inputs_of("trigger-function")

    assert function["runtime"] == "python3.12"
    assert function["handler"] == "trigger.handler.handle"


def test_the_archive_holds_the_package_and_no_bytecode(tmp_path: Path) -> None:
    package = tmp_path / "trigger"
    (package / "__pycache__").mkdir(parents=True)
    for file in ("handler.py", "__init__.py", "notes.txt", "__pycache__/handler.cpython-312.pyc"):
        (package / file).touch()

    names = [name for name, _ in package_files(package)]

    assert names == ["trigger/__init__.py", "trigger/handler.py"]


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="trigger holds no Python module"):
        package_files(tmp_path / "trigger")


def test_it_starts_dag_runs_as_an_airflow_user(
    permissions_of: Callable[[str], dict[str, list[str]]],
) -> None:
    permissions = permissions_of("trigger-access-policy")

    assert permissions["airflow:InvokeRestApi"] == [
        "arn:aws:airflow:us-east-1:123456789012:role/mlops-dev/User"
    ]
