"""What SageMaker refuses, whichever operation asks: roles, images, keys.

moto takes all of it. Each rule says in AWS's words what is wrong, and has a contract test.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from moto.sagemaker.exceptions import SagemakerClientError
from moto.sagemaker.responses import SageMakerResponse

from twin.executors.containers import Location
from twin.services.roles import is_taken_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from moto.core.responses import ActionResult

    from twin.cloud import Cloud

PRINCIPAL: Final = "sagemaker.amazonaws.com"

MANIFEST_TYPES: Final = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
)
"""Manifests of one image. Indexes, which builds with attestations push, are refused.

Reference: https://github.com/aws/amazon-sagemaker-feedback/issues/180
"""

LOCAL_DISKS: Final = re.compile(
    r"ml\.([a-z]+[0-9]+[a-z]*d[a-z]*|dl1|g[5-9]e?|gr6|p[5-9][a-z0-9-]*|trn[0-9][a-z]*|i[0-9][a-z]*)"
    r"\.[0-9a-z]+"
)
"""Instance types with NVMe disks of their own, which the hardware encrypts with its own key."""

IMAGE: Final = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<repository>[^:@]+)(?:@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>[^:@]+))"
)


def answer_with(operations: Mapping[str, Callable[[Any], ActionResult]]) -> None:
    """Let moto's SageMaker answer operations with these functions, which get its response object.

    Replacing an operation and adding one that moto lacks are the same: its dispatcher looks for
    the operation's name on the class.
    """
    for name, operation in operations.items():
        setattr(SageMakerResponse, name, _as_method(operation))


def _as_method(operation: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    """Return a plain function: a bound method would not be given the response object."""
    return lambda response: operation(response)


def refused(message: str, code: str = "ValidationException") -> SagemakerClientError:
    """Return the exception that moto renders as AWS's error answer."""
    return SagemakerClientError(code, message)


def require_role(cloud: Cloud, arn: str) -> None:
    """Refuse a role that does not exist or that SageMaker may not assume."""
    if not is_taken_on(cloud.account, arn, PRINCIPAL):
        raise refused(
            f"Could not assume role {arn}. Please ensure that the role exists and allows principal "
            f"'{PRINCIPAL}' to assume the role."
        )


def require_image(cloud: Cloud, uri: str) -> str:
    """Return the digest of an image that ECR has and SageMaker takes."""
    place = IMAGE.fullmatch(uri)
    if not place or (place["account"], place["region"]) != (cloud.account, cloud.region):
        raise refused(f"Requested image {uri} not found.")
    wanted = {"imageDigest": place["digest"]} if place["digest"] else {"imageTag": place["tag"]}
    try:
        found = cloud.client("ecr").batch_get_image(
            repositoryName=place["repository"], imageIds=[wanted]
        )
    except ClientError as error:
        raise refused(f"Requested image {uri} not found.") from error
    if not found["images"]:
        raise refused(f"Requested image {uri} not found.")
    _require_single_image(uri, found["images"][0]["imageManifest"])
    return str(found["images"][0]["imageId"]["imageDigest"])


def _require_single_image(uri: str, manifest: str) -> None:
    document = json.loads(manifest)
    media_type = document.get("mediaType") or "unknown"
    if media_type not in MANIFEST_TYPES or "manifests" in document:
        raise refused(
            f"Unsupported manifest media type {media_type} for image {uri}. Ensure that valid "
            "manifest media type is used for specified image."
        )


def require_object(cloud: Cloud, role_arn: str, uri: str) -> None:
    """Refuse model data that the role cannot read."""
    place = Location.parse(uri)
    try:
        cloud.client("s3", role_arn=role_arn).head_object(Bucket=place.bucket, Key=place.key)
    except ClientError as error:
        raise refused(
            f"Could not access model data at {uri}. Please ensure that the role {role_arn} exists, "
            'that it has "s3:GetObject" permissions and that the object is located in '
            f"{cloud.region}."
        ) from error


def refuse_volume_key(key: str | None, instance_type: str, field: str) -> None:
    """Refuse a customer's key for a volume that the instance type does not have."""
    if key and LOCAL_DISKS.fullmatch(instance_type):
        raise refused(
            f"{field} is not supported for instance type {instance_type}: its local storage is "
            "encrypted by the hardware."
        )
