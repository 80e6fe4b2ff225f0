"""ECR: repositories, and which of their images stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType, again
from twin.resources.tags import as_list, tag_changes, tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


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


def update_repository(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change whether a repository's tags can be moved, and whether its images are scanned."""
    inputs.ignore("forceDelete")
    client, name = context.client("ecr"), existing.id
    client.put_image_tag_mutability(
        repositoryName=name, imageTagMutability=inputs.optional("imageTagMutability") or "MUTABLE"
    )
    client.put_image_scanning_configuration(
        repositoryName=name,
        imageScanningConfiguration=inputs.get("imageScanningConfiguration")
        or {"scanOnPush": False},
    )
    given, gone = tag_changes(existing, inputs)
    arn = existing.outputs["arn"]
    if given:
        client.tag_resource(resourceArn=arn, tags=as_list(given))
    if gone:
        client.untag_resource(resourceArn=arn, tagKeys=gone)
    return Created(name)


def delete_repository(existing: Existing, context: Context) -> None:
    """Delete a repository; one that holds images only where the program says so."""
    force = existing.inputs.flag("forceDelete", default=False)
    context.client("ecr").delete_repository(repositoryName=existing.id, force=force)


TYPES = (
    ResourceType(
        "aws:ecr/repository:Repository",
        create_repository,
        tagged=True,
        delete=delete_repository,
        exists=lambda it, context: context.client("ecr").describe_repositories(
            repositoryNames=[it.id]
        )["repositories"],
        update=update_repository,
    ),
    ResourceType(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        create_lifecycle_policy,
        delete=lambda it, context: context.client("ecr").delete_lifecycle_policy(
            repositoryName=it.id
        ),
        exists=lambda it, context: context.client("ecr").get_lifecycle_policy(repositoryName=it.id),
    ),
    ResourceType(
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        create_repository_policy,
        delete=lambda it, context: context.client("ecr").delete_repository_policy(
            repositoryName=it.id
        ),
        exists=lambda it, context: context.client("ecr").get_repository_policy(
            repositoryName=it.id
        ),
        update=again(create_repository_policy),
    ),
)
