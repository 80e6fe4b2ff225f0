"""Budgets: what a month may cost, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing

SUBSCRIBERS = {"subscriberEmailAddresses": "EMAIL", "subscriberSnsTopicArns": "SNS"}
"""The provider's lists, and what Budgets calls what is in them."""


def create_budget(inputs: Inputs, context: Context) -> Created:
    """Create a budget with its notifications."""
    name = context.physical_name(inputs)
    limit = inputs.pick(limitAmount="Amount", limitUnit="Unit")
    filters = {one.text("name"): one.items("values") for one in inputs.blocks("costFilters")}
    budget = {
        "BudgetName": name,
        **inputs.pick(budgetType="BudgetType", timeUnit="TimeUnit"),
        **({"BudgetLimit": limit} if limit else {}),
        **({"CostFilters": filters} if filters else {}),
    }
    tags = tag_list(inputs)
    context.client("budgets").create_budget(
        AccountId=context.account,
        Budget=budget,
        NotificationsWithSubscribers=[_notification(one) for one in inputs.blocks("notifications")],
        **({"ResourceTags": tags} if tags else {}),
    )
    arn = f"arn:aws:budgets::{context.account}:budget/{name}"
    return Created(f"{context.account}:{name}", {"arn": arn, "name": name})


def delete_budget(existing: Existing, context: Context) -> None:
    """Take a budget away, and its notifications with it."""
    context.client("budgets").delete_budget(AccountId=context.account, BudgetName=_name(existing))


def ask_for_budget(existing: Existing, context: Context) -> object:
    """Ask for a budget."""
    return context.client("budgets").describe_budget(
        AccountId=context.account, BudgetName=_name(existing)
    )


def update_budget(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Make a budget anew: moto knows no other way, and here nothing was counted yet."""
    delete_budget(existing, context)
    return create_budget(inputs, context)


def _name(existing: Existing) -> str:
    return existing.id.partition(":")[2]


def _notification(inputs: Inputs) -> dict[str, Any]:
    notification = inputs.pick(
        comparisonOperator="ComparisonOperator",
        notificationType="NotificationType",
        threshold="Threshold",
        thresholdType="ThresholdType",
    )
    subscribers = [
        {"SubscriptionType": kind, "Address": address}
        for given, kind in SUBSCRIBERS.items()
        for address in inputs.items(given)
    ]
    return {"Notification": notification, "Subscribers": subscribers}


TYPES = (
    ResourceType(
        "aws:budgets/budget:Budget",
        create_budget,
        tagged=True,
        regional=False,
        delete=delete_budget,
        exists=ask_for_budget,
        update=update_budget,
    ),
)
