"""A factory over a fake AWS, and what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fake_aws import FakeAws
from twin.resources.factory import Factory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.resources.resource import Created


@pytest.fixture
def aws() -> FakeAws:
    """Return an AWS that takes what botocore's models allow; nothing fails at its targets."""
    return FakeAws(
        answers={
            "put_targets": {"FailedEntryCount": 0, "FailedEntries": []},
            "get_policy": {"Policy": '{"Statement": []}'},
        }
    )


@pytest.fixture
def factory(aws: FakeAws) -> Factory:
    """Return a factory over that AWS."""
    return Factory(aws, account="123456789012", region="us-east-1")


@pytest.fixture
def create(factory: Factory) -> Callable[[str, Mapping[str, object]], Created]:
    """Return what creates a resource that the program calls `it`."""
    return lambda token, inputs: factory.create(token, "it", inputs)
