"""Buckets and objects are created as the provider creates them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin.errors import TwinError
from twin.resources.factory import Factory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

BUCKET = "aws:s3/bucket:Bucket"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"


def test_a_bucket_in_the_first_region_has_no_location(create: Create, aws: FakeAws) -> None:
    create(BUCKET, {"bucket": "b-data"})

    assert aws.asked("create_bucket") == {"Bucket": "b-data"}


def test_a_bucket_elsewhere_names_its_region(aws: FakeAws) -> None:
    factory = Factory(aws, account="123456789012", region="eu-central-1")

    outputs = factory.create(BUCKET, "data", {"bucket": "b-data"}).outputs

    constraint = aws.asked("create_bucket")["CreateBucketConfiguration"]
    assert constraint == {"LocationConstraint": "eu-central-1"}
    assert outputs["bucketRegionalDomainName"] == "b-data.s3.eu-central-1.amazonaws.com"


def test_a_bucket_is_known_by_its_name_and_arn(create: Create) -> None:
    created = create(BUCKET, {"bucket": "b-data"})

    assert created.id == "b-data"
    assert created.outputs["arn"] == "arn:aws:s3:::b-data"


def test_an_object_answers_with_its_version(create: Create, aws: FakeAws) -> None:
    aws.answers["put_object"] = {"ETag": '"abc"', "VersionId": "v1"}

    outputs = create(OBJECT, {"bucket": "b-data", "key": "a.json", "content": "{}"}).outputs

    assert (outputs["etag"], outputs["versionId"]) == ("abc", "v1")


@pytest.mark.parametrize(
    "content", [{"content": "x = 1"}, {"source": b"x = 1"}, {"contentBase64": "eCA9IDE="}]
)
def test_content_comes_as_text_bytes_or_base64(
    content: dict[str, object], create: Create, aws: FakeAws
) -> None:
    create(OBJECT, {"bucket": "b-data", "key": "a.py", **content})

    assert aws.asked("put_object")["Body"] == b"x = 1"


def test_an_empty_object_is_an_error(create: Create) -> None:
    with pytest.raises(TwinError, match="content is missing"):
        create(OBJECT, {"bucket": "b-data", "key": "a.py"})
