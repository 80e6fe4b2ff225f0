"""What SageMaker refuses of an endpoint's update: variants that scale, and how traffic moves.

Traffic moves at once here, and nothing bakes: alarms never ring in the twin.
Reference: "Deployment guardrails" in SageMaker's developer guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin.services.autoscaling import scaled_variants
from twin.services.sagemaker_rules import refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud

STEPS: Final = {"CANARY": "CanarySize", "LINEAR": "LinearStepSize"}
MOST_SHARE: Final = 0.5
LEAST_SHARE: Final = {"CANARY": 0.0, "LINEAR": 0.1}
WHOLE: Final = 100


def require_update(
    cloud: Cloud, parameters: Mapping[str, Any], endpoint: Any, configs: tuple[Any, Any]
) -> None:
    """Refuse an update that SageMaker would.

    Args:
        cloud: Has the alarms, and the variants that scale.
        parameters: Of UpdateEndpoint.
        endpoint: As moto keeps it.
        configs: The config that is served, which may be gone, and the one to come.
    """
    served, wanted = configs
    _require_released(cloud, endpoint.endpoint_name, served, wanted)
    deployment: dict[str, Any] = parameters.get("DeploymentConfig") or {}
    policy = deployment.get("BlueGreenUpdatePolicy")
    if policy:
        count = _instances(parameters, endpoint, wanted)
        _require_steps(policy["TrafficRoutingConfiguration"], count)
        _require_time(policy)
    _require_alarms(cloud, deployment.get("AutoRollbackConfiguration") or {})


def _require_released(cloud: Cloud, endpoint: str, served: Any, wanted: Any) -> None:
    """Refuse another instance type for a variant that scales, and to take such a variant away."""
    before, after = _types(served), _types(wanted)
    held = sorted(
        name
        for name in scaled_variants(cloud, endpoint)
        if name not in after or before.get(name, after[name]) != after[name]
    )
    if held:
        raise refused(
            f'The variant(s) "[{", ".join(held)}]" must be deregistered as scalable targets with '
            "AWS Auto Scaling before they can be removed or have their instance type updated."
        )


def _types(config: Any) -> dict[str, str]:
    variants: list[dict[str, Any]] = config.production_variants if config is not None else []
    return {one["VariantName"]: one["InstanceType"] for one in variants}


def _instances(parameters: Mapping[str, Any], endpoint: Any, wanted: Any) -> int:
    listed: list[dict[str, str]] = parameters.get("ExcludeRetainedVariantProperties") or []
    excluded = [one["VariantPropertyType"] for one in listed]
    if parameters.get("RetainAllVariantProperties") and "DesiredInstanceCount" not in excluded:
        return int(endpoint.production_variants[0]["DesiredInstanceCount"])
    return int(wanted.production_variants[0]["InitialInstanceCount"])


def _require_steps(routing: Mapping[str, Any], count: int) -> None:
    kind = str(routing["Type"])
    step = STEPS.get(kind)
    for other in STEPS.values():
        if other != step and other in routing:
            raise refused(f"{other} cannot be specified for traffic routing type {kind}.")
    if step is None:
        return
    if step not in routing:
        raise refused(f"{step} is required for traffic routing type {kind}.")
    if count < 2:  # noqa: PLR2004 - a fleet of one cannot be split
        raise refused(f"Traffic routing type {kind} needs at least 2 instances; there is {count}.")
    size = routing[step]
    by_share = size["Type"] == "CAPACITY_PERCENT"
    share = size["Value"] / (WHOLE if by_share else count)
    if not LEAST_SHARE[kind] <= share <= MOST_SHARE:
        raise refused(
            f"{step} must be between {LEAST_SHARE[kind]:.0%} and {MOST_SHARE:.0%} of the variant's "
            f"{count} instances; it is {share:.0%}."
        )


def _require_time(policy: Mapping[str, Any]) -> None:
    routing = policy["TrafficRoutingConfiguration"]
    waits = routing["WaitIntervalInSeconds"] + policy.get("TerminationWaitInSeconds", 0)
    most = policy.get("MaximumExecutionTimeoutInSeconds")
    if most is not None and most <= waits:
        raise refused(
            f"MaximumExecutionTimeoutInSeconds {most} must be larger than the total waiting time "
            f"of {waits} s."
        )


def _require_alarms(cloud: Cloud, rollback: Mapping[str, Any]) -> None:
    """Refuse alarms that CloudWatch does not have."""
    listed: list[dict[str, str]] = rollback.get("Alarms") or []
    names = [one["AlarmName"] for one in listed]
    if not names:
        return
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=names)
    known = {one["AlarmName"] for one in found["MetricAlarms"]}
    missing = [name for name in names if name not in known]
    if missing:
        raise refused(f"Could not find CloudWatch alarm(s) {missing} for automatic rollback.")
