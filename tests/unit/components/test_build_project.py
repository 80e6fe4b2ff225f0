"""A build has a role, a log group and a key, and no privileges but the image's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    InputsOf = Callable[[str], dict[str, Any]]

BUILDS = pytest.mark.parametrize("build", ["staging", "image"])


@BUILDS
def test_it_writes_to_a_group_of_its_own(build: str, inputs_of: InputsOf) -> None:
    project = inputs_of(f"build-{build}-project")

    logs = project["logsConfig"]["cloudwatchLogs"]
    assert logs == {"status": "ENABLED", "groupName": f"/aws/codebuild/mlops-dev-{build}"}
    assert inputs_of(f"build-{build}-logs")["retentionInDays"] == 14


@BUILDS
def test_it_takes_on_the_role_of_its_step(build: str, inputs_of: InputsOf) -> None:
    role = inputs_of(f"build-{build}-project")["serviceRole"]

    assert role == f"arn:aws:iam::123456789012:role/mlops-dev-{build}"


@BUILDS
def test_it_ends_at_last(build: str, inputs_of: InputsOf) -> None:
    project = inputs_of(f"build-{build}-project")

    assert project["buildTimeout"] == 60
    assert project["queuedTimeout"] == 120


@pytest.mark.parametrize(("build", "privileged"), [("staging", False), ("image", True)])
def test_only_the_image_build_has_docker(
    build: str, *, privileged: bool, inputs_of: InputsOf
) -> None:
    assert inputs_of(f"build-{build}-project")["environment"]["privilegedMode"] is privileged
