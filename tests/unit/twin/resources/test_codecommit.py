"""A repository begins empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]


def test_the_default_branch_is_left_to_the_first_push(create: Create, aws: FakeAws) -> None:
    token = "aws:codecommit/repository:Repository"  # noqa: S105 - a type token

    create(token, SAMPLES[token])

    assert [request.operation for request in aws.requests] == ["create_repository"]
