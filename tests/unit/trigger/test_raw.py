"""How raw files are listed."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from trigger.errors import RawDataError
from trigger.raw import BucketObjects, RawObject

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


class FakeS3:
    """Lists the pages that it was given, and counts those that were read."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def __init__(self, *pages: dict[str, Any], error: ClientError | None = None) -> None:
        self._pages = pages
        self._error = error
        self.asked: dict[str, str] = {}
        self.read = 0

    def get_paginator(self, operation: str) -> FakeS3:
        assert operation == "list_object_versions"
        return self

    def paginate(self, **asked: str) -> Iterator[dict[str, Any]]:
        self.asked = asked
        for page in self._pages:
            self.read += 1
            yield page
        if self._error:
            raise self._error


def version(key: str, identity: str, *, latest: bool = True) -> dict[str, Any]:
    return {"Key": key, "VersionId": identity, "IsLatest": latest, "LastModified": WRITTEN}


def objects(client: FakeS3) -> BucketObjects:
    return BucketObjects(cast("Any", client), "mlops-dev-data")


def test_the_newest_version_of_each_file_is_named() -> None:
    client = FakeS3(
        {"Versions": [version("raw/a/1", "v2"), version("raw/a/1", "v1", latest=False)]},
        {"Versions": [version("raw/b/2", "v3")]},
    )

    found = list(objects(client).newest())

    assert found == [RawObject("raw/a/1", "v2", WRITTEN), RawObject("raw/b/2", "v3", WRITTEN)]
    assert client.asked == {"Bucket": "mlops-dev-data", "Prefix": "raw/"}


def test_a_deleted_file_is_not_named() -> None:
    client = FakeS3(
        {
            "Versions": [version("raw/a/1", "v1", latest=False)],
            "DeleteMarkers": [{"Key": "raw/a/1", "VersionId": "v2", "IsLatest": True}],
        }
    )

    assert list(objects(client).newest()) == []


def test_whoever_stops_early_pays_for_no_other_page() -> None:
    client = FakeS3({"Versions": [version("raw/a/1", "v1")]}, {"Versions": []})

    next(objects(client).newest())

    assert client.read == 1


def test_a_refused_listing_names_bucket_and_code() -> None:
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListObjectVersions")

    with pytest.raises(RawDataError, match=r"AccessDenied.*s3://mlops-dev-data/raw/"):
        list(objects(FakeS3(error=error)).newest())
