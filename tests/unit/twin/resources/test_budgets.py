"""Budgets count by tag and tell subscribers of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

TYPE = "aws:budgets/budget:Budget"


def test_a_budget_belongs_to_the_account(create: Create, aws: FakeAws) -> None:
    created = create(TYPE, SAMPLES[TYPE])

    asked = aws.asked("create_budget")
    assert asked["AccountId"] == "123456789012"
    assert asked["Budget"]["CostFilters"] == {"TagKeyValue": ["user:Stack$mlops-twin"]}
    assert created.id == "123456789012:month"


def test_addresses_and_topics_are_subscribers(create: Create, aws: FakeAws) -> None:
    told = {**SAMPLES[TYPE]["notifications"][0], "subscriberEmailAddresses": ["a@example.com"]}

    create(TYPE, {**SAMPLES[TYPE], "notifications": [told]})

    (notification,) = aws.asked("create_budget")["NotificationsWithSubscribers"]
    kinds = [one["SubscriptionType"] for one in notification["Subscribers"]]
    assert kinds == ["EMAIL", "SNS"]
