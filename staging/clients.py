"""boto3's clients, typed; address, region and credentials are the build environment's."""

from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_s3 import S3Client


def s3() -> "S3Client":
    """Return a client of S3."""
    return boto3.client("s3")  # pyright: ignore[reportUnknownMemberType]  # overloads of services that nobody installed stubs for


def ecr() -> "ECRClient":
    """Return a client of ECR."""
    return boto3.client("ecr")  # pyright: ignore[reportUnknownMemberType]  # as above
