"""The raw files that lie in the data bucket, as the models read them: their newest versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from trigger.errors import RawDataError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "raw/"


@dataclass(frozen=True)
class RawObject:
    """The newest version of a raw file."""

    key: str
    version: str
    modified: datetime
    """When S3 says that it was written: for one in several parts, when its upload *began*."""


class RawObjects(Protocol):
    """Where raw files are listed."""

    def newest(self) -> Iterator[RawObject]:
        """Yield the newest version of each file that was not deleted; raise `RawDataError`."""
        ...


class BucketObjects:
    """Raw files of the data bucket: one request for each thousand versions."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def newest(self) -> Iterator[RawObject]:
        """List `raw/`, page by page, so that whoever reads may stop when the time is up."""
        pages = self._client.get_paginator("list_object_versions")
        try:
            for page in pages.paginate(Bucket=self._bucket, Prefix=PREFIX):
                for found in page.get("Versions", []):
                    if found.get("IsLatest"):
                        yield _raw_object(found)
        except self._client.exceptions.ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            raise RawDataError(
                f"S3 did not list the raw files ({code})",
                resource=f"s3://{self._bucket}/{PREFIX}",
                found=str(error),
                do="compare the function's role with the bucket's policy "
                "(components/retrain_trigger.py); the next reconciliation tries again",
            ) from error


def _raw_object(found: Mapping[str, Any]) -> RawObject:
    return RawObject(found["Key"], found["VersionId"], found["LastModified"])
