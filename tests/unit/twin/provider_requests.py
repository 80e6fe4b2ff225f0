"""What the engine sends to a provider: addresses and properties."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from pulumi.provider.experimental.property_value import PropertyValue

from twin.provider import HASHES

if TYPE_CHECKING:
    from collections.abc import Coroutine

BUCKET = "aws:s3/bucket:Bucket"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"


def urn(token: str, name: str = "it") -> str:
    return f"urn:pulumi:dev::mlops::mlops:storage:Storage${token}::{name}"


def values(**given: Any) -> dict[str, PropertyValue]:
    return {name: value_of(value) for name, value in given.items()}


def value_of(value: Any) -> PropertyValue:
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return PropertyValue({name: value_of(item) for name, item in parts.items()})
    if isinstance(value, list):
        return PropertyValue([value_of(item) for item in cast("list[Any]", value)])
    return PropertyValue(value)


def requested(**given: Any) -> dict[str, PropertyValue]:
    """Return inputs as the servicer hands them on: with the hashes of the files among them."""
    return {**values(**given), HASHES: PropertyValue({})}


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)
