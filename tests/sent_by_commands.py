"""What the operator's commands ask of AWS, as `tests.sent_by_units` has it for the units."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from ops import aws as ops_aws
from ops.preflight.reading import read_caller, read_snapshot
from ops.redrive.cloud import Cloud as RedriveCloud
from ops.redrive.decisions import Target, items
from ops.redrive.work import redrive
from ops.review.comment import render
from ops.review.pull_request import PullRequest
from ops.stack import Stack
from ops.teardown.cloud import Cloud as TeardownCloud
from ops.teardown.decisions import Kind, Thing
from tests.sent_by_units import LONGEST_MODEL, body
from tests.unit.ops.preflight.builders import graph, wanted
from tests.unit.ops.review.builders import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.fake_aws import FakeAws
    from tests.sent_by_units import Occasion

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
TARGET = Target("mlops-dev-trigger", "mlops-dev")
PREFIX = "mlops-dev"
NAME = f"{PREFIX}-abalone"
DAG, RUN = f"retrain-{LONGEST_MODEL}", "push-0123456789ab"


class OpsClients(ops_aws.Clients):
    """The commands' clients, of the fake's services."""

    def __init__(self, aws: FakeAws) -> None:
        self._aws = aws

    def client(self, service: str) -> Any:
        return self._aws(service)


def the_account_is_asked_for(aws: FakeAws, _: Path) -> None:
    OpsClients(aws).account()


def a_stack_is_looked_through_before_it_is_made(aws: FakeAws, _: Path) -> None:
    aws.answers["get_key_policy"] = {"Policy": '{"Statement": []}'}
    aws.answers["get_policy"] = {"Policy": {"DefaultVersionId": "v1"}}
    aws.refuse("get_public_access_block", "NoSuchPublicAccessBlockConfiguration", "none")
    caller = read_caller(aws)
    for closed in (False, True):
        read_snapshot(aws, wanted(closed=closed), caller)


def dead_letters_are_sent_again(aws: FakeAws, _: Path) -> None:
    aws.answers["receive_message"] = {
        "Messages": [
            letter("1", ARN.format("lambda", "function:mlops-dev-trigger"), {"id": "1"}),
            letter(
                "2", ARN.format("codepipeline", "mlops-dev"), {"detail": {"commitId": "a" * 40}}
            ),
            letter("3", ARN.format("sns", "mlops-dev-alarms"), {}),
        ]
    }
    aws.answers["invoke"] = {"Payload": body(json.dumps(SERVED).encode())["Body"]}
    aws.answers["invoke_rest_api"] = {"RestApiResponse": FAILED_RUN}
    cloud = RedriveCloud(OpsClients(aws), Stack("dev", "us-east-1", graph()))
    fates = [done.fate for done in redrive(items(cloud.letters("mlops-dev-q"), TARGET), cloud)]
    assert fates == ["accepted", "accepted", "left"]


SERVED = {
    "outcome": "started",
    "runs": [{"dag_id": DAG, "run_id": RUN, "result": "already-started"}],
}
FAILED_RUN = {
    "dag_runs": [{"dag_run_id": RUN, "state": "failed"}],
    "task_instances": [{"task_id": "etl", "state": "failed"}],
}


def letter(identity: str, target: str, event: object) -> dict[str, Any]:
    """Return a message as SQS hands it out."""
    return {
        "MessageId": identity,
        "ReceiptHandle": "r",
        "Body": json.dumps(event),
        "MessageAttributes": {"TARGET_ARN": {"StringValue": target}},
    }


def a_stack_is_taken_away(aws: FakeAws, _: Path) -> None:
    resource = ARN.format("sagemaker", "thing/x")
    for operation, members, kind in (
        ("list_endpoints", "Endpoints", "Endpoint"),
        ("list_training_jobs", "TrainingJobSummaries", "TrainingJob"),
        ("list_endpoint_configs", "EndpointConfigs", "EndpointConfig"),
        ("list_models", "Models", "Model"),
        ("list_model_package_groups", "ModelPackageGroupSummaryList", "ModelPackageGroup"),
    ):
        found = {f"{kind}Name": NAME, f"{kind}Arn": resource, f"{kind}Status": "InProgress"}
        aws.answers[operation] = {members: [found]}
    cloud = TeardownCloud(OpsClients(aws), PREFIX)
    cloud.find()
    cloud.status(NAME)
    names = {
        Kind.SCALABLE_TARGET: f"endpoint/{NAME}/variant/AllTraffic",
        Kind.MODEL_PACKAGE: ARN.format("sagemaker", f"model-package/{NAME}/1"),
    }
    for kind in Kind:
        assert cloud.delete(Thing(kind, names.get(kind, NAME)))


def a_pull_request_is_commented_on(aws: FakeAws, _: Path) -> None:
    said = {"commentId": "c", "content": render(SETTINGS, "before")}
    pull_request = PullRequest(cast("Any", aws("codecommit")), SETTINGS)
    for comments in ([], [said]):
        page = {"commentsForPullRequestData": [{"comments": comments}]}
        aws.answers["get_comments_for_pull_request"] = page
        pull_request.say(render(SETTINGS, "x" * 20_000))


COMMANDS: Mapping[str, tuple[Occasion, ...]] = {
    "ops": (
        *(the_account_is_asked_for, a_stack_is_looked_through_before_it_is_made),
        *(dead_letters_are_sent_again, a_stack_is_taken_away, a_pull_request_is_commented_on),
    )
}
