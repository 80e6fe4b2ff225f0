"""What the twin completes in moto's Application Auto Scaling: what it refuses for endpoints.

moto registers variants of endpoints that are not there, has no error of its own for what is not
registered, and leaves the policies of a target behind. Instances are not scaled here: an endpoint
has one container, and nobody watches its metrics.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import JsonRESTError
from moto.sagemaker.models import sagemaker_backends

if TYPE_CHECKING:
    from twin.cloud import Cloud

_moto_register = ApplicationAutoScalingResponse.register_scalable_target
_moto_put_policy = ApplicationAutoScalingResponse.put_scaling_policy

VARIANT: Final = re.compile(r"endpoint/(?P<endpoint>[^/]+)/variant/(?P<variant>[^/]+)")
DIMENSION: Final = "sagemaker:variant:DesiredInstanceCount"


def install(cloud: Cloud) -> None:
    """Complete moto's Application Auto Scaling for this cloud."""

    def register(self: ApplicationAutoScalingResponse) -> str:
        sent: dict[str, Any] = json.loads(self.body)
        _require_bounds(cloud, sent)
        _require_variant(cloud, sent)
        return _moto_register(self)

    def deregister(self: ApplicationAutoScalingResponse) -> str:
        sent: dict[str, Any] = json.loads(self.body)
        _require_registered(cloud, sent)
        backend = _backend(cloud)
        backend.deregister_scalable_target(
            sent["ServiceNamespace"], sent["ResourceId"], sent["ScalableDimension"]
        )
        for key, policy in tuple(backend.policies.items()):
            if policy.resource_id == sent["ResourceId"]:
                del backend.policies[key]
        return json.dumps({})

    def put_policy(self: ApplicationAutoScalingResponse) -> str:
        _require_registered(cloud, json.loads(self.body))
        return _moto_put_policy(self)

    ApplicationAutoScalingResponse.register_scalable_target = register
    ApplicationAutoScalingResponse.deregister_scalable_target = deregister
    ApplicationAutoScalingResponse.put_scaling_policy = put_policy


def scaled_variants(cloud: Cloud, endpoint: str) -> frozenset[str]:
    """Return the variants of an endpoint that are registered."""
    places = map(VARIANT.fullmatch, _backend(cloud).targets.get(DIMENSION, {}))
    return frozenset(
        place["variant"] for place in places if place and place["endpoint"] == endpoint
    )


def _backend(cloud: Cloud) -> Any:
    return applicationautoscaling_backends[cloud.account][cloud.region]


def _require_bounds(cloud: Cloud, sent: dict[str, Any]) -> None:
    known = _target(cloud, sent)
    least = sent.get("MinCapacity", known.min_capacity if known else None)
    most = sent.get("MaxCapacity", known.max_capacity if known else None)
    if least is None or most is None:
        raise _refused("A scalable target needs MinCapacity and MaxCapacity when it is registered.")
    if least > most:
        raise _refused("Maximum capacity cannot be less than minimum capacity")


def _require_variant(cloud: Cloud, sent: dict[str, Any]) -> None:
    """Refuse what is no variant of an endpoint that is in service."""
    if sent["ServiceNamespace"] != "sagemaker":
        raise _refused("The twin scales variants of SageMaker's endpoints alone.")
    place = VARIANT.fullmatch(sent["ResourceId"])
    endpoints: Any = sagemaker_backends[cloud.account][cloud.region].endpoints
    found: Any = endpoints.get(place["endpoint"]) if place else None
    variants = [one["VariantName"] for one in found.production_variants] if found else []
    if found is None or place is None or place["variant"] not in variants:
        raise _refused(f"SageMaker variant doesn't exist: {sent['ResourceId']}")
    if found.endpoint_status != "InService":
        raise _refused(
            f"Endpoint {place['endpoint']} is {found.endpoint_status}: its variants can be "
            "registered while it is InService."
        )


def _require_registered(cloud: Cloud, sent: dict[str, Any]) -> None:
    if _target(cloud, sent) is None:
        raise JsonRESTError(
            "ObjectNotFoundException",
            f"No scalable target registered for service namespace: {sent['ServiceNamespace']}, "
            f"resource ID: {sent['ResourceId']}, scalable dimension: {sent['ScalableDimension']}",
        )


def _target(cloud: Cloud, sent: dict[str, Any]) -> Any:
    return _backend(cloud).targets.get(sent["ScalableDimension"], {}).get(sent["ResourceId"])


def _refused(message: str) -> JsonRESTError:
    return JsonRESTError("ValidationException", message)
