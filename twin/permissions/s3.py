"""What S3's operations ask: actions of other names, and the keys that objects are encrypted with.

S3 calls KMS with the caller's permissions, so those are the caller's to have. A bucket key makes
the bucket the encryption context, instead of each object.
Reference: "Required permissions for Amazon S3 API operations" and "Using server-side encryption
with AWS KMS keys" in S3's user guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from ops.iam.evaluate import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from twin.permissions.rules import Parameters, Place

    KeyOf = Callable[[str], str | None]

READ: Final = "kms:Decrypt"
WRITE: Final = "kms:GenerateDataKey"

OBJECT: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "AbortMultipartUpload": ("s3:AbortMultipartUpload", ()),
    "CompleteMultipartUpload": ("s3:PutObject", (READ,)),
    "CreateMultipartUpload": ("s3:PutObject", (WRITE,)),
    "DeleteObject": ("s3:DeleteObject", ()),
    "GetObject": ("s3:GetObject", (READ,)),
    "GetObjectTagging": ("s3:GetObjectTagging", ()),
    "HeadObject": ("s3:GetObject", ()),
    "ListParts": ("s3:ListMultipartUploadParts", ()),
    "PutObject": ("s3:PutObject", (WRITE,)),
    "PutObjectTagging": ("s3:PutObjectTagging", ()),
    "UploadPart": ("s3:PutObject", (WRITE, READ)),
}
"""Operation on an object -> its action, and what its encryption asks of the key."""

VERSIONED: Final = {"s3:GetObject", "s3:DeleteObject"}
"""Actions that have another name where a version is named."""

BUCKET: Final = {
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketLocation": "s3:GetBucketLocation",
    "GetBucketVersioning": "s3:GetBucketVersioning",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "HeadBucket": "s3:ListBucket",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
}

COPIES: Final = ("CopyObject", "UploadPartCopy")
KNOWN: Final = frozenset({*OBJECT, *BUCKET, *COPIES, "DeleteObjects"})


def asked(operation: str, parameters: Parameters, place: Place, key_of: KeyOf) -> Iterator[Asked]:
    """Yield what an operation of `KNOWN` asks."""
    bucket = parameters["Bucket"]
    if operation in BUCKET:
        context = {"s3:prefix": parameters["Prefix"]} if parameters.get("Prefix") else {}
        yield Asked(BUCKET[operation], _bucket(bucket, place), context)
    elif operation == "DeleteObjects":
        for one in parameters["Delete"]["Objects"]:
            yield from _object("DeleteObject", bucket, one, place, key_of)
    elif operation in COPIES:
        yield from _source(parameters["CopySource"], place, key_of)
        yield from _object("PutObject", bucket, parameters, place, key_of)
    else:
        yield from _object(operation, bucket, parameters, place, key_of)


def asked_when_missing(operation: str, parameters: Parameters, place: Place) -> Iterator[Asked]:
    """Yield what it takes to be told that an object is missing, instead of nothing at all."""
    if operation in ("GetObject", "HeadObject"):
        yield Asked("s3:ListBucket", _bucket(parameters["Bucket"], place))


def _object(
    operation: str, bucket: str, parameters: Parameters, place: Place, key_of: KeyOf
) -> Iterator[Asked]:
    action, of_key = OBJECT[operation]
    if parameters.get("VersionId") and action in VERSIONED:
        action += "Version"
    arn = f"{_bucket(bucket, place)}/{parameters['Key']}"
    yield Asked(action, arn)
    key = parameters.get("SSEKMSKeyId") or key_of(bucket)
    for one in of_key if key else ():
        context = {
            "kms:ViaService": f"s3.{place.region}.amazonaws.com",
            "kms:CallerAccount": place.account,
            "kms:EncryptionContext:aws:s3:arn": _bucket(bucket, place),
        }
        yield Asked(one, str(key), context)


def _source(found: str, place: Place, key_of: KeyOf) -> Iterator[Asked]:
    path, _, version = found.partition("?versionId=")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    parameters = {"Key": key, "VersionId": version}
    yield from _object("GetObject", bucket, parameters, place, key_of)


def _bucket(bucket: str, place: Place) -> str:
    return f"arn:{place.partition}:s3:::{bucket}"
