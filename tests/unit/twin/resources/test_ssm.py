"""Parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]


def test_a_plain_value_wins_over_a_secret_one(create: Create, aws: FakeAws) -> None:
    create("aws:ssm/parameter:Parameter", {"name": "/a", "type": "String", "insecureValue": ""})

    assert aws.asked("put_parameter")["Value"] == ""
