"""Buildspecs as CodeBuild reads them."""

from __future__ import annotations

import pytest

from twin.executors.buildspec import BuildspecError, Phase, parse_buildspec

BUILDSPEC = """
version: 0.2
env:
  shell: bash
  variables: {A: 1, B: true, C: text}
phases:
  build:
    on-failure: ABORT
    commands: [make, "make install"]
    finally: [make clean]
  install:
    runtime-versions: {python: 3.12}
    commands: one command
artifacts: {files: ["**/*"]}
"""


def test_a_buildspec_becomes_phases_in_the_order_that_codebuild_runs_them() -> None:
    buildspec = parse_buildspec(BUILDSPEC, "buildspec.yml")

    assert buildspec.phases == (
        Phase("install", ("one command",)),
        Phase("build", ("make", "make install"), ("make clean",), "ABORT"),
    )


def test_variables_are_texts() -> None:
    buildspec = parse_buildspec(BUILDSPEC, "buildspec.yml")

    assert dict(buildspec.variables) == {"A": "1", "B": "true", "C": "text"}


def test_what_the_twin_leaves_out_is_named() -> None:
    buildspec = parse_buildspec(BUILDSPEC, "buildspec.yml")

    assert buildspec.ignored == ("artifacts",)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("version: 0.1\nphases: {}\n", "version"),
        ("phases: {}\n", "version"),
        ("version: 0.2\nphases: {test: {commands: [a]}}\n", "phases.test"),
        ("version: 0.2\nphases: {build: {command: [a]}}\n", "phases.build.command"),
        ("version: 0.2\nphases: {build: {commands: [1]}}\n", "phases.build.commands"),
        ("version: 0.2\nphases: {build: {commands: {a: b}}}\n", "phases.build.commands"),
        ("version: 0.2\nphases: {build: {on-failure: RETRY}}\n", "phases.build.on-failure"),
        ("version: 0.2\nenv: {parameter-store: {A: /a}}\n", "env.parameter-store"),
        ("version: 0.2\nenv: {variables: {A: [1]}}\n", "env.variables.A"),
        ("version: 0.2\nenv: {shell: fish}\n", "env.shell"),
        ("version: 0.2\nphases: [build]\n", "phases"),
        ("text", "the file"),
    ],
)
def test_a_broken_buildspec_is_refused_with_the_key(text: str, where: str) -> None:
    with pytest.raises(BuildspecError) as raised:
        parse_buildspec(text, "ci/buildspec.yml")

    assert raised.value.cause.startswith(where)
    assert raised.value.resource == "ci/buildspec.yml"


def test_a_file_that_is_no_yaml_is_refused_with_the_line() -> None:
    with pytest.raises(BuildspecError, match="line 3"):
        parse_buildspec("version: 0.2\nphases: [\n", "buildspec.yml")
