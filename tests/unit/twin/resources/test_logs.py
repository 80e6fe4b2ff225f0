"""Log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

GROUP = "aws:cloudwatch/logGroup:LogGroup"


def test_retention_is_a_request_of_its_own(create: Create, aws: FakeAws) -> None:
    create(GROUP, SAMPLES[GROUP])

    assert aws.asked("put_retention_policy")["retentionInDays"] == 30


def test_a_group_that_keeps_everything_has_no_retention(create: Create, aws: FakeAws) -> None:
    create(GROUP, {"name": "g"})

    assert [request.operation for request in aws.requests] == ["create_log_group"]
