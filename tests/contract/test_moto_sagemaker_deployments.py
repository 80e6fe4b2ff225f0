"""How an endpoint goes over to another config: what is refused, what is kept, what is captured."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sagemaker_account import BUCKET, Account, refusal, wait_for

CAPTURE: dict[str, Any] = {
    "EnableCapture": True,
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": f"s3://{BUCKET}/captures/abalone",
    "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
    "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"]},
}


@pytest.fixture
def endpoint(account: Account) -> Account:
    account.create_endpoint(account.deployable("1"))
    return account


def deployment(routing: dict[str, Any], **policy: Any) -> dict[str, Any]:
    traffic = {"WaitIntervalInSeconds": 60, **routing}
    return {
        "DeploymentConfig": {
            "BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": traffic, **policy}
        }
    }


def size(value: int, kind: str = "CAPACITY_PERCENT") -> dict[str, Any]:
    return {"Type": kind, "Value": value}


def of_four(account: Account) -> str:
    account.add_model("model-4", "4")
    account.add_config("of-four", "model-4", variant={"InitialInstanceCount": 4})
    return "of-four"


@pytest.mark.parametrize(
    "routing",
    [
        {"Type": "ALL_AT_ONCE"},
        {"Type": "CANARY", "CanarySize": size(10)},
        {"Type": "CANARY", "CanarySize": size(2, "INSTANCE_COUNT")},
        {"Type": "LINEAR", "LinearStepSize": size(25)},
    ],
)
def test_traffic_may_move_in_these_ways(endpoint: Account, routing: dict[str, Any]) -> None:
    updated = endpoint.update_endpoint(of_four(endpoint), **deployment(routing))

    assert updated["EndpointConfigName"] == "of-four"


@pytest.mark.parametrize(
    ("routing", "said"),
    [
        ({"Type": "CANARY"}, "CanarySize is required"),
        ({"Type": "LINEAR", "CanarySize": size(10)}, "CanarySize cannot be specified"),
        ({"Type": "CANARY", "CanarySize": size(60)}, "between 0% and 50%"),
        ({"Type": "CANARY", "CanarySize": size(3, "INSTANCE_COUNT")}, "it is 75%"),
        ({"Type": "LINEAR", "LinearStepSize": size(5)}, "between 10% and 50%"),
    ],
)
def test_steps_have_the_size_that_sagemaker_takes(
    endpoint: Account, routing: dict[str, Any], said: str
) -> None:
    config = of_four(endpoint)

    _, message = refusal(lambda: endpoint.update_endpoint(config, **deployment(routing)))

    assert said in message


def test_a_fleet_of_one_cannot_be_split(endpoint: Account) -> None:
    config = endpoint.deployable("2")
    canary = deployment({"Type": "CANARY", "CanarySize": size(10)})

    _, message = refusal(lambda: endpoint.update_endpoint(config, **canary))

    assert message == "Traffic routing type CANARY needs at least 2 instances; there is 1."


def test_a_deployment_needs_more_time_than_its_waits(endpoint: Account) -> None:
    config = endpoint.deployable("2")
    hurried = deployment(
        {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 600}, MaximumExecutionTimeoutInSeconds=600
    )

    _, message = refusal(lambda: endpoint.update_endpoint(config, **hurried))

    assert message.startswith("MaximumExecutionTimeoutInSeconds 600 must be larger")


def test_an_alarm_that_is_not_there_is_refused(endpoint: Account) -> None:
    config = endpoint.deployable("2")
    rollback = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "missing"}]}}

    _, message = refusal(lambda: endpoint.update_endpoint(config, DeploymentConfig=rollback))

    assert "missing" in message


def test_instances_stay_where_the_update_says_so(endpoint: Account) -> None:
    endpoint.update_endpoint(of_four(endpoint))

    kept = endpoint.update_endpoint("config-1", RetainAllVariantProperties=True)
    reset = endpoint.update_endpoint("config-1")

    assert kept["ProductionVariants"][0]["DesiredInstanceCount"] == 4
    assert reset["ProductionVariants"][0]["DesiredInstanceCount"] == 1


def test_what_is_asked_and_answered_is_captured(endpoint: Account) -> None:
    endpoint.add_config("captured", "model-1", DataCaptureConfig=CAPTURE)

    described = endpoint.update_endpoint("captured")
    endpoint.cloud.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="twin-abalone", ContentType="text/csv", Body=b"M,0.455"
    )

    (record,) = wait_for(lambda: captured(endpoint), bool)
    asked, answered = (
        record["captureData"]["endpointInput"],
        record["captureData"]["endpointOutput"],
    )
    assert described["DataCaptureConfig"]["CaptureStatus"] == "Started"
    assert (asked["data"], asked["encoding"], asked["mode"]) == ("M,0.455", "CSV", "INPUT")
    assert (answered["data"], answered["observedContentType"]) == ("1", "text/csv")


def captured(account: Account) -> list[dict[str, Any]]:
    """Return all records."""
    prefix = "captures/abalone/twin-abalone/AllTraffic/"
    found = account.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    bodies = [account.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"] for one in found]
    return [json.loads(line) for body in bodies for line in body.read().splitlines()]


def test_a_config_without_capture_ends_it(endpoint: Account) -> None:
    endpoint.add_config("captured", "model-1", DataCaptureConfig=CAPTURE)
    endpoint.update_endpoint("captured")

    described = endpoint.update_endpoint("config-1")

    assert "DataCaptureConfig" not in described
