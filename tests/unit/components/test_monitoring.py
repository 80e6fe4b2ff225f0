"""One topic: who may publish to it, who is told, and what a month may cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.declared_models import declared_models
from components.monitoring import topic_policy
from components.naming import Names
from ops.program import StandInCloud, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph

    InputsOf = Callable[[str], dict[str, Any]]

ROOT = Path(__file__).resolve().parents[3]
NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
TOPIC = "arn:aws:sns:us-east-1:123456789012:mlops-dev-alarms"


def test_the_topic_is_encrypted_with_a_key_of_ours(inputs_of: InputsOf) -> None:
    assert ":key/" in inputs_of("monitoring-topic")["kmsMasterKeyId"]


def test_three_services_may_publish_and_nobody_else() -> None:
    statements = topic_policy(NAMES)["Statement"]

    allowed = {
        statement["Principal"]["Service"]: statement.get("Condition", {})
        for statement in statements
        if statement["Effect"] == "Allow"
    }
    assert set(allowed) == {
        "budgets.amazonaws.com",
        "cloudwatch.amazonaws.com",
        "events.amazonaws.com",
    }
    ours = {"aws:SourceAccount": "123456789012"}
    assert allowed["cloudwatch.amazonaws.com"]["StringEquals"] == ours
    assert allowed["budgets.amazonaws.com"]["StringEquals"] == ours


def test_eventbridge_publishes_without_a_condition_as_none_would_ever_hold() -> None:
    (statement,) = (
        statement
        for statement in topic_policy(NAMES)["Statement"]
        if statement["Sid"] == "PublishFailures"
    )

    assert "Condition" not in statement


def test_nothing_is_published_without_tls() -> None:
    (denied,) = (
        statement for statement in topic_policy(NAMES)["Statement"] if statement["Effect"] == "Deny"
    )

    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_who_publishes_waits_for_the_topics_policy(stack: Graph) -> None:
    policy = stack.named("monitoring-topic-policy")

    for name in ("monitoring-etl-failed-target", "monitoring-trigger-errors"):
        assert policy.urn in stack.named(name).dependencies


def test_an_encrypted_address_stays_a_secret(tmp_path: Path) -> None:
    for name in (
        "__main__.py",
        "Pulumi.yaml",
        "components",
        "models",
        "trigger",
        "etl",
        "requirements",
        ".tools",
    ):
        (tmp_path / name).symlink_to(ROOT / name)
    stack_file = (ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    sealed = "  mlops:alarmEmail: {secure: v1:abc}\n"
    (tmp_path / "Pulumi.dev.yaml").write_text(stack_file + sealed, encoding="utf-8")

    subscribed = evaluate(tmp_path, "dev", StandInCloud())

    (email,) = subscribed.of_type("aws:sns/topicSubscription:TopicSubscription")
    assert email.secrets == {"endpoint"}


def test_an_address_is_subscribed_only_where_one_is_given(stack: Graph) -> None:
    subscribed = evaluate(
        ROOT, "dev", StandInCloud(), values={"mlops:alarmEmail": "ops@example.com"}
    )

    (email,) = subscribed.of_type("aws:sns/topicSubscription:TopicSubscription")
    assert (email.inputs["protocol"], email.inputs["endpoint"]) == ("email", "ops@example.com")
    assert not stack.of_type("aws:sns/topicSubscription:TopicSubscription")


def test_a_budget_counts_what_bears_the_stacks_tag(inputs_of: InputsOf) -> None:
    budget = inputs_of("monitoring-budget")

    assert budget["limitAmount"] == "500"
    assert budget["costFilters"] == [{"name": "TagKeyValue", "values": ["user:Stack$mlops-dev"]}]


def test_spending_is_told_before_and_when_it_happens(inputs_of: InputsOf) -> None:
    told = [
        (one["notificationType"], one["threshold"], one["subscriberSnsTopicArns"])
        for one in inputs_of("monitoring-budget")["notifications"]
    ]

    assert told == [("FORECASTED", 80, [TOPIC]), ("ACTUAL", 100, [TOPIC])]


def test_no_budget_is_made_of_nothing() -> None:
    without = evaluate(ROOT, "dev", StandInCloud(), values={"mlops:monthlyBudget": "0"})

    assert not without.of_type("aws:budgets/budget:Budget")


def test_the_dashboard_is_json_that_names_every_alarm(stack: Graph, inputs_of: InputsOf) -> None:
    body = json.loads(inputs_of("monitoring-dashboard")["dashboardBody"])

    (alarms,) = (widget for widget in body["widgets"] if widget["type"] == "alarm")
    assert len(alarms["properties"]["alarms"]) == len(
        stack.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    )


def test_the_dashboard_graphs_the_metric_of_each_declared_model(inputs_of: InputsOf) -> None:
    body = inputs_of("monitoring-dashboard")["dashboardBody"]

    for metric in declared_models(ROOT / "models").values():
        assert f'MetricName=\\"test:{metric}\\"' in body
