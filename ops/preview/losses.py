"""What is lost, in words, when a resource is deleted, or replaced by a new one. Pure."""

from __future__ import annotations

from typing import Final

APPROVAL: Final = "a person has to approve the new one in the console"

LOSSES: Final = {
    "aws:codecommit/repository:Repository": (
        "its branches and history are lost, unless somebody has a clone"
    ),
    "aws:codeconnections/connection:Connection": APPROVAL,
    "aws:codestarconnections/connection:Connection": APPROVAL,
    "aws:cloudwatch/logGroup:LogGroup": "the logs in it are lost",
    "aws:ec2/eip:Eip": (
        "the stack's address on the internet changes; lists that allow it have to follow"
    ),
    "aws:ec2/natGateway:NatGateway": (
        "the private subnets are without a way out for some minutes; open connections end"
    ),
    "aws:ec2/subnet:Subnet": "everything that has an interface in it has to go first",
    "aws:ec2/vpc:Vpc": "everything in it has to go first: the Airflow environment too",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "what reaches AWS through it fails for some minutes",
    "aws:ecr/repository:Repository": (
        "its images are lost, also those that endpoints run; while it holds any, deleting it fails"
    ),
    "aws:glue/job:Job": "its history of runs is lost; runs that are under way end",
    "aws:iam/role:Role": "what runs with it loses its permissions until the new one is there",
    "aws:kms/key:Key": (
        "what it encrypted can be read only until its deletion window ends: re-encrypt that first"
    ),
    "aws:lambda/function:Function": (
        "events that come meanwhile wait, or go to the dead-letter queue"
    ),
    "aws:mwaa/environment:Environment": (
        "an hour without Airflow (20 to 120 minutes were seen); "
        "its history of runs, variables and connections are lost"
    ),
    "aws:s3/bucket:Bucket": (
        "its objects are lost; while it holds any, also old versions, deleting it fails"
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": "readers find no object until the new one is there",
    "aws:sns/topic:Topic": "each subscription has to be confirmed anew",
    "aws:sqs/queue:Queue": "the messages in it are lost",
}
"""Type -> what its going costs; a type that is not here can be made anew without a loss."""


def loss(token: str) -> str:
    """Return what is lost with a resource of this type; empty where nothing is."""
    return LOSSES.get(token, "")


GRAVE: Final = frozenset(
    {
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:codecommit/repository:Repository",
        "aws:ecr/repository:Repository",
        "aws:kms/key:Key",
        "aws:mwaa/environment:Environment",
        "aws:s3/bucket:Bucket",
        "aws:sqs/queue:Queue",
    }
)
"""Types whose going costs data or hours, where that of others costs minutes."""


def is_grave(token: str) -> bool:
    """Tell whether data or hours are lost with a resource of this type."""
    return token in GRAVE
