"""What the command line says, event by event, and what it is run with."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from twin.engine.command import Pulumi, Ran, find_pulumi, read_events
from twin.engine.project import Project
from twin.errors import TwinError

if TYPE_CHECKING:
    from pathlib import Path

STACK = "urn:pulumi:dev::mlops::pulumi:pulumi:Stack::mlops-dev"
STORAGE = "urn:pulumi:dev::mlops::mlops:storage:Storage::storage"
BUCKET = "urn:pulumi:dev::mlops::mlops:storage:Storage$aws:s3/bucket:Bucket::data"


def step(operation: str, urn: str = BUCKET) -> dict[str, Any]:
    return {"sequence": 1, "resourcePreEvent": {"metadata": {"op": operation, "urn": urn}}}


def said(severity: str, message: str) -> dict[str, Any]:
    return {"diagnosticEvent": {"severity": severity, "message": message}}


def read(*events: dict[str, Any]) -> Ran:
    return read_events(0, 1.0, "\n".join(json.dumps(event) for event in events))


def pulumi(folder: Path) -> Pulumi:
    project = Project(folder / "program", folder / "plugins")
    return Pulumi("/opt/pulumi/bin/pulumi", project, folder, "http://127.0.0.1:5000")


@pytest.mark.parametrize("operation", ["create", "update", "delete", "same"])
def test_a_step_is_told_as_it_was(operation: str) -> None:
    assert read(step(operation)).steps == {BUCKET: operation}


@pytest.mark.parametrize(
    "operations",
    [("create-replacement", "replace", "delete-replaced"), ("delete-replaced", "replace")],
    ids=["created first", "deleted first"],
)
def test_the_steps_of_a_replacement_are_one(operations: tuple[str, ...]) -> None:
    ran = read(*(step(operation) for operation in operations))

    assert ran.steps == {BUCKET: "replace"}


def test_what_a_refresh_looks_at_is_no_change() -> None:
    ran = read(step("refresh"), step("same"))

    assert ran.steps == {BUCKET: "same"}


def test_a_change_is_not_forgotten_for_a_later_look() -> None:
    ran = read(step("update"), step("same"))

    assert ran.of() == {BUCKET: "update"}


def test_steps_can_be_asked_for_by_kind() -> None:
    ran = read(step("create", STORAGE), step("update"), step("same", STACK))

    assert ran.of("create") == {STORAGE: "create"}
    assert set(ran.of()) == {STORAGE, BUCKET}


def test_components_and_the_stack_are_not_on_aws() -> None:
    ran = read(step("create", STACK), step("create", STORAGE), step("create"))

    assert set(ran.on_aws()) == {BUCKET}


def test_failures_name_the_resource_and_say_each_error_once() -> None:
    ran = read(
        {"resOpFailedEvent": {"metadata": {"op": "create", "urn": BUCKET}}},
        said("error", "the bucket was refused\n"),
        said("error", "the bucket was refused\n"),
        said("warning", "something else"),
    )

    assert ran.failed == (BUCKET,)
    assert ran.errors == ("the bucket was refused",)


def test_other_text_among_the_events_does_no_harm() -> None:
    output = f'Updating (dev)\n{{"cut of\n{json.dumps(step("create"))}\nDuration: 3s\n'

    assert read_events(0, 1.0, output).steps == {BUCKET: "create"}


def test_only_the_exit_code_says_whether_it_succeeded() -> None:
    assert read_events(0, 1.0, "").ok
    assert not read_events(255, 1.0, "").ok


def test_a_command_line_is_found_on_the_path(tmp_path: Path) -> None:
    executable = tmp_path / "pulumi"
    executable.write_text("#!/bin/sh\n", encoding="utf-8")
    executable.chmod(0o755)

    assert find_pulumi(f"/nowhere{os.pathsep}{tmp_path}") == str(executable)


def test_without_one_the_error_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(TwinError) as caught:
        find_pulumi(str(tmp_path))

    assert "npx pulumi" in caught.value.do
    assert "download-install" in caught.value.do


def test_its_provider_comes_before_any_other(tmp_path: Path) -> None:
    path = pulumi(tmp_path).environment()["PATH"].split(os.pathsep)

    assert path[:2] == [str(tmp_path / "plugins"), "/opt/pulumi/bin"]


def test_state_home_and_account_are_its_own(tmp_path: Path) -> None:
    environment = pulumi(tmp_path).environment()

    assert environment["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/state"
    assert environment["PULUMI_HOME"] == str(tmp_path / "home")
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:5000"


def test_it_is_told_to_fetch_nothing(tmp_path: Path) -> None:
    environment = pulumi(tmp_path).environment()

    assert environment["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    assert environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
