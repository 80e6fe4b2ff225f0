"""What the twin completes in moto's SageMaker: the refusals of models and endpoint configs.

moto takes names twice, images and archives that are not there, and roles that nobody may assume.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.sagemaker import models
from moto.sagemaker.responses import SageMakerResponse

from twin.services.sagemaker_networks import HOSTING_ZONES, require_network
from twin.services.sagemaker_rules import (
    answer_with,
    refuse_volume_key,
    refused,
    require_image,
    require_object,
    require_role,
)

if TYPE_CHECKING:
    from twin.cloud import Cloud

_moto_create_model = SageMakerResponse.create_model
_moto_create_config = SageMakerResponse.create_endpoint_config


def install(cloud: Cloud) -> None:
    """Complete moto's models and endpoint configs for this cloud."""
    catalogue = Catalogue(cloud)
    # its list of instance types is years old; botocore's is checked with the request's shape
    models.FakeEndpointConfig.validate_instance_type = _accept
    answer_with(
        {
            "create_model": catalogue.create_model,
            "list_models": catalogue.list_models,
            "create_endpoint_config": catalogue.create_config,
        }
    )


def _accept(self: Any, instance_type: str) -> None:
    del self, instance_type


class Catalogue:
    """The operations on models and endpoint configs that AWS answers differently than moto."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lock = threading.Lock()

    def create_model(self, response: Any) -> ActionResult:
        """Create a model whose role, image and archive are there, under a name that is free."""
        parameters = dict(response.params)
        container: dict[str, Any] = parameters.get("PrimaryContainer") or {}
        if not container.get("Image") or not container.get("ModelDataUrl"):
            raise refused("The twin serves a PrimaryContainer with Image and ModelDataUrl alone.")
        role = parameters.get("ExecutionRoleArn", "")
        require_role(self._cloud, role)
        require_image(self._cloud, container["Image"])
        require_object(self._cloud, role, container["ModelDataUrl"])
        require_network(self._cloud, parameters.get("VpcConfig"), zones=HOSTING_ZONES)
        with self._lock:
            for taken in response.sagemaker_backend.list_models():
                if taken.model_name == parameters["ModelName"]:
                    raise refused(f'Cannot create already existing model "{taken.arn}".')
            return _moto_create_model(response)

    def list_models(self, response: Any) -> ActionResult:
        """List models; moto ignores the filter."""
        part = response.params.get("NameContains") or ""
        found = [one for one in response.sagemaker_backend.list_models() if part in one.model_name]
        return ActionResult({"Models": [one.response_object for one in found]})

    def create_config(self, response: Any) -> ActionResult:
        """Create an endpoint config under a name that is free."""
        parameters = dict(response.params)
        variants = parameters["ProductionVariants"]
        if len(variants) != 1 or "InstanceType" not in variants[0]:
            raise refused("The twin serves one ProductionVariant, on instances.")
        refuse_volume_key(parameters.get("KmsKeyId"), variants[0]["InstanceType"], "KmsKeyId")
        with self._lock:
            configs = response.sagemaker_backend.endpoint_configs
            taken = configs.get(parameters["EndpointConfigName"])
            if taken is not None:
                arn = taken.endpoint_config_arn
                raise refused(f'Cannot create already existing endpoint configuration "{arn}".')
            return _moto_create_config(response)
