"""The JSON documents and raw objects in S3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dags.document import canonical
from dags.errors import StepError
from dags.identity import RawObject

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def uri(bucket: str, key: str) -> str:
    """Return the address of an object."""
    return f"s3://{bucket}/{key}"


def read_json(s3: S3Client, bucket: str, key: str) -> object | None:
    """Return a document, or `None` where there is no such object.

    Raises:
        StepError: the object is no JSON document.
    """
    try:
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    try:
        return json.loads(content)
    except ValueError as error:
        raise StepError(
            uri(bucket, key),
            found=f"no JSON document ({error})",
            expected="the document that this project writes there",
            do="push again; if it stays, restore an older version of the object",
        ) from error


def write_json(s3: S3Client, bucket: str, key: str, document: object) -> None:
    """Write a document; equal documents give equal bytes."""
    s3.put_object(Bucket=bucket, Key=key, Body=canonical(document), ContentType="application/json")


def exists(s3: S3Client, bucket: str, key: str) -> bool:
    """Return whether there is such an object."""
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NotFound"):
            return False
        raise
    return True


def raw_objects(s3: S3Client, bucket: str, model: str) -> tuple[RawObject, ...]:
    """Return the current version of each raw object of a model, in the order of their keys.

    Raises:
        StepError: the bucket keeps no versions, so nothing could be pinned.
    """
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"raw/{model}/")
    found = [
        RawObject(version.get("Key", ""), version.get("VersionId", "null"), version.get("Size", 0))
        for page in pages
        for version in page.get("Versions", [])
        if version.get("IsLatest") and not version.get("Key", "").endswith("/")
    ]
    _require_versions(bucket, found)
    return tuple(sorted(found))


def _require_versions(bucket: str, found: list[RawObject]) -> None:
    for raw in found:
        if raw.version_id == "null":
            raise StepError(
                uri(bucket, raw.key),
                found="an object without a version",
                expected="a data bucket with versioning, so that a run can pin what it reads",
                do="turn versioning on (`pulumi up`) and upload the file again",
            )
