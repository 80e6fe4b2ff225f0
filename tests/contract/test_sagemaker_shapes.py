"""The DAGs' requests to SageMaker against the typed shapes of AWS's own SDK.

The SDK lies in an environment of its own, which `make sagemaker-env` makes: Airflow's constraints
conflict with it. All bodies go there in one process.
"""

from __future__ import annotations

from typing import Any

from tests.request_bodies import bodies
from tests.sagemaker_sdk import judge

GROUP = {"ModelPackageGroupName": "group"}
CONFIG = {"EndpointConfigName": "config"}
VARIANT = {"VariantName": "all", "ModelName": "model"}

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("CreateModelPackageGroup", {}, "CreateModelPackageGroup.model_package_group_name"),
    ("CreateModelPackageGroup", {**GROUP, "Name": "x"}, "CreateModelPackageGroup.name"),
    ("CreateModelPackageGroup", {**GROUP, "Tags": [{"Key": "k"}]}, ".tags.0.value"),
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


def test_what_the_sdk_would_not_send_is_named_with_its_place() -> None:
    package = {**GROUP, "CustomerMetadataProperties": {"SomeKey": "x", "some-key": "y"}}
    wrong = [(operation, body) for operation, body, _ in WRONG]

    *found, none = judge([*wrong, ("CreateModelPackage", package)])

    for problems, (_, _, place) in zip(found, WRONG, strict=True):
        assert any(place in problem for problem in problems), (place, problems)
    assert none == []  # the keys of a map are nobody's names
