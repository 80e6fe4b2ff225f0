"""ECR: repositories, and which of their images stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context


def create_repository(inputs: Inputs, context: Context) -> Created:
    """Create a repository for images."""
    inputs.ignore("forceDelete")
    encryption = next(iter(inputs.blocks("encryptionConfigurations")), None)
    made = context.client("ecr").create_repository(
        repositoryName=context.physical_name(inputs),
        tags=tag_list(inputs),
        **inputs.pick(
            imageScanningConfiguration="imageScanningConfiguration",
            imageTagMutability="imageTagMutability",
        ),
        **(
            {
                "encryptionConfiguration": encryption.pick(
                    encryptionType="encryptionType", kmsKey="kmsKey"
                )
            }
            if encryption
            else {}
        ),
    )["repository"]
    outputs = {
        "arn": made["repositoryArn"],
        "name": made["repositoryName"],
        "registryId": made["registryId"],
        "repositoryUrl": made["repositoryUri"],
    }
    return Created(made["repositoryName"], outputs)


def create_lifecycle_policy(inputs: Inputs, context: Context) -> Created:
    """Say which images of a repository expire."""
    repository = inputs.text("repository")
    answer = context.client("ecr").put_lifecycle_policy(
        repositoryName=repository, lifecyclePolicyText=inputs.document("policy")
    )
    return Created(repository, {"registryId": answer["registryId"]})


def create_repository_policy(inputs: Inputs, context: Context) -> Created:
    """Say who may use a repository."""
    repository = inputs.text("repository")
    answer = context.client("ecr").set_repository_policy(
        repositoryName=repository, policyText=inputs.document("policy")
    )
    return Created(repository, {"registryId": answer["registryId"]})


TYPES = (
    ResourceType("aws:ecr/repository:Repository", create_repository, tagged=True),
    ResourceType("aws:ecr/lifecyclePolicy:LifecyclePolicy", create_lifecycle_policy),
    ResourceType("aws:ecr/repositoryPolicy:RepositoryPolicy", create_repository_policy),
)
