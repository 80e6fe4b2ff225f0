"""Raw objects in S3: read by range and by version."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody

from etl.errors import MissingObjectError, MovedObjectError
from etl.request import Source
from etl.storage import S3Storage
from tests.fake_aws import FakeAws

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTENT = bytes(range(250)) * 80_000
SOURCE = Source("data", "raw/m/a.csv", "v1", len(CONTENT))


class Breaking(StreamingBody):
    """A body whose connection is lost after its first bytes."""

    def read(self, amt: int | None = None) -> bytes:
        if self.tell():
            raise ReadTimeoutError(endpoint_url="s3")
        return super().read(min(amt or 1000, 1000))


def answering(aws: FakeAws, *, breaks: int = 0, size: int = len(CONTENT)) -> S3Storage:
    """Return a store whose first answers break."""
    bodies = iter([Breaking] * breaks)

    def get_object(**asked: Any) -> dict[str, Any]:
        start, end = (int(place) for place in asked["Range"].removeprefix("bytes=").split("-"))
        part = CONTENT[start : end + 1]
        body = next(bodies, StreamingBody)(io.BytesIO(part), len(part))
        return {"Body": body, "ContentRange": f"bytes {start}-{end}/{size}"}

    aws.answers["get_object"] = get_object
    return S3Storage(cast("Any", aws("s3")))


def parameters(aws: FakeAws, operation: str) -> list[Mapping[str, Any]]:
    return [request.parameters for request in aws.requests if request.operation == operation]


def test_a_large_object_is_read_range_by_range_in_its_version() -> None:
    aws = FakeAws()

    found = b"".join(answering(aws).chunks(SOURCE))

    assert found == CONTENT
    asked = [request.parameters for request in aws.requests]
    assert len(asked) == 3
    assert {one["VersionId"] for one in asked} == {"v1"}


def test_a_lost_connection_loses_no_byte() -> None:
    found = b"".join(answering(FakeAws(), breaks=2).chunks(SOURCE))

    assert found == CONTENT


def test_the_head_asks_for_no_more_than_there_is() -> None:
    aws = FakeAws()

    assert answering(aws).head(SOURCE, 10) == CONTENT[:10]
    assert aws.requests[0].parameters["Range"] == "bytes=0-9"


def test_an_object_of_another_size_than_the_request_names_is_refused() -> None:
    storage = answering(FakeAws(), size=len(CONTENT) + 1)

    with pytest.raises(MovedObjectError, match=r"expected bytes 0-8388607/20000000;"):
        b"".join(storage.chunks(SOURCE))


def test_a_version_that_is_gone_is_named_and_not_asked_for_again() -> None:
    aws = FakeAws()
    aws.refuse("get_object", "NoSuchVersion", "gone")

    with pytest.raises(MissingObjectError, match="version v1"):
        S3Storage(cast("Any", aws("s3"))).head(SOURCE, 10)

    assert len(aws.requests) == 1


def test_an_engines_files_are_adopted_in_their_order() -> None:
    aws = FakeAws()
    names = ["_SUCCESS", "part-00000-a.txt", "part-00001-a.txt"]
    found = [{"Key": f"d/spark/{name}", "Size": number} for number, name in enumerate(names)]
    aws.answers["list_objects_v2"] = {"Contents": found}
    storage = S3Storage(cast("Any", aws("s3")))

    sizes = storage.adopt("artifacts", "d/spark/", ["d/1.csv", "d/2.csv", "d/3.csv"])

    assert sizes == [1, 2]
    assert {one["Key"]: one["CopySource"] for one in parameters(aws, "copy_object")} == {
        "d/1.csv": "artifacts/d/spark/part-00000-a.txt",
        "d/2.csv": "artifacts/d/spark/part-00001-a.txt",
    }
    assert {one["Key"] for one in parameters(aws, "delete_object")} == {one["Key"] for one in found}
