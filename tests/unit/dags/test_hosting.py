"""What an endpoint config holds, how traffic moves to it, and how it scales."""

from __future__ import annotations

from typing import Any

import pytest

from dags import hosting, requests
from models.endpoint import Endpoint, Scaling
from tests.unit.dags import builders
from tests.unit.dags.builders import SCALING, hosted_model, plan, stack_settings

ALARMS = ("5xx", "latency")


def config(**sections: Any) -> str:
    """Return the name of the config that a model file leads to."""
    return plan(hosted_model(**sections)).names.endpoint_config


def options(alarms: tuple[str, ...] = (), **sections: Any) -> dict[str, Any]:
    return hosting.update_options(hosted_model(**sections).endpoint, alarms)


# ---- the config


def test_a_section_that_says_nothing_new_leads_to_the_config_that_it_always_did() -> None:
    section = {"instance_type": "ml.m5.large", "instance_count": 1}

    assert hosting.config_section(section, stack_settings()) == section


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"deployment": {"bake_minutes": 9}}),
        ({"scaling": SCALING}, {"scaling": {**SCALING, "max_instances": 9}}),
    ],
)
def test_deployment_and_bounds_are_applied_beside_the_config(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert config(**before) == config(**after)


@pytest.mark.parametrize(
    "section", [{"scaling": {**SCALING, "min_instances": 2}}, {"data_capture": {"percentage": 5}}]
)
def test_what_is_in_the_config_makes_another_one(section: dict[str, Any]) -> None:
    assert config(**section) != config()


def test_the_stacks_instance_type_wins() -> None:
    section = builders.model().endpoint.to_json()

    found = hosting.config_section(section, stack_settings(endpoint_instance_type="ml.t2.medium"))

    assert found["instance_type"] == "ml.t2.medium"


def test_nothing_is_kept_of_requests_unless_the_model_file_says_so() -> None:
    request = requests.endpoint_config_request(
        plan(), stack_settings(), builders.trained(), builders.PACKAGE_ARN
    )

    assert "DataCaptureConfig" not in request


def test_requests_and_answers_are_kept_under_a_prefix_of_the_model() -> None:
    endpoint = hosted_model(data_capture={"percentage": 20}).endpoint

    capture = hosting.data_capture("abalone", endpoint, stack_settings())["DataCaptureConfig"]

    bucket = stack_settings().artifact_bucket
    assert capture["DestinationS3Uri"] == f"s3://{bucket}/captures/abalone"
    assert capture["InitialSamplingPercentage"] == 20
    assert capture["KmsKeyId"] == stack_settings().kms_key_arn
    assert [one["CaptureMode"] for one in capture["CaptureOptions"]] == ["Input", "Output"]


# ---- the update


def test_without_a_deployment_section_sagemaker_decides() -> None:
    assert options(ALARMS) == {}


def test_all_at_once_bakes_and_is_taken_back_by_alarms() -> None:
    found = options(ALARMS, deployment={"bake_minutes": 10})["DeploymentConfig"]

    assert found["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"] == {
        "Type": "ALL_AT_ONCE",
        "WaitIntervalInSeconds": 600,
    }
    assert found["AutoRollbackConfiguration"] == {
        "Alarms": [{"AlarmName": "5xx"}, {"AlarmName": "latency"}]
    }


@pytest.mark.parametrize(
    ("strategy", "field", "percent"),
    [("canary", "CanarySize", 10), ("linear", "LinearStepSize", 25)],
)
def test_steps_have_a_size(strategy: str, field: str, percent: int) -> None:
    found = options(deployment={"strategy": strategy})["DeploymentConfig"]

    routing = found["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]
    assert routing[field] == {"Type": "CAPACITY_PERCENT", "Value": percent}


def test_a_deployment_may_take_longer_than_all_its_waits() -> None:
    deployment = {"strategy": "linear", "step_percent": 20, "bake_minutes": 10}

    policy = options(deployment=deployment)["DeploymentConfig"]["BlueGreenUpdatePolicy"]

    assert policy["MaximumExecutionTimeoutInSeconds"] > 5 * 600


def test_no_alarm_is_no_rollback_configuration() -> None:
    assert "AutoRollbackConfiguration" not in options((), deployment={})["DeploymentConfig"]


@pytest.mark.parametrize(
    ("sections", "watched"),
    [
        ({}, ()),
        ({"deployment": {}}, ALARMS),
        ({"deployment": {"rollback": False}}, ()),
    ],
)
def test_alarms_are_watched_where_a_deployment_is_to_be_taken_back(
    sections: dict[str, Any], watched: tuple[str, ...]
) -> None:
    assert hosting.watched_alarms(hosted_model(**sections).endpoint, ALARMS) == watched


def test_sagemaker_watches_ten_alarms_at_most() -> None:
    endpoint = hosted_model(deployment={}).endpoint

    assert len(hosting.watched_alarms(endpoint, [str(number) for number in range(12)])) == 10


def test_an_endpoint_that_scales_keeps_its_instances() -> None:
    scaled: Endpoint = hosted_model(scaling={**SCALING, "min_instances": 2}).endpoint

    assert hosting.update_options(scaled, ()) == {
        "RetainAllVariantProperties": True,
        "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}],
    }


# ---- scaling


def test_a_variant_scales_by_requests_for_each_instance() -> None:
    request = hosting.policy_request("mlops-test-abalone", Scaling(1, 4, 6000, 300, 60))

    tracked = request["TargetTrackingScalingPolicyConfiguration"]
    assert request["ResourceId"] == builders.RESOURCE
    assert tracked["TargetValue"] == 6000
    assert (tracked["ScaleInCooldown"], tracked["ScaleOutCooldown"]) == (300, 60)
