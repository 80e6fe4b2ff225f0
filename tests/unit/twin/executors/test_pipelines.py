"""A pipeline's definition as what there is to run."""

from __future__ import annotations

from typing import Any

from twin.executors.pipelines import parse_pipeline


def action(name: str, order: int = 1, **more: Any) -> dict[str, Any]:
    kind = {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}
    base = {"name": name, "actionTypeId": kind, "runOrder": order, "configuration": {}}
    return {**base, "inputArtifacts": [], "outputArtifacts": [], **more}


def definition(*actions: dict[str, Any]) -> dict[str, Any]:
    stages = [{"name": "Build", "actions": list(actions)}]
    return {"name": "p", "roleArn": "role", "stages": stages, "artifactStore": {"location": "b"}}


def test_actions_of_a_stage_run_by_their_order() -> None:
    spec = parse_pipeline(definition(action("later", 2), action("first", 1)), "id", {})

    assert [found.name for found in spec.actions] == ["first", "later"]


def test_an_action_has_the_pipelines_role_unless_it_names_its_own() -> None:
    spec = parse_pipeline(definition(action("a"), action("b", roleArn="own")), "id", {})

    assert [found.role_arn for found in spec.actions] == ["role", "own"]
