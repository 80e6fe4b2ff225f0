"""Log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import KEY, SAMPLES
from twin.resources.inputs import Inputs
from twin.resources.resource import Existing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.factory import Factory
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

GROUP = "aws:cloudwatch/logGroup:LogGroup"


def test_retention_is_a_request_of_its_own(create: Create, aws: FakeAws) -> None:
    create(GROUP, SAMPLES[GROUP])

    assert aws.asked("put_retention_policy")["retentionInDays"] == 30


def test_a_group_that_keeps_everything_has_no_retention(create: Create, aws: FakeAws) -> None:
    create(GROUP, {"name": "g"})

    assert [request.operation for request in aws.requests] == ["create_log_group"]


def change(factory: Factory, before: dict[str, object], after: dict[str, object]) -> None:
    """Change a group that a program made."""
    factory.update(GROUP, "it", Existing("g", Inputs({"name": "g", **before}), {}), after)


def test_a_group_can_be_given_another_key(factory: Factory, aws: FakeAws) -> None:
    change(factory, {"kmsKeyId": KEY}, {"name": "g", "kmsKeyId": f"{KEY}2"})

    assert aws.asked("associate_kms_key") == {"logGroupName": "g", "kmsKeyId": f"{KEY}2"}


def test_a_group_can_lose_its_key(factory: Factory, aws: FakeAws) -> None:
    change(factory, {"kmsKeyId": KEY}, {"name": "g"})

    assert aws.asked("disassociate_kms_key") == {"logGroupName": "g"}


def test_a_group_that_keeps_its_key_is_not_asked_about(factory: Factory, aws: FakeAws) -> None:
    change(factory, {"kmsKeyId": KEY}, {"name": "g", "kmsKeyId": KEY, "retentionInDays": 30})

    assert [request.operation for request in aws.requests] == ["put_retention_policy"]
