"""What a bucket is set to reaches S3 in S3's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

PREFIX = "aws:s3/bucket"


def test_versioning(create: Create, aws: FakeAws) -> None:
    token = f"{PREFIX}Versioning:BucketVersioning"

    create(token, SAMPLES[token])

    assert aws.asked("put_bucket_versioning")["VersioningConfiguration"] == {"Status": "Enabled"}


def test_encryption_names_algorithm_and_key(create: Create, aws: FakeAws) -> None:
    name = "ServerSideEncryptionConfiguration"
    token = f"{PREFIX}{name}:Bucket{name}"

    create(token, SAMPLES[token])

    (rule,) = aws.asked("put_bucket_encryption")[name]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert rule["BucketKeyEnabled"] is True


def test_what_public_access_leaves_open_is_not_blocked(create: Create, aws: FakeAws) -> None:
    create(
        f"{PREFIX}PublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": "b", "blockPublicAcls": True},
    )

    blocked = aws.asked("put_public_access_block")["PublicAccessBlockConfiguration"]
    assert blocked["BlockPublicAcls"] is True
    assert blocked["RestrictPublicBuckets"] is False


def test_a_lifecycle_rule_always_has_a_filter(create: Create, aws: FakeAws) -> None:
    create(
        f"{PREFIX}LifecycleConfiguration:BucketLifecycleConfiguration",
        {"bucket": "b", "rules": [{"id": "old", "status": "Enabled"}]},
    )

    (rule,) = aws.asked("put_bucket_lifecycle_configuration")["LifecycleConfiguration"]["Rules"]
    assert rule == {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}}


def test_notifications_to_eventbridge_are_an_empty_block(create: Create, aws: FakeAws) -> None:
    token = f"{PREFIX}Notification:BucketNotification"

    create(token, {"bucket": "b", "eventbridge": True})

    asked = aws.asked("put_bucket_notification_configuration")["NotificationConfiguration"]
    assert asked == {"EventBridgeConfiguration": {}}


def test_notifications_to_a_queue_carry_their_filter(create: Create, aws: FakeAws) -> None:
    token = f"{PREFIX}Notification:BucketNotification"

    create(token, SAMPLES[token])

    asked = aws.asked("put_bucket_notification_configuration")["NotificationConfiguration"]
    (queue,) = asked["QueueConfigurations"]
    assert queue["Filter"]["Key"]["FilterRules"] == [{"Name": "prefix", "Value": "raw/"}]
