"""A build has a role, a log group and a key, and no privileges but the image's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    InputsOf = Callable[[str], dict[str, Any]]

ROOT = Path(__file__).resolve().parents[3]
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


@pytest.mark.parametrize(("build", "minutes"), [("staging", 15), ("image", 60)])
def test_it_ends_at_last(build: str, minutes: int, inputs_of: InputsOf) -> None:
    project = inputs_of(f"build-{build}-project")

    assert project["buildTimeout"] == minutes
    assert project["queuedTimeout"] == 120
    assert project["concurrentBuildLimit"] == 2


@pytest.mark.parametrize(
    ("build", "modes"),
    [
        ("staging", ["LOCAL_CUSTOM_CACHE"]),
        ("image", ["LOCAL_CUSTOM_CACHE", "LOCAL_DOCKER_LAYER_CACHE"]),
    ],
)
def test_it_caches_on_its_own_host(build: str, modes: list[str], inputs_of: InputsOf) -> None:
    assert inputs_of(f"build-{build}-project")["cache"] == {"type": "LOCAL", "modes": modes}


@pytest.mark.parametrize("buildspec", ["staging.buildspec.yml", "training_image/buildspec.yml"])
def test_it_keeps_downloaded_packages(buildspec: str) -> None:
    document = yaml.safe_load((ROOT / buildspec).read_text(encoding="utf-8"))

    assert document["cache"]["paths"] == ["/root/.cache/pip/**/*"]


@BUILDS
def test_what_it_hands_on_is_encrypted(build: str, inputs_of: InputsOf) -> None:
    project = inputs_of(f"build-{build}-project")

    assert project["encryptionKey"].startswith("arn:aws:kms:")
    assert not project["artifacts"].get("encryptionDisabled")


@pytest.mark.parametrize(("build", "privileged"), [("staging", False), ("image", True)])
def test_only_the_image_build_has_docker(
    build: str, *, privileged: bool, inputs_of: InputsOf
) -> None:
    assert inputs_of(f"build-{build}-project")["environment"]["privilegedMode"] is privileged
