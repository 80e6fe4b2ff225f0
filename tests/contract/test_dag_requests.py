"""The DAGs' request bodies against botocore's models of Glue and SageMaker.

botocore itself checks names, types, required members and least lengths before it sends a request;
enums, patterns and greatest lengths it leaves to the service. Here all of them are checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from tests.request_bodies import Body, bodies
from twin.calls.shapes import violations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import Shape

BODIES = bodies()


def operation_input(body: Body) -> Shape:
    """Return the shape of an operation's request."""
    model = get_session().get_service_model(body.service).operation_model(body.operation)
    assert model.input_shape is not None
    return model.input_shape


def one(operation: str) -> Body:
    """Return the first body of an operation."""
    return next(body for body in BODIES.values() if body.operation == operation)


def changed(operation: str, **changes: Any) -> Body:
    body = one(operation)
    return Body(body.service, operation, {**body.body, **changes})


def problems(body: Body) -> list[str]:
    return list(violations(operation_input(body), body.body))


@pytest.mark.parametrize("name", BODIES)
def test_botocore_sends_the_body(name: str) -> None:
    body = BODIES[name]

    report = ParamValidator().validate(body.body, operation_input(body))

    assert report.generate_report() == ""


@pytest.mark.parametrize("name", BODIES)
def test_the_service_takes_the_body(name: str) -> None:
    assert problems(BODIES[name]) == []


WRONG: list[tuple[str, Mapping[str, Any], list[str]]] = [
    (
        "CreateTrainingJob",
        {"AlgorithmSpecification": {"TrainingInputMode": "Folder"}},
        ["algorithmSpecification.trainingInputMode"],
    ),
    (
        "CreateModelPackageGroup",
        {"ModelPackageGroupName": f"{'x' * 63}_", "Tags": [{"Key": "a", "Value": "*"}]},
        ["modelPackageGroupName", "modelPackageGroupName", "tags.1.member.value"],
    ),
    ("CreateEndpoint", {"EndpointConfigName": None}, ["endpointConfigName"]),
    (
        "CreateTrainingJob",
        {"ResourceConfig": {"InstanceCount": -1, "VolumeSizeInGB": -1}},
        ["resourceConfig.instanceCount", "resourceConfig.volumeSizeInGB"],
    ),
]


@pytest.mark.parametrize(("operation", "changes", "places"), WRONG)
def test_a_body_that_the_service_refuses_is_found(
    operation: str, changes: Mapping[str, Any], places: list[str]
) -> None:
    found = problems(changed(operation, **changes))

    assert [problem.split("'")[-2 if "null" in problem else 3] for problem in found] == places


def test_glue_keeps_none_of_our_argument_names_for_itself() -> None:
    """They are listed under "Using job parameters in AWS Glue jobs" in its guide."""
    reserved = {"--conf", "--debug", "--mode", "--JOB_NAME", "--endpoint"}

    assert not reserved & set(one("StartJobRun").body["Arguments"])
