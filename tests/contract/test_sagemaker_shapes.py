"""The DAGs' requests to SageMaker against the typed shapes of AWS's own SDK.

The SDK lies in an environment of its own, which `make sagemaker-env` makes: Airflow's constraints
conflict with it. All bodies go there in one process.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.fake_aws import FakeAws
from tests.request_bodies import bodies
from tests.sagemaker_sdk import judge
from tests.sent_by_commands import COMMANDS
from tests.sent_by_units import UNITS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_aws import Request
    from tests.sent_by_units import Occasion

GROUP = {"ModelPackageGroupName": "group"}
CONFIG = {"EndpointConfigName": "config"}
VARIANT = {"VariantName": "all", "ModelName": "model"}

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("CreateModelPackageGroup", {}, "CreateModelPackageGroup.model_package_group_name"),
    ("CreateModelPackageGroup", {**GROUP, "Name": "x"}, "CreateModelPackageGroup.name"),
    ("CreateModelPackageGroup", {**GROUP, "Tags": [{"Key": "k"}]}, ".tags.0.value"),
    ("UpdateEndpoint", {"EndpointName": "e", "EndpointConfig": "c"}, ".endpoint_config"),
    ("DescribeEndpoint", {}, "DescribeEndpoint.endpoint_name"),
    ("DeleteModel", {"Model": "m"}, "DeleteModel.model"),
    ("StopTrainingJob", {"TrainingJobName": 1}, "StopTrainingJob.training_job_name"),
    ("ListModels", {"Name": "m"}, "ListModels.name"),
    (
        "CreateEndpointConfig",
        {**CONFIG, "ProductionVariants": [{**VARIANT, "InitialInstanceCount": "1"}]},
        ".production_variants.0.initial_instance_count",
    ),
    (
        "CreateEndpointConfig",
        {**CONFIG, "ProductionVariants": [{**VARIANT, "Count": 1}]},
        ".production_variants.0.count",
    ),
]
"""Operation, body, and the place that has to be named."""


def test_the_sdk_would_send_every_request() -> None:
    ours = [(one.operation, one.body) for one in bodies().values() if one.service == "sagemaker"]

    found = judge(ours)

    assert len(ours) >= 21
    assert [problem for problems in found for problem in problems] == []


def test_the_sdk_would_send_what_else_the_code_asks(tmp_path: Path) -> None:
    asked = {
        (camel(request.operation), json.dumps(request.parameters, sort_keys=True, default=str))
        for folder in (*UNITS.values(), *COMMANDS.values())
        for occasion in folder
        for request in requests_of(occasion, tmp_path)
        if request.service == "sagemaker"
    }
    ours = [(operation, json.loads(body)) for operation, body in sorted(asked)]

    found = judge(ours)

    assert {operation for operation, _ in ours} >= {"DescribeTrainingJob", "DeleteEndpoint"}
    assert [problem for problems in found for problem in problems] == []


def requests_of(occasion: Occasion, scratch: Path) -> list[Request]:
    aws = FakeAws()
    occasion(aws, scratch)
    return aws.requests


def camel(method: str) -> str:
    """Return an operation's own name, of boto3's."""
    return "".join(word.capitalize() for word in method.split("_"))


def test_what_the_sdk_would_not_send_is_named_with_its_place() -> None:
    package = {**GROUP, "CustomerMetadataProperties": {"SomeKey": "x", "some-key": "y"}}
    wrong = [(operation, body) for operation, body, _ in WRONG]

    *found, none = judge([*wrong, ("CreateModelPackage", package)])

    for problems, (_, _, place) in zip(found, WRONG, strict=True):
        assert any(place in problem for problem in problems), (place, problems)
    assert none == []  # the keys of a map are nobody's names
