"""The provider over an AWS that takes what botocore's models allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_aws import FakeAws
from twin.provider import AwsProvider


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def provider(aws: FakeAws) -> AwsProvider:
    return AwsProvider(lambda _region: aws, Path.cwd())
