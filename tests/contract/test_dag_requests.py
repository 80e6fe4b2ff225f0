"""The DAGs' request bodies against botocore's models of Glue, SageMaker and ECR.

botocore itself checks names, types, required members and least lengths before it sends a request;
enums, patterns and greatest lengths it leaves to the service. Here all of them are checked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from dags import requests
from tests.unit.dags import builders
from tests.unit.dags.builders import plan, spot_model, stack_settings, trained, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

ARGUMENTS = (plan(), stack_settings(), trained(), builders.PACKAGE_ARN)
GLUE_RUN = {
    "JobName": stack_settings().glue_job,
    "Arguments": requests.etl_arguments(plan(), stack_settings()),
}

BODIES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "etl": ("glue", "StartJobRun", GLUE_RUN),
    "training": (
        "sagemaker",
        "CreateTrainingJob",
        requests.training_request(plan(), stack_settings()),
    ),
    "training on spot": (
        "sagemaker",
        "CreateTrainingJob",
        requests.training_request(plan(spot_model()), stack_settings()),
    ),
    "package group": (
        "sagemaker",
        "CreateModelPackageGroup",
        requests.package_group_request(plan(), stack_settings()),
    ),
    "package": (
        "sagemaker",
        "CreateModelPackage",
        requests.package_request(plan(), stack_settings(), trained(), verdict()),
    ),
    "model": ("sagemaker", "CreateModel", requests.model_request(*ARGUMENTS)),
    "endpoint config": (
        "sagemaker",
        "CreateEndpointConfig",
        requests.endpoint_config_request(*ARGUMENTS),
    ),
    "endpoint": (
        "sagemaker",
        "CreateEndpoint",
        requests.endpoint_request(plan(), stack_settings()),
    ),
    "endpoint update": (
        "sagemaker",
        "UpdateEndpoint",
        requests.endpoint_request(plan(), stack_settings()),
    ),
}

CLASSES = {
    r"\p{L}": "a-zA-Z",
    r"\p{M}": "",
    r"\p{N}": "0-9",
    r"\p{Z}": " ",
    r"\p{S}": "$+<=>^`|~",
    r"\p{P}": r"!-/:-@\[-_{}",
}
"""Unicode's classes in the services' patterns, as far as ASCII goes; Python's `re` has none."""


def problems(shape: Shape, value: Any, where: str) -> Iterator[str]:
    """Yield what a service would refuse although botocore sends it."""
    kind: Any = shape
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from problems(kind.members[name], member, f"{where}.{name}")
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from problems(kind.member, item, f"{where}[{index}]")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from problems(kind.key, key, f"{where} key {key}")
            yield from problems(kind.value, item, f"{where}.{key}")
    yield from size_problems(shape, value, where)
    if shape.type_name == "string":
        yield from text_problems(shape, value, where)


def size_problems(shape: Shape, value: Any, where: str) -> Iterator[str]:
    most: int | None = shape.metadata.get("max")
    size = value if isinstance(value, int | float) else len(value)
    if most is not None and size > most:
        yield f"{where}: {size} is above {most}"


def text_problems(shape: Shape, value: str, where: str) -> Iterator[str]:
    choices = shape.metadata.get("enum")
    if choices and value not in choices:
        yield f"{where}: {value!r} is none of {choices}"
    pattern: str | None = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(python_pattern(pattern), value):
        yield f"{where}: {value!r} does not match {pattern}"


def python_pattern(pattern: str) -> str:
    """Translate a pattern of a service's model; Glue's 'any character of XML' is any text here."""
    if r"\uD800" in pattern:
        return r"[\s\S]*"
    found = re.sub(r"\$\{1,\d+\}$", "", pattern)  # a slip in SageMaker's model
    for theirs, ours in CLASSES.items():
        found = found.replace(theirs, ours)
    return found


def operation_input(service: str, operation: str) -> Shape:
    """Return the shape of an operation's request."""
    model = get_session().get_service_model(service).operation_model(operation)
    assert model.input_shape is not None
    return model.input_shape


@pytest.mark.parametrize("name", BODIES)
def test_botocore_sends_the_body(name: str) -> None:
    service, operation, body = BODIES[name]

    report = ParamValidator().validate(body, operation_input(service, operation))

    assert report.generate_report() == ""


@pytest.mark.parametrize("name", BODIES)
def test_the_service_takes_the_body(name: str) -> None:
    service, operation, body = BODIES[name]

    found = list(problems(operation_input(service, operation), body, operation))

    assert found == []


def test_every_enum_is_seen() -> None:
    body = {**BODIES["training"][2], "AlgorithmSpecification": {"TrainingInputMode": "Folder"}}

    found = list(problems(operation_input("sagemaker", "CreateTrainingJob"), body, "job"))

    assert found == [
        "job.AlgorithmSpecification.TrainingInputMode: 'Folder' is none of "
        "['Pipe', 'File', 'FastFile']"
    ]


def test_every_pattern_and_length_is_seen() -> None:
    body = {"ModelPackageGroupName": f"{'x' * 63}_", "Tags": [{"Key": "a", "Value": "*"}]}

    found = list(problems(operation_input("sagemaker", "CreateModelPackageGroup"), body, "group"))

    assert [problem.split(":")[0] for problem in found] == [
        "group.ModelPackageGroupName",
        "group.ModelPackageGroupName",
        "group.Tags[0].Value",
    ]


def test_glue_keeps_none_of_our_argument_names_for_itself() -> None:
    """They are listed under "Using job parameters in AWS Glue jobs" in its guide."""
    reserved = {"--conf", "--debug", "--mode", "--JOB_NAME", "--endpoint"}

    assert not reserved & set(GLUE_RUN["Arguments"])
