"""What AWS answers becomes a snapshot, and what it refuses a gap in it."""

from __future__ import annotations

import pytest

from ops.preflight.reading import Caller, principal_of, read_snapshot
from ops.preflight.snapshot import Bucket, Gap, Key
from tests.fake_aws import FakeAws
from tests.unit.ops.preflight.builders import ACCOUNT, DEPLOYER, wanted

CALLER = Caller(account=ACCOUNT, arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/me")


@pytest.fixture
def aws() -> FakeAws:
    """Return an AWS that says yes in its models' words."""
    policy = '{"Version": "2012-10-17", "Statement": []}'
    managed = {"Policy": {"DefaultVersionId": "v1"}}
    return FakeAws(
        answers={
            "get_key_policy": {"Policy": policy},
            "get_policy": managed,
        }
    )


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/me", DEPLOYER),
        (f"arn:aws:iam::{ACCOUNT}:user/me", f"arn:aws:iam::{ACCOUNT}:user/me"),
    ],
)
def test_a_session_counts_as_its_role(arn: str, principal: str) -> None:
    assert principal_of(arn) == principal


def test_a_bucket_without_a_location_lies_in_the_first_region(aws: FakeAws) -> None:
    aws.answers["get_bucket_location"] = {"LocationConstraint": None}
    aws.answers["get_bucket_versioning"] = {}

    bucket = read_snapshot(aws, wanted(), CALLER).bucket

    assert isinstance(bucket, Bucket)
    assert (bucket.region, bucket.versioning) == ("us-east-1", "")


def test_a_bucket_without_a_block_has_none(aws: FakeAws) -> None:
    aws.refuse("get_public_access_block", "NoSuchPublicAccessBlockConfiguration", "none")

    bucket = read_snapshot(aws, wanted(), CALLER).bucket

    assert isinstance(bucket, Bucket)
    assert bucket.public_access_block == {}


def test_what_is_not_there_is_a_gap(aws: FakeAws) -> None:
    aws.refuse("get_role", "NoSuchEntity", "there is no such role")

    role = read_snapshot(aws, wanted(), CALLER).role

    assert isinstance(role, Gap)
    assert not role.unreadable
    assert "there is no such role" in role.reason


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "Throttling"])
def test_what_may_not_be_read_is_a_gap_of_another_kind(code: str, aws: FakeAws) -> None:
    aws.refuse("describe_key", code, "no")

    key = read_snapshot(aws, wanted(), CALLER).key

    assert isinstance(key, Gap)
    assert key.unreadable


def test_one_gap_takes_nothing_else_away(aws: FakeAws) -> None:
    aws.refuse("get_environment", "ResourceNotFoundException", "there is none")

    found = read_snapshot(aws, wanted(), CALLER)

    assert isinstance(found.environment, Gap)
    assert isinstance(found.key, Key)
