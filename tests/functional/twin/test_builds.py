"""Builds that run a commit's own buildspec."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from twin.executors.builds import BuildResult, BuildSpec, BuildStatus, run_build

if TYPE_CHECKING:
    from conftest import Project

    from twin.cloud import Cloud


@dataclass
class Phases:
    """Keeps what a build reported."""

    found: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    _phase: str = ""

    def began(self, phase: str) -> None:
        self._phase = phase

    def ended(self, status: BuildStatus, code: str = "", message: str = "") -> None:
        self.found.append((self._phase, status, code or message))


@dataclass
class Builder:
    """Commits a buildspec and builds that commit."""

    cloud: Cloud
    project: Project
    role_arn: str
    phases: Phases = field(default_factory=Phases)
    cancel: threading.Event = field(default_factory=threading.Event)

    def spec(self, commit: str) -> BuildSpec:
        return BuildSpec(
            id="p:1",
            arn="arn:aws:codebuild:us-east-1:123456789012:build/p:1",
            project="p",
            number=1,
            image="image",
            commit=commit,
            repository=self.project.root,
            source_url="https://git-codecommit.us-east-1.amazonaws.com/v1/repos/r",
            buildspec="buildspec.yml",
            environment=(("GREETING", "project"),),
            role_arn=self.role_arn,
            timeout_s=60,
            initiator="codepipeline",
            started_ms=1,
            log_group="/aws/codebuild/p",
            log_stream="1",
        )

    def run(self, text: str, **more: object) -> BuildResult:
        commit = self.project.commit("build", **{"buildspec.yml": f"version: 0.2\n{text}"})
        spec = replace(self.spec(commit), **more)  # pyright: ignore[reportArgumentType] - fields by name
        return run_build(self.cloud, spec, self.phases, self.cancel)

    def log(self) -> str:
        file = self.cloud.workspace.last / "logs" / "aws/codebuild/p" / "1.log"
        return file.read_text(encoding="utf-8")


@pytest.fixture
def builder(cloud: Cloud, project: Project) -> Builder:
    role = cloud.client("iam").create_role(RoleName="build", AssumeRolePolicyDocument="{}")
    return Builder(cloud, project, str(role["Role"]["Arn"]))


def test_a_good_build_ends_with_the_last_line_that_it_printed(builder: Builder) -> None:
    result = builder.run("phases: {install: {commands: [echo one]}, build: {commands: [echo two]}}")

    assert result == BuildResult("SUCCEEDED", "two")
    assert builder.phases.found == [
        ("DOWNLOAD_SOURCE", "SUCCEEDED", ""),
        ("INSTALL", "SUCCEEDED", ""),
        ("BUILD", "SUCCEEDED", ""),
    ]


def test_a_build_runs_in_a_clone_with_the_whole_history(builder: Builder) -> None:
    result = builder.run("phases: {build: {commands: ['git rev-list --count HEAD']}}")

    assert result.fact == "2"


def test_folder_and_exported_variables_carry_over_to_the_next_phase(builder: Builder) -> None:
    result = builder.run(
        "phases:\n"
        "  install:\n"
        "    commands: [mkdir sub, cd sub, 'export NAME=\"it''s here\"']\n"
        "  build:\n"
        "    commands: ['echo \"$NAME in ${PWD##*/}\"']\n"
    )

    assert result.fact == "it's here in sub"


def test_a_variable_carries_over_to_the_next_command(builder: Builder) -> None:
    result = builder.run("phases: {build: {commands: ['A=1', 'echo $A']}}")

    assert result.fact == "1"


def test_the_projects_variables_replace_those_of_the_buildspec(builder: Builder) -> None:
    result = builder.run(
        "env: {variables: {GREETING: spec, OTHER: spec}}\n"
        "phases: {build: {commands: ['echo $GREETING $OTHER']}}"
    )

    assert result.fact == "project spec"


def test_a_build_knows_its_commit_its_role_and_the_twins_address(builder: Builder) -> None:
    result = builder.run(
        "phases:\n  build:\n    commands:\n"
        '      - test "$CODEBUILD_RESOLVED_SOURCE_VERSION" = "$(git rev-parse HEAD)"\n'
        '      - test "$CODEBUILD_SRC_DIR" = "$PWD"\n'
        '      - test -n "$AWS_SESSION_TOKEN" && test $AWS_REGION = us-east-1\n'
        "      - echo $AWS_ENDPOINT_URL $CODEBUILD_BUILD_ID\n"
    )

    assert result == BuildResult("SUCCEEDED", f"{builder.cloud.url} p:1")


def test_a_failed_command_ends_the_phase_and_says_why(builder: Builder) -> None:
    result = builder.run(
        "phases:\n"
        "  pre_build: {commands: ['echo why >&2; false', echo never]}\n"
        "  build: {commands: [echo never]}\n"
        "  post_build: {commands: [echo never]}\n"
    )

    assert result.status == "FAILED"
    assert result.fact == "PRE_BUILD: `echo why >&2; false` exit status 1\nwhy"
    assert "never" not in builder.log().replace("echo never", "")


def test_after_a_failed_build_phase_post_build_runs_and_knows(builder: Builder) -> None:
    result = builder.run(
        "phases:\n"
        "  build: {commands: [exit 3]}\n"
        "  post_build: {commands: ['echo succeeding: $CODEBUILD_BUILD_SUCCEEDING']}\n"
    )

    assert result.fact.startswith("BUILD: `exit 3` exit status 3")
    assert "succeeding: 0" in builder.log()


def test_a_build_phase_that_aborts_is_the_last(builder: Builder) -> None:
    builder.run(
        "phases:\n"
        "  build: {on-failure: ABORT, commands: ['false']}\n"
        "  post_build: {commands: [echo after]}\n"
    )

    assert [phase for phase, _, _ in builder.phases.found] == ["DOWNLOAD_SOURCE", "BUILD"]


def test_a_phase_may_fail_when_it_says_continue(builder: Builder) -> None:
    result = builder.run(
        "phases:\n"
        "  install: {on-failure: CONTINUE, commands: ['false']}\n"
        "  build: {commands: [echo built]}\n"
    )

    assert result == BuildResult("SUCCEEDED", "built")


def test_finally_runs_after_a_command_that_exits(builder: Builder) -> None:
    builder.run("phases: {build: {commands: ['cd ..; exit 1'], finally: ['echo finally in $PWD']}}")

    assert "finally in" in builder.log()


def test_a_phase_without_commands_is_passed_through(builder: Builder) -> None:
    result = builder.run(
        "phases:\n"
        "  install: {runtime-versions: {python: 3.12}, finally: [echo finally]}\n"
        "  build: {commands: [echo built]}\n"
    )

    assert result == BuildResult("SUCCEEDED", "built")
    assert "finally" in builder.log().splitlines()


def test_a_shell_that_ends_in_the_middle_is_a_failure(builder: Builder) -> None:
    result = builder.run("phases: {build: {commands: ['echo (', echo never]}}")

    assert result.status == "FAILED"
    assert "`echo (`" in result.fact


def test_a_broken_buildspec_fails_before_any_command(builder: Builder) -> None:
    result = builder.run("phases: {test: {commands: [a]}}")

    assert result.status == "FAILED"
    assert builder.phases.found == [("DOWNLOAD_SOURCE", "FAILED", "YAML_FILE_ERROR")]
    assert "phases.test" in builder.log()


def test_a_buildspec_that_is_not_there_is_named(builder: Builder) -> None:
    result = builder.run("", buildspec="ci/none.yml")

    assert "ci/none.yml: the buildspec cannot be read" in result.fact


def test_a_role_that_does_not_exist_fails_the_build(builder: Builder) -> None:
    result = builder.run(
        "phases: {build: {commands: [echo x]}}",
        role_arn="arn:aws:iam::123456789012:role/none",
    )

    assert result.status == "FAILED"
    assert "the role does not exist" in result.fact


def test_a_build_ends_when_its_time_is_up(builder: Builder) -> None:
    began = time.monotonic()

    result = builder.run("phases: {build: {commands: [sleep 60]}}", timeout_s=1.5)

    assert result.status == "TIMED_OUT"
    assert time.monotonic() - began < 30


def test_a_stopped_build_runs_nothing_more(builder: Builder) -> None:
    threading.Timer(1.0, builder.cancel.set).start()

    result = builder.run(
        "phases: {build: {commands: [sleep 60]}, post_build: {commands: [echo after]}}"
    )

    assert result.status == "STOPPED"
    assert ("POST_BUILD", "SUCCEEDED", "") not in builder.phases.found


def test_what_a_build_installs_stays_in_the_build(builder: Builder) -> None:
    result = builder.run(
        "phases:\n  build:\n    commands:\n"
        "      - python -c 'import boto3'\n"
        "      - python -c 'import sys; print(sys.prefix)'\n"
    )

    assert str(builder.cloud.workspace.run) in result.fact


def test_nothing_of_a_build_is_left(builder: Builder) -> None:
    builder.run("phases: {build: {commands: [touch file]}}")

    assert not list((builder.cloud.workspace.run / "builds").iterdir())


def test_the_log_is_in_the_services_own_group(builder: Builder) -> None:
    builder.run("phases: {build: {commands: [echo hello]}}")

    found = builder.cloud.client("logs").get_log_events(
        logGroupName="/aws/codebuild/p", logStreamName="1"
    )
    assert "hello" in [event["message"] for event in found["events"]]
