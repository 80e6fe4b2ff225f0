"""How a model is served: what an endpoint config holds, how traffic moves, how it scales. Pure.

The config's identity covers what lies in the config: instances and data capture. How a deployment
goes and within which bounds instances scale is applied beside it, so that a change of these alone
makes no new fleet (`docs/adr/0007-scaling-is-applied-beside-the-endpoint-config.md`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dags.store import uri

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dags.settings import StackSettings
    from models.endpoint import Deployment, Endpoint, Scaling

VARIANT: Final = "AllTraffic"

NAMESPACE: Final = "sagemaker"
DIMENSION: Final = "sagemaker:variant:DesiredInstanceCount"
_METRIC: Final = "SageMakerVariantInvocationsPerInstance"

_TRAFFIC: Final = {"all-at-once": "ALL_AT_ONCE", "canary": "CANARY", "linear": "LINEAR"}
_STEP_FIELD: Final = {"canary": "CanarySize", "linear": "LinearStepSize"}

_MOST_ALARMS: Final = 10
_SLACK_SECONDS: Final = 3600
"""What starting a fleet may take beside a deployment's waits."""


def config_section(section: Mapping[str, Any], settings: StackSettings) -> dict[str, Any]:
    """Return the part of a model file's endpoint section that a config's identity hashes.

    That instances scale is part of it, the bounds are not: without it, the number that they were
    scaled to would stay when `scaling` is taken away.
    """
    scaled = {"scaled": True} if "scaling" in section else {}
    capture = {name: section[name] for name in ("data_capture",) if name in section}
    return {
        "instance_type": settings.endpoint_instance_type or section["instance_type"],
        "instance_count": section["instance_count"],
        **capture,
        **scaled,
    }


def data_capture(model: str, endpoint: Endpoint, settings: StackSettings) -> dict[str, Any]:
    """Return what an endpoint config says of requests and answers that are kept, if any are."""
    if endpoint.data_capture is None:
        return {}
    return {
        "DataCaptureConfig": {
            "EnableCapture": True,
            "InitialSamplingPercentage": endpoint.data_capture.percentage,
            "DestinationS3Uri": uri(settings.artifact_bucket, f"captures/{model}"),
            "KmsKeyId": settings.kms_key_arn,
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
            # What is not listed here is kept in Base64.
            "CaptureContentTypeHeader": {
                "CsvContentTypes": ["text/csv"],
                "JsonContentTypes": ["application/json"],
            },
        }
    }


def update_options(endpoint: Endpoint, alarms: Sequence[str]) -> dict[str, Any]:
    """Return how an endpoint goes over to another config: what UpdateEndpoint takes beside it.

    Args:
        endpoint: The model file's section.
        alarms: Those that take the deployment back.
    """
    options = retained() if endpoint.scaling else {}
    if endpoint.deployment:
        options |= {"DeploymentConfig": _deployment_config(endpoint.deployment, alarms)}
    return options


def retained() -> dict[str, Any]:
    """Return how an update keeps the number of instances that the load asked for."""
    return {
        "RetainAllVariantProperties": True,
        "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}],
    }


def deployment_seconds(endpoint: Endpoint) -> int:
    """Return how long a deployment's own waits take."""
    return endpoint.deployment.minutes * 60 if endpoint.deployment else 0


def watched_alarms(endpoint: Endpoint, known: Sequence[str]) -> tuple[str, ...]:
    """Return the alarms that a deployment of this section watches."""
    wanted = endpoint.deployment is not None and endpoint.deployment.rollback
    return tuple(known)[:_MOST_ALARMS] if wanted else ()


def _deployment_config(deployment: Deployment, alarms: Sequence[str]) -> dict[str, Any]:
    routing: dict[str, Any] = {
        "Type": _TRAFFIC[deployment.strategy],
        "WaitIntervalInSeconds": deployment.bake_minutes * 60,
    }
    step = _STEP_FIELD.get(deployment.strategy)
    if step:
        routing[step] = {"Type": "CAPACITY_PERCENT", "Value": deployment.step_percent}
    rollback = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in alarms]}}
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": routing,
            "TerminationWaitInSeconds": deployment.termination_wait_minutes * 60,
            "MaximumExecutionTimeoutInSeconds": deployment.minutes * 60 + _SLACK_SECONDS,
        },
        **(rollback if alarms else {}),
    }


def resource_id(endpoint: str) -> str:
    """Return what Application Auto Scaling calls the endpoint's variant."""
    return f"endpoint/{endpoint}/variant/{VARIANT}"


def target_request(endpoint: str, scaling: Scaling) -> dict[str, Any]:
    """Return the bounds within which the variant scales."""
    return {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": resource_id(endpoint),
        "ScalableDimension": DIMENSION,
        "MinCapacity": scaling.min_instances,
        "MaxCapacity": scaling.max_instances,
    }


def policy_name(endpoint: str) -> str:
    """Return the name of the variant's one scaling policy."""
    return f"{endpoint}-invocations"


def policy_request(endpoint: str, scaling: Scaling) -> dict[str, Any]:
    """Return what the variant scales by: requests for each instance."""
    return {
        "PolicyName": policy_name(endpoint),
        "ServiceNamespace": NAMESPACE,
        "ResourceId": resource_id(endpoint),
        "ScalableDimension": DIMENSION,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": float(scaling.invocations_per_minute),
            "PredefinedMetricSpecification": {"PredefinedMetricType": _METRIC},
            "ScaleInCooldown": scaling.scale_in_seconds,
            "ScaleOutCooldown": scaling.scale_out_seconds,
        },
    }
