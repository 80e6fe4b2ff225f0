"""The trigger listens to two kinds of event, and loses none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from components.errors import ProgramError
from components.retrain_trigger import RECONCILIATION, package_files
from ops.program import StandInCloud, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph

    InputsOf = Callable[[str], dict[str, Any]]

ROOT = Path(__file__).resolve().parents[3]


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


@pytest.mark.parametrize("purpose", ["image", "data", "schedule"])
def test_an_undelivered_event_is_tried_for_a_day_and_kept(
    purpose: str, inputs_of: InputsOf
) -> None:
    target = inputs_of(f"trigger-{purpose}-target")

    assert target["retryPolicy"] == {
        "maximumEventAgeInSeconds": 86400,
        "maximumRetryAttempts": 185,
    }
    assert target["deadLetterConfig"]["arn"].endswith(":mlops-dev-trigger-events")


@pytest.mark.parametrize("purpose", ["image", "data", "schedule"])
def test_each_rule_may_call_the_function(purpose: str, stack: Graph, inputs_of: InputsOf) -> None:
    permission = stack.named(f"trigger-{purpose}-permission")

    assert permission.inputs["sourceArn"].endswith(f":rule/mlops-dev-trigger-{purpose}")
    assert permission.inputs["sourceAccount"] == "123456789012"
    assert permission.urn in stack.named(f"trigger-{purpose}-target").dependencies
    assert inputs_of(f"trigger-{purpose}-rule")["state"] == "ENABLED"


def test_a_schedule_has_the_function_look_for_what_no_event_told_of(inputs_of: InputsOf) -> None:
    assert inputs_of("trigger-schedule-rule")["scheduleExpression"] == "rate(15 minutes)"
    assert json.loads(inputs_of("trigger-schedule-target")["input"]) == RECONCILIATION


@pytest.mark.parametrize("purpose", ["image", "data"])
def test_an_event_reaches_the_function_as_it_came(purpose: str, inputs_of: InputsOf) -> None:
    assert "input" not in inputs_of(f"trigger-{purpose}-target")


def test_executions_are_reserved_only_where_the_stack_says_how_many() -> None:
    values = {"mlops:triggerConcurrency": "5", "mlops:reconcileMinutes": "60"}

    by_default = evaluate(ROOT, "dev", StandInCloud())
    reserving = evaluate(ROOT, "dev", StandInCloud(), values=values)

    assert "reservedConcurrentExecutions" not in by_default.named("trigger-function").inputs
    function = reserving.named("trigger-function").inputs
    assert function["reservedConcurrentExecutions"] == 5
    rule = reserving.named("trigger-schedule-rule").inputs
    assert rule["scheduleExpression"] == "rate(60 minutes)"


def test_a_failing_function_is_tried_three_times_and_its_event_kept(inputs_of: InputsOf) -> None:
    assert inputs_of("trigger-retries")["maximumRetryAttempts"] == 2
    queue = inputs_of("trigger-function")["deadLetterConfig"]["targetArn"]
    assert queue.endswith(":mlops-dev-trigger-function")


def test_only_its_own_rules_may_fill_the_queue(inputs_of: InputsOf) -> None:
    policy = json.loads(inputs_of("trigger-events-failures-policy")["policy"])

    (statement,) = (one for one in policy["Statement"] if one["Effect"] == "Allow")
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"]["ArnEquals"]["aws:SourceArn"] == [
        "arn:aws:events:us-east-1:123456789012:rule/mlops-dev-trigger-image",
        "arn:aws:events:us-east-1:123456789012:rule/mlops-dev-trigger-data",
        "arn:aws:events:us-east-1:123456789012:rule/mlops-dev-trigger-schedule",
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
    with pytest.raises(ProgramError, match=r"trigger/handler\.py does not exist"):
        package_files(tmp_path / "trigger")


def test_a_package_without_its_handler_is_refused(tmp_path: Path) -> None:
    (tmp_path / "trigger").mkdir()
    (tmp_path / "trigger/event.py").touch()

    with pytest.raises(ProgramError, match=r"trigger/handler\.py does not exist"):
        package_files(tmp_path / "trigger")


def test_it_starts_dag_runs_as_an_airflow_user(
    permissions_of: Callable[[str], dict[str, list[str]]],
) -> None:
    permissions = permissions_of("trigger-access-policy")

    assert permissions["airflow:InvokeRestApi"] == [
        "arn:aws:airflow:us-east-1:123456789012:role/mlops-dev/User"
    ]


def test_of_the_raw_data_it_may_see_names_alone(
    stack: Graph, permissions_of: Callable[[str], dict[str, list[str]]]
) -> None:
    permissions = permissions_of("trigger-access-policy")
    policy = json.loads(stack.named("trigger-access-policy").inputs["policy"])

    data_bucket = "arn:aws:s3:::mlops-dev-data-123456789012-us-east-1"
    assert permissions["s3:ListBucketVersions"] == [data_bucket]
    assert all(data_bucket not in resource for resource in permissions["s3:GetObject"])
    (listing,) = [one for one in policy["Statement"] if one["Sid"] == "ListRawFiles"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["raw/*"]}}
