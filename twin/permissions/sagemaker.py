"""What SageMaker's operations ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin.permissions.rules import Rule

if TYPE_CHECKING:
    from twin.permissions.rules import Context, Parameters

SERVICE: Final = "sagemaker.amazonaws.com"


def _context(parameters: Parameters) -> Context:
    """Return the keys that our policies, and AWS's own examples, look at."""
    resources: dict[str, Any] = parameters.get("ResourceConfig", {})
    variants: list[dict[str, Any]] = parameters.get("ProductionVariants", [])
    vpc: dict[str, Any] = parameters.get("VpcConfig", {})
    types = [resources.get("InstanceType"), *(one.get("InstanceType") for one in variants)]
    found = {
        "sagemaker:InstanceTypes": [one for one in types if one],
        "sagemaker:VpcSubnets": vpc.get("Subnets"),
        "sagemaker:VpcSecurityGroupIds": vpc.get("SecurityGroupIds"),
        "sagemaker:VolumeKmsKeyArn": resources.get("VolumeKmsKeyId") or parameters.get("KmsKeyId"),
        "sagemaker:OutputKmsKeyArn": parameters.get("OutputDataConfig", {}).get("KmsKeyId"),
        "sagemaker:NetworkIsolation": _truth(parameters, "EnableNetworkIsolation"),
        "sagemaker:InterContainerTrafficEncryption": _truth(
            parameters, "EnableInterContainerTrafficEncryption"
        ),
        "sagemaker:ModelApprovalStatus": parameters.get("ModelApprovalStatus"),
    }
    return {key: value for key, value in found.items() if value}


def _truth(parameters: Parameters, name: str) -> str:
    return str(parameters[name]).lower() if name in parameters else ""


def _on(operation: str, *resources: str, passes: tuple[str, ...] = ()) -> Rule:
    return Rule(
        action=f"sagemaker:{operation}",
        resources=resources,
        passes=passes,
        passed_to=SERVICE,
        adds_tags="sagemaker:AddTags",
        context=_context,
    )


TRAINING: Final = "training-job/{TrainingJobName}"
GROUP: Final = "model-package-group/{ModelPackageGroupName}"
PACKAGES: Final = "model-package/{ModelPackageGroupName}/*"
MODEL: Final = "model/{ModelName}"
CONFIG: Final = "endpoint-config/{EndpointConfigName}"
ENDPOINT: Final = "endpoint/{EndpointName}"

RULES: Final = {
    "CreateTrainingJob": _on("CreateTrainingJob", TRAINING, passes=("RoleArn",)),
    "DescribeTrainingJob": _on("DescribeTrainingJob", TRAINING),
    "StopTrainingJob": _on("StopTrainingJob", TRAINING),
    "CreateModelPackageGroup": _on("CreateModelPackageGroup", GROUP),
    "DescribeModelPackageGroup": _on("DescribeModelPackageGroup", GROUP),
    # AWS's pages name the package alone; the group is asked for too, to be on the safe side
    "CreateModelPackage": _on("CreateModelPackage", PACKAGES, GROUP),
    "ListModelPackages": _on("ListModelPackages", PACKAGES, GROUP),
    "DescribeModelPackage": _on("DescribeModelPackage", "{ModelPackageName}"),
    "CreateModel": _on("CreateModel", MODEL, passes=("ExecutionRoleArn",)),
    "DescribeModel": _on("DescribeModel", MODEL),
    "DeleteModel": _on("DeleteModel", MODEL),
    "ListModels": _on("ListModels", "*"),
    "CreateEndpointConfig": _on("CreateEndpointConfig", CONFIG, passes=("ExecutionRoleArn",)),
    "DescribeEndpointConfig": _on("DescribeEndpointConfig", CONFIG),
    "DeleteEndpointConfig": _on("DeleteEndpointConfig", CONFIG),
    "ListEndpointConfigs": _on("ListEndpointConfigs", "*"),
    "CreateEndpoint": _on("CreateEndpoint", ENDPOINT, CONFIG),
    "UpdateEndpoint": _on("UpdateEndpoint", ENDPOINT, CONFIG),
    "DescribeEndpoint": _on("DescribeEndpoint", ENDPOINT),
    "DeleteEndpoint": _on("DeleteEndpoint", ENDPOINT),
    "ListTags": _on("ListTags", "{ResourceArn}"),
    "AddTags": _on("AddTags", "{ResourceArn}"),
}

RUNTIME_RULES: Final = {"InvokeEndpoint": _on("InvokeEndpoint", ENDPOINT)}
