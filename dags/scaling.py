"""Application Auto Scaling: whether an endpoint's variant scales, and within which bounds.

A variant that scales is released before its endpoint is updated: SageMaker refuses another instance
type for one, and scaling in the middle of an update would collide with it. Afterwards it is put
back. Both may be repeated at any time, and converge.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from dags import hosting
from models.endpoint import Scaling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_application_autoscaling.client import ApplicationAutoScalingClient

    from dags.endpoints import Endpoint
    from dags.plan import Plan

logger = logging.getLogger(__name__)


def registered(client: ApplicationAutoScalingClient, endpoint: str) -> Scaling | None:
    """Return how the endpoint's variant scales; `None` where it does not.

    A variant that is registered without our policy has a target of 0, which no model file asks for.
    """
    targets = client.describe_scalable_targets(
        ServiceNamespace=hosting.NAMESPACE,
        ResourceIds=[hosting.resource_id(endpoint)],
        ScalableDimension=hosting.DIMENSION,
    )["ScalableTargets"]
    if not targets:
        return None
    target, in_seconds, out_seconds = _policy(client, endpoint)
    return Scaling(
        min_instances=targets[0]["MinCapacity"],
        max_instances=targets[0]["MaxCapacity"],
        invocations_per_minute=target,
        scale_in_seconds=in_seconds,
        scale_out_seconds=out_seconds,
    )


def _policy(client: ApplicationAutoScalingClient, endpoint: str) -> tuple[int, int, int]:
    policies = client.describe_scaling_policies(
        ServiceNamespace=hosting.NAMESPACE, ResourceId=hosting.resource_id(endpoint)
    )["ScalingPolicies"]
    for policy in policies:
        known = policy.get("TargetTrackingScalingPolicyConfiguration")
        if known and policy["PolicyName"] == hosting.policy_name(endpoint):
            cooldowns = known.get("ScaleInCooldown", 0), known.get("ScaleOutCooldown", 0)
            return int(known["TargetValue"]), *cooldowns
    return 0, 0, 0


def release(client: ApplicationAutoScalingClient, endpoint: str) -> None:
    """Let the variant scale no more; its policy goes too."""
    try:
        client.deregister_scalable_target(
            ServiceNamespace=hosting.NAMESPACE,
            ResourceId=hosting.resource_id(endpoint),
            ScalableDimension=hosting.DIMENSION,
        )
    except client.exceptions.ObjectNotFoundException:
        return
    logger.info("%s does not scale until it is deployed", endpoint)


def ensure(client: ApplicationAutoScalingClient, endpoint: str, wanted: Scaling | None) -> str:
    """Let the variant scale as wanted; return what was changed, empty where nothing was."""
    found = registered(client, endpoint)
    if found == wanted:
        return ""
    if wanted is None:
        release(client, endpoint)
        return "the endpoint scales no more"
    client.register_scalable_target(**hosting.target_request(endpoint, wanted))
    client.put_scaling_policy(**hosting.policy_request(endpoint, wanted))
    return (
        f"the endpoint scales from {wanted.min_instances} to {wanted.max_instances} instances, "
        f"at {wanted.invocations_per_minute} requests a minute for each"
    )


def follow(
    client: ApplicationAutoScalingClient,
    name: str,
    endpoint: Endpoint | None,
    plan: Plan,
    before: Mapping[str, Any] | None,
) -> str:
    """Let what serves after a run scale as it should; return what was changed.

    Args:
        client: Of Application Auto Scaling.
        name: The endpoint's.
        endpoint: What it serves now; after a failure that may be what it served before.
        plan: What the run was to deploy, with the bounds of its model file.
        before: Bounds before the run began to deploy, empty for none; `None` where it never began.
    """
    if endpoint is None or endpoint.status != "InService":
        return ""
    if endpoint.serves(plan.names.endpoint_config):
        return ensure(client, name, plan.model.endpoint.scaling)
    if before is None:
        return ""
    return ensure(client, name, Scaling(**before) if before else None)
