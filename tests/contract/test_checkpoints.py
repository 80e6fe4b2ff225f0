"""Where a job on spot capacity keeps checkpoints, its role may keep them, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dags import requests
from ops.iam.documents import parse
from ops.iam.evaluate import Asked, Policies, decide
from ops.program import StandInCloud, evaluate
from tests.stack_roles import ROLE_POLICY, ROOT
from tests.unit.dags.builders import plan, spot_model, stack_settings

if TYPE_CHECKING:
    from ops.iam.documents import Statement

ARTIFACTS = "mlops-twin-artifacts-123456789012-us-east-1"
ROLE = "arn:aws:iam::123456789012:role/mlops-twin-training"


@pytest.fixture(scope="module")
def statements() -> list[Statement]:
    """Return what the training role of a stack is given."""
    graph = evaluate(ROOT, "twin", StandInCloud())
    return [
        statement
        for policy in graph.of_type(ROLE_POLICY)
        if str(policy.inputs["role"]).endswith("-training")
        for statement in parse(str(policy.inputs["policy"]))
    ]


def request() -> dict[str, Any]:
    """Return the training request of a model on spot capacity."""
    return requests.training_request(plan(spot_model()), stack_settings(artifact_bucket=ARTIFACTS))


def allowed(statements: list[Statement], action: str, place: str) -> bool:
    """Return whether the role may do something with an object."""
    return decide(Asked(action, f"arn:aws:s3:::{place}"), ROLE, Policies(statements)).allowed


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])
def test_the_role_keeps_fetches_and_clears_checkpoints(
    statements: list[Statement], action: str
) -> None:
    place = request()["CheckpointConfig"]["S3Uri"].removeprefix("s3://")

    assert allowed(statements, action, f"{place}/trial-0.json")


def test_the_role_lists_the_bucket_of_the_checkpoints(statements: list[Statement]) -> None:
    assert allowed(statements, "s3:ListBucket", ARTIFACTS)


def test_the_role_deletes_no_model(statements: list[Statement]) -> None:
    job = request()["TrainingJobName"]

    archive = f"{ARTIFACTS}/models/abalone/{job}/output/model.tar.gz"

    assert not allowed(statements, "s3:DeleteObject", archive)


def test_checkpoints_lie_below_the_jobs_own_prefix() -> None:
    asked = request()

    own = f"{asked['OutputDataConfig']['S3OutputPath']}/{asked['TrainingJobName']}/"

    assert asked["CheckpointConfig"]["S3Uri"].startswith(own)


def test_a_job_may_wait_for_capacity_at_least_as_long_as_it_may_run() -> None:
    condition = request()["StoppingCondition"]

    assert condition["MaxWaitTimeInSeconds"] >= condition["MaxRuntimeInSeconds"]
