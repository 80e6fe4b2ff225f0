"""What the twin relies on in moto's Application Auto Scaling, and each refusal that it adds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sagemaker_account import Account, refusal

PLACE = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/twin-abalone/variant/AllTraffic",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
POLICY: dict[str, Any] = {
    **PLACE,
    "PolicyName": "by-requests",
    "PolicyType": "TargetTrackingScaling",
    "TargetTrackingScalingPolicyConfiguration": {
        "TargetValue": 100.0,
        "PredefinedMetricSpecification": {
            "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
        },
        "ScaleInCooldown": 300,
        "ScaleOutCooldown": 60,
    },
}


@pytest.fixture
def client(account: Account) -> Any:
    return account.cloud.client("application-autoscaling")


@pytest.fixture
def endpoint(account: Account) -> Account:
    account.create_endpoint(account.deployable("1"))
    return account


def register(client: Any, least: int = 1, most: int = 4) -> None:
    client.register_scalable_target(**PLACE, MinCapacity=least, MaxCapacity=most)


@pytest.mark.usefixtures("endpoint")
def test_what_is_registered_is_described(client: Any) -> None:
    register(client)
    client.put_scaling_policy(**POLICY)

    (target,) = client.describe_scalable_targets(
        ServiceNamespace="sagemaker", ResourceIds=[PLACE["ResourceId"]]
    )["ScalableTargets"]
    (policy,) = client.describe_scaling_policies(
        ServiceNamespace="sagemaker", ResourceId=PLACE["ResourceId"]
    )["ScalingPolicies"]

    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    assert (tracking["TargetValue"], tracking["ScaleInCooldown"]) == (100.0, 300)


@pytest.mark.usefixtures("endpoint")
def test_registering_again_changes_the_bounds(client: Any) -> None:
    register(client)
    register(client, most=9)

    (target,) = client.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]

    assert target["MaxCapacity"] == 9


@pytest.mark.usefixtures("endpoint")
def test_a_policy_goes_with_its_target(client: Any) -> None:
    register(client)
    client.put_scaling_policy(**POLICY)

    client.deregister_scalable_target(**PLACE)

    assert client.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"] == []


@pytest.mark.usefixtures("endpoint")
def test_what_is_not_registered_is_not_found(client: Any) -> None:
    again = (
        refusal(lambda: client.deregister_scalable_target(**PLACE)),
        refusal(lambda: client.put_scaling_policy(**POLICY)),
    )

    assert {code for code, _ in again} == {"ObjectNotFoundException"}


@pytest.mark.usefixtures("endpoint")
def test_no_maximum_lies_below_the_minimum(client: Any) -> None:
    _, message = refusal(lambda: register(client, 4, 1))

    assert message == "Maximum capacity cannot be less than minimum capacity"


@pytest.mark.usefixtures("endpoint")
def test_bounds_are_needed_at_first(client: Any) -> None:
    code, _ = refusal(lambda: client.register_scalable_target(**PLACE, MinCapacity=1))

    assert code == "ValidationException"


@pytest.mark.usefixtures("account")
def test_a_variant_that_is_not_there_cannot_scale(client: Any) -> None:
    _, message = refusal(lambda: register(client))

    assert message == f"SageMaker variant doesn't exist: {PLACE['ResourceId']}"


def test_another_instance_type_is_refused_while_the_variant_scales(
    endpoint: Account, client: Any
) -> None:
    register(client)
    endpoint.add_config("larger", "model-1", variant={"InstanceType": "ml.m5.xlarge"})

    _, message = refusal(lambda: endpoint.update_endpoint("larger"))
    client.deregister_scalable_target(**PLACE)
    updated = endpoint.update_endpoint("larger")

    assert message == (
        'The variant(s) "[AllTraffic]" must be deregistered as scalable targets with AWS Auto '
        "Scaling before they can be removed or have their instance type updated."
    )
    assert updated["EndpointConfigName"] == "larger"


def test_another_model_is_taken_while_the_variant_scales(endpoint: Account, client: Any) -> None:
    register(client)

    updated = endpoint.update_endpoint(endpoint.deployable("2"))

    assert updated["EndpointConfigName"] == "config-2"
