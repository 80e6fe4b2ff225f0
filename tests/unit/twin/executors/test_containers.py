"""Addresses in S3."""

from twin.executors.containers import Location


def test_an_address_is_bucket_and_key() -> None:
    place = Location.parse("s3://bucket/some/key.csv")

    assert (place.bucket, place.key) == ("bucket", "some/key.csv")
    assert place.uri == "s3://bucket/some/key.csv"


def test_a_bucket_alone_has_an_empty_key() -> None:
    assert Location.parse("s3://bucket") == Location("bucket", "")
