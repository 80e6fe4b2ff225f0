"""CodeCommit: repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_changes, tag_map

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_repository(inputs: Inputs, context: Context) -> Created:
    """Create an empty repository.

    A default branch is only set where branches are, so here, as at the provider, not at creation.
    """
    inputs.ignore("defaultBranch")
    made = context.client("codecommit").create_repository(
        repositoryName=inputs.text("repositoryName"),
        **({"tags": tag_map(inputs)} if inputs.get("tags") else {}),
        **inputs.pick(description="repositoryDescription", kmsKeyId="kmsKeyId"),
    )["repositoryMetadata"]
    outputs = {
        "arn": made["Arn"],
        "cloneUrlHttp": made["cloneUrlHttp"],
        "cloneUrlSsh": made["cloneUrlSsh"],
        "repositoryId": made["repositoryId"],
    }
    return Created(made["repositoryName"], outputs)


def update_repository(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Give a repository other tags."""
    inputs.ignore("defaultBranch")
    client, arn = context.client("codecommit"), existing.outputs["arn"]
    given, gone = tag_changes(existing, inputs)
    if given:
        client.tag_resource(resourceArn=arn, tags=given)
    if gone:
        client.untag_resource(resourceArn=arn, tagKeys=gone)
    return Created(existing.id)


TYPES = (
    ResourceType(
        "aws:codecommit/repository:Repository",
        create_repository,
        tagged=True,
        delete=lambda it, context: context.client("codecommit").delete_repository(
            repositoryName=it.id
        ),
        exists=lambda it, context: context.client("codecommit").get_repository(
            repositoryName=it.id
        ),
        update=update_repository,
    ),
)
