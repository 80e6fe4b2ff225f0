"""The environment is asked for what MWAA can never change, or only tells after half an hour."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from components.requirements import RequirementsError
from ops.program import StandInCloud, evaluate

if TYPE_CHECKING:
    from ops.graph import Resource
    from ops.program import Graph
    from tests.unit.components.conftest import Variant

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(stack: Graph) -> Resource:
    """Return the MWAA environment."""
    return stack.named("airflow-environment")


def test_it_lies_in_exactly_two_private_subnets(environment: Resource) -> None:
    network = environment.inputs["networkConfiguration"]

    assert network["subnetIds"] == ["network-private-0-id", "network-private-1-id"]
    assert network["securityGroupIds"] == ["network-airflow-id"]


def test_it_installs_nothing_as_its_image_holds_all_that_is_needed(environment: Resource) -> None:
    assert "requirementsS3Path" not in environment.inputs
    assert "pluginsS3Path" not in environment.inputs


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a copy of the program whose environment is asked to install something."""
    for part in ("__main__.py", "Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(ROOT / part, tmp_path)
    for part in ("components", "models", "trigger", "etl", "requirements"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / ".tools").symlink_to(ROOT / ".tools")
    (tmp_path / "requirements/mwaa.txt").write_text('--constraint "c.txt"\npandas==2.3.1\n')
    return tmp_path


def test_requirements_that_there_are_have_a_version(program: Path) -> None:
    environment = evaluate(program, "dev", StandInCloud()).named("airflow-environment")

    assert environment.inputs["requirementsS3Path"] == "requirements.txt"
    assert environment.inputs["requirementsS3ObjectVersion"] == "version"


@pytest.mark.parametrize(
    "settings",
    [{"webserverAccess": "private"}, {"webserverAccess": "private", "egress": "endpoints"}],
)
def test_requirements_of_an_index_that_mwaa_does_not_reach_are_refused(
    program: Path, settings: dict[str, str]
) -> None:
    values = {f"mlops:{name}": value for name, value in settings.items()}

    with pytest.raises(RequirementsError, match="a line '--no-index' is missing"):
        evaluate(program, "dev", StandInCloud(), values=values)


def test_wheels_travel_as_plugins_with_a_version(program: Path) -> None:
    wheels = program / "requirements/wheels"
    wheels.mkdir()
    (wheels / "pandas.whl").touch()

    graph = evaluate(program, "dev", StandInCloud())

    environment = graph.named("airflow-environment").inputs
    assert environment["pluginsS3Path"] == "plugins.zip"
    assert environment["pluginsS3ObjectVersion"] == "version"
    assert set(graph.named("airflow-plugins").inputs["source"].assets) == {"pandas.whl"}


def test_running_tasks_end_before_their_worker_goes(environment: Resource) -> None:
    assert environment.inputs["workerReplacementStrategy"] == "GRACEFUL"


def test_it_is_maintained_when_the_stack_says(environment: Resource) -> None:
    assert environment.inputs["weeklyMaintenanceWindowStart"] == "SUN:03:30"


@pytest.mark.parametrize(
    ("setting", "mode"), [("public", "PUBLIC_ONLY"), ("private", "PRIVATE_ONLY")]
)
def test_who_reaches_the_web_server_is_a_setting(setting: str, mode: str, variant: Variant) -> None:
    environment = variant(webserverAccess=setting).named("airflow-environment")

    assert environment.inputs["webserverAccessMode"] == mode


@pytest.mark.parametrize(("stack", "kept"), [("dev", False), ("prod", True)])
def test_it_is_protected_where_people_depend_on_it(
    stack: str,
    kept: bool,  # noqa: FBT001 - a table's column
    variant: Variant,
) -> None:
    environment = variant(stack).named("airflow-environment")

    assert environment.options.protect is kept


def test_mwaa_manages_its_own_endpoints(environment: Resource) -> None:
    assert environment.inputs["endpointManagement"] == "SERVICE"


def test_the_stacks_key_encrypts_it(environment: Resource) -> None:
    assert ":key/" in environment.inputs["kmsKey"]


def test_it_may_take_three_hours(environment: Resource) -> None:
    options = environment.options

    assert {options.create_timeout, options.update_timeout, options.delete_timeout} == {"3h"}


def test_every_kind_of_log_is_kept(environment: Resource) -> None:
    logs = environment.inputs["loggingConfiguration"]

    assert all(log["enabled"] for log in logs.values())
    assert logs["taskLogs"]["logLevel"] == "INFO"
    assert len(logs) == 5


def test_it_waits_for_routes_bucket_settings_and_its_own_policy(
    stack: Graph, environment: Resource
) -> None:
    names = {resource.urn: resource.name for resource in stack}

    awaited = {names[urn] for urn in environment.dependencies if urn in names}

    assert {
        "airflow-access-policy",
        "network-private-0-default",
        "network-private-0-routes-0",
        "network-private-1-default",
        "network-private-1-routes-0",
        "storage-airflow-public-access",
        "storage-airflow-versioning",
    } <= awaited
