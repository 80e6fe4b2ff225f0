"""What AWS would answer for a resource beside what it was asked: addresses, versions. Pure.

Only what the program reads is here. Each is of the shape that AWS gives it, so that what is built
from it (policies, links, settings) looks as it will.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT = "123456789012"
"""Whose the resources are while nobody has an account."""

NAME_INPUTS = ("bucket", "repositoryName", "name")
"""Under which of its inputs a resource may have been named."""

ANY_TYPE = {"arn": "arn:aws:stand-in:{region}:{account}:{name}"}
OUTPUTS: dict[str, dict[str, str]] = {
    "aws:cloudwatch/logGroup:LogGroup": {"arn": "arn:aws:logs:{region}:{account}:log-group:{name}"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"prefixListId": "pl-00000000"},
    "aws:cloudwatch/eventRule:EventRule": {"arn": "arn:aws:events:{region}:{account}:rule/{name}"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}"
    },
    "aws:codecommit/repository:Repository": {
        "arn": "arn:aws:codecommit:{region}:{account}:{name}",
        "cloneUrlHttp": "https://git-codecommit.{region}.amazonaws.com/v1/repos/{name}",
        "cloneUrlSsh": "ssh://git-codecommit.{region}.amazonaws.com/v1/repos/{name}",
    },
    "aws:codeconnections/connection:Connection": {
        "arn": "arn:aws:codeconnections:{region}:{account}:connection/{uuid}"
    },
    "aws:codepipeline/pipeline:Pipeline": {"arn": "arn:aws:codepipeline:{region}:{account}:{name}"},
    "aws:ecr/repository:Repository": {
        "arn": "arn:aws:ecr:{region}:{account}:repository/{name}",
        "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
    },
    "aws:iam/role:Role": {"arn": "arn:aws:iam::{account}:role/{name}"},
    "aws:kms/key:Key": {
        "arn": "arn:aws:kms:{region}:{account}:key/{uuid}",
        "keyId": "{uuid}",
    },
    "aws:lambda/function:Function": {"arn": "arn:aws:lambda:{region}:{account}:function:{name}"},
    "aws:mwaa/environment:Environment": {
        "webserverUrl": "{name}.c0.{region}.airflow.amazonaws.com"
    },
    "aws:s3/bucket:Bucket": {"arn": "arn:aws:s3:::{name}", "bucket": "{name}"},
    "aws:s3/bucketObjectv2:BucketObjectv2": {"versionId": "version"},
    "aws:sns/topic:Topic": {"arn": "arn:aws:sns:{region}:{account}:{name}"},
    "aws:sqs/queue:Queue": {
        "arn": "arn:aws:sqs:{region}:{account}:{name}",
        "url": "https://sqs.{region}.amazonaws.com/{account}/{name}",
    },
}

NAMED_BY_AWS = frozenset(
    token
    for token, outputs in OUTPUTS.items()
    if any("{uuid}" in output for output in outputs.values())
)
"""Types whose ARN says nothing of the name that they have in the program."""


def identities(name: str) -> tuple[str, str]:
    """Return what stands for the id that AWS gives, and for one of hexadecimal digits.

    Made from the program's name for the resource, so that they are the same in each evaluation.
    """
    return f"{name}-id", str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def computed_outputs(
    token: str, name: str, inputs: Mapping[str, Any], *, region: str, account: str
) -> dict[str, Any]:
    """Return the outputs that AWS would add to the inputs of a resource.

    Args:
        token: The type, such as `aws:s3/bucket:Bucket`.
        name: The program's name for it, which stands for its own where it was given none.
        inputs: Under the provider's camelCase names.
        region: Where it would be.
        account: Whose it would be.
    """
    own_name = next((inputs[key] for key in NAME_INPUTS if key in inputs), name)
    templates = {**ANY_TYPE, **OUTPUTS.get(token, {})}
    _, own_id = identities(name)
    return {
        output: template.format(name=own_name, uuid=own_id, region=region, account=account)
        for output, template in templates.items()
    }
