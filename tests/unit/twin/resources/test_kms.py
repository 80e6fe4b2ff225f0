"""Keys and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

KEY = "aws:kms/key:Key"


def test_rotation_is_a_request_of_its_own(create: Create, aws: FakeAws) -> None:
    created = create(KEY, SAMPLES[KEY])

    assert aws.asked("enable_key_rotation") == {"KeyId": created.id}


def test_a_key_without_rotation_is_left_alone(create: Create, aws: FakeAws) -> None:
    create(KEY, {"description": "why"})

    assert [request.operation for request in aws.requests] == ["create_key"]


def test_an_alias_knows_its_key(create: Create) -> None:
    outputs = create("aws:kms/alias:Alias", {"name": "alias/a", "targetKeyId": "k"}).outputs

    assert outputs["targetKeyArn"] == "arn:aws:kms:us-east-1:123456789012:key/k"
