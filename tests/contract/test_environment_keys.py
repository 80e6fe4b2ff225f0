"""What a component tells a unit is what the unit reads: environment, arguments, settings, paths."""

from __future__ import annotations

import importlib
import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from components.settings import ETL_ENGINES
from dags.settings import StackSettings as DagStackSettings
from dags.settings import load_settings
from etl.settings import DUCKDB_GB, ENGINES
from etl.settings import Settings as EtlSettings
from ops.program import Graph, StandInCloud, evaluate
from ops.review import settings as review_settings
from staging import settings as staging_settings
from trigger import settings as trigger_settings
from trigger.event import RECONCILIATION

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FROM_THE_RUNTIME = {"AWS_REGION", "CODEBUILD_BUILD_ID", "CODEBUILD_RESOLVED_SOURCE_VERSION"}
"""What Lambda and CodeBuild provide themselves."""


class Noting(dict[str, str]):
    """An environment that notes what was asked of it."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)


@pytest.fixture(scope="module", params=("dev", "twin"))
def graph(request: pytest.FixtureRequest) -> Graph:
    """Return a stack with everything known."""
    return evaluate(ROOT, request.param, StandInCloud())


def test_the_function_is_told_what_the_trigger_reads(graph: Graph) -> None:
    told = dict(graph.named("trigger-function").inputs["environment"]["variables"])
    environment = Noting({**told, "AWS_REGION": "us-east-1"})

    trigger_settings.read_settings(environment)

    assert set(told) == environment.asked - FROM_THE_RUNTIME


def test_the_schedule_says_what_the_trigger_understands(graph: Graph) -> None:
    said = json.loads(graph.named("trigger-schedule-target").inputs["input"])

    assert said == RECONCILIATION


@pytest.mark.parametrize(
    ("project", "required"),
    [
        ("build-staging-project", staging_settings.STAGING),
        ("build-image-project", staging_settings.IMAGE),
    ],
)
def test_a_build_is_told_what_its_command_reads(
    project: str, required: tuple[str, ...], graph: Graph
) -> None:
    told = build_environment(graph, project)

    settings = staging_settings.read_settings(required, told)

    assert set(told) == set(required)
    assert settings.artifact_bucket == graph.outputs["artifact_bucket"]


def test_a_review_is_told_what_it_reads() -> None:
    graph = evaluate(ROOT, "dev", StandInCloud(), values={"mlops:reviewPullRequests": "true"})
    template = json.loads(graph.named("review-target").inputs["inputTransformer"]["inputTemplate"])
    given = {item["name"]: "a" * 40 for item in template["environmentVariablesOverride"]}
    told = {**build_environment(graph, "review-build-project"), **given}
    environment = Noting(told)

    settings = review_settings.read_settings(environment)

    assert set(told) == environment.asked - FROM_THE_RUNTIME
    assert settings.repository == graph.outputs["name_prefix"]


def test_staging_reads_no_variable_that_no_build_is_told(graph: Graph) -> None:
    told = {
        **build_environment(graph, "build-staging-project"),
        **build_environment(graph, "build-image-project"),
    }
    environment = Noting(told)

    staging_settings.read_settings((), environment)

    assert environment.asked <= set(told) | FROM_THE_RUNTIME


def test_the_dags_are_told_what_they_read(graph: Graph, tmp_path: Path) -> None:
    content = graph.named("dags-object").inputs["content"]
    (tmp_path / "stack.json").write_text(content)

    settings = load_settings(tmp_path / "stack.json")

    assert set(json.loads(content)) == {"format"} | {
        field.name for field in fields(DagStackSettings)
    }
    assert settings.name_prefix == graph.outputs["name_prefix"]


def test_the_etl_reads_the_jobs_arguments(graph: Graph) -> None:
    arguments = graph.named("etl-job").inputs["defaultArguments"]
    flat = [part for pair in arguments.items() for part in pair]

    settings = EtlSettings.parse([*flat, "--request_uri", "s3://b/datasets/m/d/request.json"])

    assert settings.engine == arguments["--engine"]
    assert settings.duckdb_gb == int(arguments["--duckdb_gb"])


def test_the_etl_and_the_stack_have_one_limit_between_the_engines(graph: Graph) -> None:
    assert graph.named("etl-job").inputs["defaultArguments"]["--duckdb_gb"] == str(DUCKDB_GB)


def test_a_stack_can_choose_each_engine_of_the_etl() -> None:
    assert ETL_ENGINES == ENGINES


def test_the_functions_handler_is_in_its_archive(graph: Graph) -> None:
    function = graph.named("trigger-function").inputs
    module, _, name = function["handler"].rpartition(".")

    assert f"{module.replace('.', '/')}.py" in function["code"].assets
    assert callable(getattr(importlib.import_module(module), name))


def test_every_file_that_the_stack_names_is_in_the_repository(graph: Graph) -> None:
    missing = [path for path in named_files(graph) if not (ROOT / path).is_file()]

    assert missing == []


def named_files(graph: Graph) -> Iterator[str]:
    """Return buildspecs and uploaded files, as paths below the repository."""
    for project in graph.of_type("aws:codebuild/project:Project"):
        yield project.inputs["source"]["buildspec"]
    for uploaded in graph.of_type("aws:s3/bucketObjectv2:BucketObjectv2"):
        if "source" in uploaded.inputs:
            yield uploaded.inputs["source"].path


def build_environment(graph: Graph, project: str) -> dict[str, str]:
    """Return the variables that a CodeBuild project sets."""
    variables = graph.named(project).inputs["environment"]["environmentVariables"]
    return {variable["name"]: variable["value"] for variable in variables}
