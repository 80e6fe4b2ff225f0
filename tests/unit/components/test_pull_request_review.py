"""A pull request starts one build, whose role can do no harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ops.program import Graph, StandInCloud, evaluate
from twin.services.event_inputs import target_input

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
EVENT = {
    "detail": {
        "event": "pullRequestCreated",
        "pullRequestId": "12",
        "sourceCommit": "a" * 40,
        "destinationCommit": "b" * 40,
    }
}
REPOSITORY = "arn:aws:codecommit:us-east-1:123456789012:mlops-dev"


@pytest.fixture(scope="module")
def reviewing() -> Graph:
    """Return the dev stack with reviews turned on."""
    values = {"mlops:reviewPullRequests": "true"}
    return evaluate(ROOT, "dev", StandInCloud(), values=values)


@pytest.fixture(scope="module")
def reviewed(reviewing: Graph) -> Callable[[str], dict[str, Any]]:
    def look_up(name: str) -> dict[str, Any]:
        return dict(reviewing.named(name).inputs)

    return look_up


def statements(policy: str) -> list[dict[str, Any]]:
    return json.loads(policy)["Statement"]


def test_a_stack_reviews_only_when_it_is_told_to(stack: Graph) -> None:
    assert not [resource.name for resource in stack if resource.name.startswith("review")]


def test_an_opened_or_updated_pull_request_starts_it(
    reviewed: Callable[[str], dict[str, Any]],
) -> None:
    pattern = json.loads(reviewed("review-rule")["eventPattern"])

    assert pattern["resources"] == [REPOSITORY]
    assert pattern["detail"] == {
        "event": ["pullRequestCreated", "pullRequestSourceBranchUpdated"],
        "destinationReference": ["refs/heads/main"],
    }


def test_a_build_is_started_at_the_pull_requests_commit(
    reviewed: Callable[[str], dict[str, Any]],
) -> None:
    transformer = reviewed("review-target")["inputTransformer"]
    target = {
        "InputTransformer": {
            "InputPathsMap": transformer["inputPaths"],
            "InputTemplate": transformer["inputTemplate"],
        }
    }

    started = json.loads(target_input(target, "arn:rule", EVENT))

    assert started["sourceVersion"] == "a" * 40
    assert {item["name"]: item["value"] for item in started["environmentVariablesOverride"]} == {
        "PULL_REQUEST_ID": "12",
        "SOURCE_COMMIT": "a" * 40,
        "DESTINATION_COMMIT": "b" * 40,
    }


def test_the_build_clones_all_of_the_repository_itself(
    reviewed: Callable[[str], dict[str, Any]],
) -> None:
    project = reviewed("review-build-project")

    assert project["source"]["type"] == "CODECOMMIT"
    assert project["source"]["location"].endswith("/v1/repos/mlops-dev")
    assert project["source"]["gitCloneDepth"] == 0
    assert project["artifacts"] == {"type": "NO_ARTIFACTS"}


def test_unreviewed_code_gets_no_privileges_and_leaves_nothing(
    reviewed: Callable[[str], dict[str, Any]],
) -> None:
    project = reviewed("review-build-project")

    assert project["environment"]["privilegedMode"] is False
    assert project["cache"] == {"type": "NO_CACHE"}
    assert project["buildTimeout"] == 20
    assert project["concurrentBuildLimit"] == 5


def test_unreviewed_code_may_clone_comment_and_log(
    reviewed: Callable[[str], dict[str, Any]],
) -> None:
    allowed = {
        action: tuple(statement["Resource"])
        for statement in statements(reviewed("review-build-access-policy")["policy"])
        for action in statement["Action"]
    }

    assert {action: found for action, found in allowed.items() if "codecommit" in action} == {
        "codecommit:GetCommentsForPullRequest": (REPOSITORY,),
        "codecommit:GitPull": (REPOSITORY,),
        "codecommit:PostCommentForPullRequest": (REPOSITORY,),
        "codecommit:UpdateComment": (REPOSITORY,),
    }
    assert {action for action in allowed if "codecommit" not in action} == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }


def test_the_event_may_start_reviews_and_nothing_else(
    reviewed: Callable[[str], dict[str, Any]],
) -> None:
    (statement,) = statements(reviewed("review-start-access-policy")["policy"])

    assert statement["Action"] == ["codebuild:StartBuild"]
    assert statement["Resource"] == [
        "arn:aws:codebuild:us-east-1:123456789012:project/mlops-dev-review"
    ]


def test_an_undelivered_pull_request_is_kept(reviewing: Graph) -> None:
    target = reviewing.named("review-target").inputs

    assert target["deadLetterConfig"]["arn"].endswith(":mlops-dev-review-events")
    assert reviewing.outputs["dead_letter_queue_urls"]["review_events"].endswith(
        "/mlops-dev-review-events"
    )


def test_the_build_runs_the_repositorys_own_commands(
    reviewed: Callable[[str], dict[str, Any]],
) -> None:
    buildspec = yaml.safe_load(
        (ROOT / reviewed("review-build-project")["source"]["buildspec"]).read_text(encoding="utf-8")
    )

    commands = buildspec["phases"]["build"]["commands"]
    assert any("make --silent preview BASE=" in command for command in commands)
