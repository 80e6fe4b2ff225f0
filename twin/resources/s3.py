"""S3: buckets and objects. What a bucket is set to lies in `s3_settings`."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType, again
from twin.resources.tags import tag_list, tag_map

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing

FIRST_REGION = "us-east-1"
"""The one region that S3 takes no location constraint for."""

HOSTED_ZONES = {
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-west-1": "Z1BKCTXD74EZPE",
}
"""Route 53 zones of S3's website addresses, by region, as AWS publishes them."""


def create_bucket(inputs: Inputs, context: Context) -> Created:
    """Create a bucket."""
    inputs.ignore("forceDestroy")
    name = context.physical_name(inputs, "bucket")
    client = context.client("s3")
    client.create_bucket(
        Bucket=name,
        **inputs.pick(objectLockEnabled="ObjectLockEnabledForBucket"),
        **_location(context.region),
    )
    tags = tag_list(inputs)
    if tags:
        client.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    return Created(name, _bucket_outputs(name, context.region))


def _location(region: str) -> dict[str, Any]:
    if region == FIRST_REGION:
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _bucket_outputs(name: str, region: str) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:s3:::{name}",
        "bucket": name,
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegion": region,
        "bucketRegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
        "hostedZoneId": HOSTED_ZONES.get(region, ""),
    }


def create_object(inputs: Inputs, context: Context) -> Created:
    """Put an object."""
    inputs.ignore("forceDestroy", "sourceHash")
    bucket, key = inputs.text("bucket"), inputs.text("key")
    tags = "&".join(f"{name}={value}" for name, value in tag_map(inputs).items())
    answer = context.client("s3").put_object(
        Bucket=bucket,
        Key=key,
        Body=_body(inputs),
        **({"Tagging": tags} if tags else {}),
        **inputs.pick(
            bucketKeyEnabled="BucketKeyEnabled",
            cacheControl="CacheControl",
            contentDisposition="ContentDisposition",
            contentEncoding="ContentEncoding",
            contentType="ContentType",
            kmsKeyId="SSEKMSKeyId",
            metadata="Metadata",
            serverSideEncryption="ServerSideEncryption",
            storageClass="StorageClass",
        ),
    )
    outputs = {
        "arn": f"arn:aws:s3:::{bucket}/{key}",
        "etag": answer["ETag"].strip('"'),
        "versionId": answer.get("VersionId", ""),
    }
    return Created(f"{bucket}/{key}", outputs)


def _body(inputs: Inputs) -> bytes:
    source, encoded = inputs.get("source"), inputs.optional("contentBase64")
    if isinstance(source, bytes):
        return source
    if encoded is not None:
        return base64.b64decode(encoded)
    return inputs.text("content").encode()


def update_bucket(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Give a bucket other tags; what else it is set to lies in `s3_settings`."""
    inputs.ignore("forceDestroy")
    context.client("s3").put_bucket_tagging(
        Bucket=existing.id, Tagging={"TagSet": tag_list(inputs)}
    )
    return Created(existing.id)


def delete_bucket(existing: Existing, context: Context) -> None:
    """Delete a bucket; one that holds anything only where the program says so."""
    if existing.inputs.flag("forceDestroy", default=False):
        _delete_versions(context, existing.id, "")
    context.client("s3").delete_bucket(Bucket=existing.id)


def delete_object(existing: Existing, context: Context) -> None:
    """Delete an object with all its versions, as the provider does."""
    _delete_versions(context, existing.inputs.text("bucket"), existing.inputs.text("key"))


def _delete_versions(context: Context, bucket: str, key: str) -> None:
    """Delete every version of one object, or of all."""
    client = context.client("s3")
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
        for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            if version["Key"] == (key or version["Key"]):
                client.delete_object(
                    Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"]
                )


TYPES = (
    ResourceType(
        "aws:s3/bucket:Bucket",
        create_bucket,
        tagged=True,
        delete=delete_bucket,
        exists=lambda it, context: context.client("s3").head_bucket(Bucket=it.id),
        update=update_bucket,
    ),
    ResourceType(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        create_object,
        tagged=True,
        delete=delete_object,
        exists=lambda it, context: context.client("s3").head_object(
            Bucket=it.inputs.text("bucket"), Key=it.inputs.text("key")
        ),
        update=again(create_object),
        renewed=("etag", "versionId"),
    ),
)
