"""What AWS would answer for a resource beside what it was asked: addresses, versions. Pure.

Only what the program reads is here. Each is of the shape that AWS gives it, so that what is built
from it (policies, links, settings) looks as it will.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Inputs = Mapping[str, Any]
    Arn = Callable[[Inputs, str, str], str]

KEY_ID = "00000000-0000-4000-8000-000000000000"

_ARNS: dict[str, Arn] = {
    "aws:s3/bucket:Bucket": lambda i, _r, _a: f"arn:aws:s3:::{i['bucket']}",
    "aws:kms/key:Key": lambda _i, r, a: f"arn:aws:kms:{r}:{a}:key/{KEY_ID}",
    "aws:iam/role:Role": lambda i, _r, a: f"arn:aws:iam::{a}:role/{i['name']}",
    "aws:sqs/queue:Queue": lambda i, r, a: f"arn:aws:sqs:{r}:{a}:{i['name']}",
    "aws:lambda/function:Function": lambda i, r, a: f"arn:aws:lambda:{r}:{a}:function:{i['name']}",
    "aws:cloudwatch/eventRule:EventRule": lambda i,
    r,
    a: f"arn:aws:events:{r}:{a}:rule/{i['name']}",
    "aws:codepipeline/pipeline:Pipeline": lambda i,
    r,
    a: f"arn:aws:codepipeline:{r}:{a}:{i['name']}",
    "aws:codecommit/repository:Repository": (
        lambda i, r, a: f"arn:aws:codecommit:{r}:{a}:{i['repositoryName']}"
    ),
}

_OTHERS: dict[str, Callable[[Inputs, str, str], dict[str, Any]]] = {
    "aws:kms/key:Key": lambda _i, _r, _a: {"keyId": KEY_ID},
    "aws:s3/bucketObjectv2:BucketObjectv2": lambda _i, _r, _a: {"versionId": "version"},
    "aws:sqs/queue:Queue": lambda i, r, a: {
        "url": f"https://sqs.{r}.amazonaws.com/{a}/{i['name']}"
    },
    "aws:mwaa/environment:Environment": lambda i, r, _a: {
        "webserverUrl": f"{i['name']}.c0.{r}.airflow.amazonaws.com"
    },
    "aws:ecr/repository:Repository": lambda i, r, a: {
        "repositoryUrl": f"{a}.dkr.ecr.{r}.amazonaws.com/{i['name']}"
    },
    "aws:codecommit/repository:Repository": lambda i, r, _a: {
        "cloneUrlHttp": f"https://git-codecommit.{r}.amazonaws.com/v1/repos/{i['repositoryName']}",
        "cloneUrlSsh": f"ssh://git-codecommit.{r}.amazonaws.com/v1/repos/{i['repositoryName']}",
    },
}


def computed_outputs(
    token: str, name: str, inputs: Inputs, *, region: str, account: str
) -> dict[str, Any]:
    """Return the outputs that AWS would add to the inputs of a resource.

    Args:
        token: The type, such as `aws:s3/bucket:Bucket`.
        name: The program's name for it, for types whose ARN nobody reads.
        inputs: Under the provider's camelCase names.
        region: Where it would be.
        account: Whose it would be.
    """
    arn = _ARNS.get(token, lambda _i, r, a: f"arn:aws:stand-in:{r}:{a}:{name}")
    others = _OTHERS.get(token, lambda _i, _r, _a: {})
    return {"arn": arn(inputs, region, account), **others(inputs, region, account)}
