"""Each rule about running a stack finds what breaks it, and is silent about what keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policy import operation
from tests.unit.policy.builders import broken, graph, resource

if TYPE_CHECKING:
    from ops.graph import Graph, Resource

IMAGE_BUILD = [{"name": "IMAGE_REPOSITORY_URI", "value": "uri"}]
PIPELINE = "aws:codepipeline/pipeline:Pipeline"
ALL_LOGS = {name: {"enabled": True} for name in operation.AIRFLOW_LOGS}
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


def build(*, privileged: bool = False, variables: Any = ()) -> Resource:
    """Return a build project."""
    environment = {"privilegedMode": privileged, "environmentVariables": list(variables)}
    return resource(operation.BUILD, environment=environment)


def pipeline(polls: str) -> Resource:
    """Return a pipeline whose source polls or does not."""
    source = {"category": "Source", "configuration": {"PollForSourceChanges": polls}}
    return resource(PIPELINE, pipelineType="V2", stages=[{"actions": [source]}])


def one(token: str, **inputs: Any) -> Graph:
    """Return a stack of one resource."""
    return graph(resource(token, **inputs))


CASES: dict[str, tuple[Graph, Graph]] = {
    "events-kept": (
        one(operation.TARGET, deadLetterConfig={"arn": "a queue"}),
        one(operation.TARGET, arn="a function"),
    ),
    "failed-calls-kept": (
        one(operation.FUNCTION, deadLetterConfig={"targetArn": "a queue"}),
        one(operation.FUNCTION),
    ),
    "runtime-maintained": (
        one(operation.FUNCTION, runtime="python3.12"),
        one(operation.FUNCTION, runtime="python3.8"),
    ),
    "logs-end": (
        one(operation.LOG_GROUP, retentionInDays=14),
        one(operation.LOG_GROUP, retentionInDays=0),
    ),
    "airflow-logged": (
        one(operation.ENVIRONMENT, loggingConfiguration=ALL_LOGS),
        one(
            operation.ENVIRONMENT,
            loggingConfiguration={**ALL_LOGS, "taskLogs": {"enabled": False}},
        ),
    ),
    "builds-logged": (
        one(operation.BUILD, logsConfig={"cloudwatchLogs": {"groupName": "a group"}}),
        one(operation.BUILD, logsConfig={"s3Logs": {"status": "ENABLED"}}),
    ),
    "builds-unprivileged": (
        graph(build(privileged=True, variables=IMAGE_BUILD)),
        graph(build(privileged=True)),
    ),
    "no-secrets-in-variables": (
        graph(build(variables=[{"name": "DB_PASSWORD", "type": "SECRETS_MANAGER"}])),
        graph(build(variables=[{"name": "DB_PASSWORD", "value": "x"}])),
    ),
    "image-tags-fixed": (
        one(operation.IMAGES, imageTagMutability="IMMUTABLE"),
        one(operation.IMAGES, imageTagMutability="MUTABLE"),
    ),
    "images-scanned": (
        one(operation.IMAGES, imageScanningConfiguration={"scanOnPush": True}),
        one(operation.IMAGES),
    ),
    "images-cleared": (
        graph(resource(operation.IMAGES, "i"), resource(LIFECYCLE, uses={"repository": "i"})),
        one(operation.IMAGES),
    ),
    "alarms-act": (
        one(operation.ALARM, alarmActions=["a topic"]),
        one(operation.ALARM, alarmActions=["a topic"], actionsEnabled=False),
    ),
    "pushes-not-polled": (graph(pipeline("false")), graph(pipeline("true"))),
    "production-protected": (
        graph(resource("aws:s3/bucket:Bucket", protect=True), stack="prod"),
        graph(resource("aws:s3/bucket:Bucket"), stack="prod"),
    ),
    "tagged": (
        one("aws:s3/bucket:Bucket", tags={"Stack": "mlops-dev"}),
        one("aws:s3/bucket:Bucket", tags={"Name": "b"}),
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_what_keeps_a_rule_is_left_alone(rule: str) -> None:
    kept, _ = CASES[rule]

    assert rule not in broken(operation.RULES, kept)


@pytest.mark.parametrize("rule", CASES)
def test_what_breaks_a_rule_is_found(rule: str) -> None:
    _, breaking = CASES[rule]

    assert rule in broken(operation.RULES, breaking)


def test_production_keeps_its_logs_for_a_year() -> None:
    a_month = resource(operation.LOG_GROUP, retentionInDays=30)

    assert "logs-end" in broken(operation.RULES, graph(a_month, stack="prod"))


def test_a_schedule_without_a_queue_is_found() -> None:
    schedule = resource("aws:scheduler/schedule:Schedule", target={"arn": "a function"})

    assert "events-kept" in broken(operation.RULES, graph(schedule))


def test_a_secret_among_a_functions_variables_is_found() -> None:
    function = resource(operation.FUNCTION, environment={"variables": {"API_TOKEN": "x"}})

    assert "no-secrets-in-variables" in broken(operation.RULES, graph(function))


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "MY_SECRET", "GIT_TOKEN", "ACCESS_KEY_ID", "CREDENTIALS", "api_token"]
)
def test_each_name_of_a_secret_is_known(name: str) -> None:
    plain = build(variables=[{"name": name, "value": "x"}])

    assert "no-secrets-in-variables" in broken(operation.RULES, graph(plain))


def test_a_build_whose_log_is_switched_off_is_found() -> None:
    logs = {"cloudwatchLogs": {"groupName": "a group", "status": "DISABLED"}}

    assert "builds-logged" in broken(operation.RULES, one(operation.BUILD, logsConfig=logs))


def test_what_takes_tags_and_has_none_is_found() -> None:
    assert "tagged" in broken(operation.RULES, one("aws:s3/bucket:Bucket"))
    assert "tagged" not in broken(operation.RULES, one("aws:ec2/route:Route"))


@pytest.mark.parametrize("log", ["dagProcessing", "scheduler", "task", "webserver", "worker"])
def test_each_part_of_airflow_is_asked_for_its_log(log: str) -> None:
    silent = {**ALL_LOGS, f"{log}Logs": {"enabled": False}}

    assert "airflow-logged" in broken(
        operation.RULES, one(operation.ENVIRONMENT, loggingConfiguration=silent)
    )


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_a_job_on_an_old_glue_is_found(version: str) -> None:
    assert "runtime-maintained" in broken(operation.RULES, one(operation.JOB, glueVersion=version))


@pytest.mark.parametrize(
    "token",
    [
        "aws:codecommit/repository:Repository",
        "aws:ecr/repository:Repository",
        "aws:kms/key:Key",
        "aws:mwaa/environment:Environment",
        "aws:s3/bucket:Bucket",
    ],
)
def test_each_lasting_type_is_protected_in_production(token: str) -> None:
    assert "production-protected" in broken(
        operation.RULES, graph(resource(token), stack="production")
    )
