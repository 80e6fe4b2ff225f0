"""A connection is made for one provider, and nobody has approved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

CONNECTION = "aws:codeconnections/connection:Connection"


def test_a_connection_is_for_a_provider(create: Create, aws: FakeAws) -> None:
    create(CONNECTION, SAMPLES[CONNECTION])

    asked = aws.asked("create_connection")
    assert asked["ConnectionName"] == "mlops"
    assert asked["ProviderType"] == "GitHub"


def test_a_connection_waits_for_its_approval(create: Create) -> None:
    made = create(CONNECTION, SAMPLES[CONNECTION])

    assert made.outputs["connectionStatus"] == "PENDING"
