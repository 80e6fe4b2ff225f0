"""What the program registers exists in the provider: types, nested keys, closed sets of values.

Nothing else here would notice: without an engine a misspelt key below the first level is taken as
it is, and AWS tells of a wrong value only when the resource is made.
"""

from __future__ import annotations

import importlib
import json
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import botocore.session
import pytest
from pulumi import (
    _types,  # pyright: ignore[reportPrivateUsage] - nothing public tells a class's keys
)

from components.naming import Names
from ops.program import Graph, StandInCloud, evaluate
from tests.stack_forms import ALL, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
MODULES = {"lambda": "lambda_"}
VARIANTS: dict[str, tuple[str, dict[str, str]]] = {
    "dev": ("dev", {}),
    "twin": ("twin", {}),
    "connection": (
        "dev",
        {"mlops:source": "connection", "mlops:sourceRepository": "team/models"},
    ),
    "review": ("dev", {"mlops:reviewPullRequests": "true"}),
}
"""Stacks with settings over their own: each kind of resource is in one of them."""

# Property of a type -> the shape of the service that lists its values. A dot goes into a mapping,
# or into each member of a list.
ENUMS: dict[tuple[str, str], tuple[str, str]] = {
    ("aws:cloudwatch/eventRule:EventRule", "state"): ("events", "RuleState"),
    ("aws:codebuild/project:Project", "artifacts.type"): ("codebuild", "ArtifactsType"),
    ("aws:codebuild/project:Project", "cache.modes"): ("codebuild", "CacheMode"),
    ("aws:codebuild/project:Project", "cache.type"): ("codebuild", "CacheType"),
    ("aws:codebuild/project:Project", "environment.computeType"): ("codebuild", "ComputeType"),
    ("aws:codebuild/project:Project", "environment.type"): ("codebuild", "EnvironmentType"),
    ("aws:codebuild/project:Project", "source.type"): ("codebuild", "SourceType"),
    ("aws:codepipeline/pipeline:Pipeline", "executionMode"): ("codepipeline", "ExecutionMode"),
    ("aws:codepipeline/pipeline:Pipeline", "pipelineType"): ("codepipeline", "PipelineType"),
    ("aws:codepipeline/pipeline:Pipeline", "stages.actions.category"): (
        "codepipeline",
        "ActionCategory",
    ),
    ("aws:codepipeline/pipeline:Pipeline", "stages.actions.owner"): ("codepipeline", "ActionOwner"),
    ("aws:ecr/repository:Repository", "encryptionConfigurations.encryptionType"): (
        "ecr",
        "EncryptionType",
    ),
    ("aws:ecr/repository:Repository", "imageTagMutability"): ("ecr", "ImageTagMutability"),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcEndpointType"): ("ec2", "VpcEndpointType"),
    ("aws:glue/job:Job", "workerType"): ("glue", "WorkerType"),
    ("aws:lambda/function:Function", "architectures"): ("lambda", "Architecture"),
    ("aws:lambda/function:Function", "loggingConfig.logFormat"): ("lambda", "LogFormat"),
    ("aws:lambda/function:Function", "runtime"): ("lambda", "Runtime"),
    ("aws:mwaa/environment:Environment", "endpointManagement"): ("mwaa", "EndpointManagement"),
    ("aws:mwaa/environment:Environment", "loggingConfiguration.taskLogs.logLevel"): (
        "mwaa",
        "LoggingLevel",
    ),
    ("aws:mwaa/environment:Environment", "webserverAccessMode"): ("mwaa", "WebserverAccessMode"),
    ("aws:mwaa/environment:Environment", "workerReplacementStrategy"): (
        "mwaa",
        "WorkerReplacementStrategy",
    ),
    ("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules.status"): (
        "s3",
        "ExpirationStatus",
    ),
    ("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "rule.objectOwnership"): (
        "s3",
        "ObjectOwnership",
    ),
    ("aws:s3/bucketVersioning:BucketVersioning", "versioningConfiguration.status"): (
        "s3",
        "BucketVersioningStatus",
    ),
}


UNTAGGED = {"aws:s3/bucketObjectv2:BucketObjectv2"}
"""A tag on each object would cost a permission and a request each, and bills nothing."""


@pytest.fixture(scope="module", params=VARIANTS)
def graph(request: pytest.FixtureRequest) -> Graph:
    """Return a stack with everything known."""
    stack, values = VARIANTS[request.param]
    return evaluate(ROOT, stack, StandInCloud(), values=values)


def test_every_key_of_every_resource_exists(graph: Graph) -> None:
    unknown = [
        f"{resource.name}: {path}"
        for resource in graph
        if resource.custom
        for path in unknown_keys(arguments_of(resource.type), resource.inputs)
    ]

    assert unknown == []


@pytest.mark.parametrize(
    ("token", "inputs", "unknown"),
    [
        ("aws:sqs/queue:Queue", {"nam": "q"}, "nam"),
        (
            "aws:mwaa/environment:Environment",
            {"networkConfiguration": {"subnetIdz": []}},
            "networkConfiguration.subnetIdz",
        ),
        (
            "aws:codepipeline/pipeline:Pipeline",
            {"stages": [{"name": "s", "actions": [{"nam": 1}]}]},
            "stages[0].actions[0].nam",
        ),
    ],
)
def test_a_misspelt_key_is_found(token: str, inputs: dict[str, Any], unknown: str) -> None:
    assert list(unknown_keys(arguments_of(token), inputs)) == [unknown]


@pytest.mark.parametrize(("name", "form"), ALL)
def test_every_resource_that_can_carry_tags_carries_the_stack_s(name: str, form: str) -> None:
    graph = stack(name, form)
    tags = Names(prefix=graph.outputs["name_prefix"], account="", region="").tags

    missing = [
        resource.name
        for resource in graph
        if resource.custom
        and resource.type not in UNTAGGED
        and "tags" in pulumi_names(arguments_of(resource.type)).values()
        and not tags.items() <= resource.inputs.get("tags", {}).items()
    ]

    assert missing == []


@pytest.mark.parametrize(("where", "shape"), ENUMS.items(), ids=lambda value: "-".join(value))
def test_values_are_those_that_the_service_lists(
    where: tuple[str, str], shape: tuple[str, str], graph: Graph
) -> None:
    token, path = where
    allowed = enum_of(*shape)

    resources = graph.of_type(token)
    found = {
        value for resource in resources for value in values_at(resource.inputs, path.split("."))
    }

    assert found
    assert found <= allowed


def test_every_document_in_the_stack_is_json(graph: Graph) -> None:
    documents = ("policy", "assumeRolePolicy", "eventPattern", "inputTemplate")
    texts = [
        value
        for resource in graph
        for name in documents
        for value in values_at(resource.inputs, [name])
    ]

    assert len(texts) > 20
    assert all(isinstance(json.loads(text), dict) for text in texts)


def arguments_of(token: str) -> type:
    """Return the class of a resource's arguments; where `XArgs` is a nested type, `XInitArgs`."""
    _, module_path, name = token.split(":")
    package = module_path.split("/")[0]
    module = importlib.import_module(f"pulumi_aws.{MODULES.get(package, package)}")
    found: type = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    return found


def pulumi_names(arguments: type) -> dict[str, str]:
    """Return the provider's names of a class's properties by their Python names."""
    return dict(_types.input_type_py_to_pulumi_names(arguments))


def unknown_keys(arguments: type, value: Any, path: str = "") -> Iterator[str]:
    """Go through a value and return the paths of keys that its class does not have."""
    if isinstance(value, list):
        for number, item in enumerate(cast("list[Any]", value)):
            yield from unknown_keys(arguments, item, f"{path}[{number}]")
    if not isinstance(value, dict):
        return
    python_names = {pulumi: python for python, pulumi in pulumi_names(arguments).items()}
    types = cast("dict[str, Any]", _types.input_type_types(arguments))
    for key, item in cast("dict[str, Any]", value).items():
        where = f"{path}.{key}".lstrip(".")
        if key not in python_names:
            yield where
            continue
        nested = nested_class(types.get(key, types.get(python_names[key])))
        if nested is not None:
            yield from unknown_keys(nested, item, where)


def nested_class(annotation: Any) -> type | None:
    """Return the class of arguments within an annotation; None where there is a plain value."""
    if isinstance(annotation, type) and _types.is_input_type(annotation):
        return annotation
    found = (nested_class(argument) for argument in typing.get_args(annotation))
    return next((argument for argument in found if argument is not None), None)


def enum_of(service: str, shape: str) -> set[str]:
    """Return the values that a service's model lists for a shape."""
    model = botocore.session.get_session().get_service_model(service)
    return set(cast("Any", model.shape_for(shape)).enum)


def values_at(value: Any, path: list[str]) -> Iterator[Any]:
    """Return what lies at a path, in each member of the lists on the way."""
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from values_at(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from values_at(cast("dict[str, Any]", value)[path[0]], path[1:])
