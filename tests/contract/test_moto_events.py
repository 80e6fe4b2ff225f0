"""What the twin relies on in moto's EventBridge, and what it changes there."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.roles import make_role
from twin.services import events, schedules
from twin.timeline import Step

if TYPE_CHECKING:
    from twin.cloud import Cloud


@pytest.fixture(autouse=True)
def installed(cloud: Cloud) -> None:
    events.install(cloud)


def queue(cloud: Cloud, name: str, *, admits: str | None = None) -> str:
    """Create a queue; a rule's ARN lets EventBridge send for that rule."""
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account}:{name}"
    attributes = {"Policy": json.dumps(policy(arn, admits))} if admits else {}
    cloud.client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return arn


def policy(arn: str, rule_arn: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": [rule_arn]}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def rule(cloud: Cloud, pattern: dict[str, Any], **changes: Any) -> str:
    answer = cloud.client("events").put_rule(
        Name="rule", **{"EventPattern": json.dumps(pattern), **changes}
    )
    return answer["RuleArn"]


def target(cloud: Cloud, arn: str, **changes: Any) -> None:
    cloud.client("events").put_targets(Rule="rule", Targets=[{"Id": "t", "Arn": arn, **changes}])


def messages(cloud: Cloud, name: str, *, seconds: float = 3.0) -> list[dict[str, Any]]:
    """Wait for messages of a queue; no longer than it takes to be sure that there are none."""
    client = cloud.client("sqs")
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        answer = client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        if "Messages" in answer:
            return answer["Messages"]
        time.sleep(0.02)
    return []


def test_a_matching_event_reaches_the_queue_in_aws_shape(cloud: Cloud) -> None:
    arn = rule(cloud, {"source": ["aws.ecr"], "detail": {"result": ["SUCCESS"]}})
    target(cloud, queue(cloud, "all", admits=arn))

    cloud.emit("aws.ecr", "ECR Image Action", {"result": "SUCCESS"}, ["arn:aws:ecr:x"])

    (message,) = messages(cloud, "all")
    event = json.loads(message["Body"])
    fields = "version id detail-type source account time region resources detail"
    assert set(event) == set(fields.split())
    assert event["account"] == cloud.account
    assert event["resources"] == ["arn:aws:ecr:x"]
    assert event["time"].endswith("Z")


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ({"detail": {"object": {"key": [{"prefix": "raw/"}]}}}, True),
        ({"detail": {"object": {"key": [{"prefix": "code/"}]}}}, False),
        ({"detail": {"bucket": {"name": ["other"]}}}, False),
        ({"account": ["123456789012"]}, True),
        ({"account": ["210987654321"]}, False),
        ({"detail": {"missing": ["x"]}}, False),
        ({"detail": {"missing": [{"exists": False}]}}, True),
    ],
)
def test_patterns_match_as_documented(
    cloud: Cloud, pattern: dict[str, Any], *, matches: bool
) -> None:
    arn = rule(cloud, {"source": ["aws.s3"], **pattern})
    target(cloud, queue(cloud, "all", admits=arn))
    detail = {"bucket": {"name": "ours"}, "object": {"key": "raw/wine/a.csv"}}

    cloud.emit("aws.s3", "Object Created", detail)

    assert bool(messages(cloud, "all", seconds=0.3)) == matches


def test_a_disabled_rule_delivers_nothing(cloud: Cloud) -> None:
    arn = rule(cloud, {"source": ["mine"]}, State="DISABLED")
    target(cloud, queue(cloud, "all", admits=arn))

    cloud.emit("mine", "Something", {"a": 1})

    assert messages(cloud, "all", seconds=0.3) == []


def test_a_schedule_is_no_pattern_that_matches_everything(cloud: Cloud) -> None:
    answer = cloud.client("events").put_rule(Name="rule", ScheduleExpression="rate(1 hour)")
    target(cloud, queue(cloud, "all", admits=answer["RuleArn"]))

    cloud.emit("mine", "Something", {"a": 1})

    assert messages(cloud, "all", seconds=0.3) == []


def test_a_schedule_fires_when_an_event_says_that_its_time_has_come(cloud: Cloud) -> None:
    arn = cloud.client("events").put_rule(Name="rule", ScheduleExpression="rate(1 hour)")["RuleArn"]
    target(cloud, queue(cloud, "all", admits=arn), Input='{"do": "look"}')

    schedules.fire(cloud, arn)

    (message,) = messages(cloud, "all")
    assert json.loads(message["Body"]) == {"do": "look"}


def test_a_schedules_rule_is_listed_with_what_it_fires_by(cloud: Cloud) -> None:
    cloud.client("events").put_rule(Name="rule", ScheduleExpression="rate(5 minutes)")

    (found,) = schedules.rules(cloud)

    assert schedules.interval(found["ScheduleExpression"]) == 300
    assert found["State"] == "ENABLED"


def test_a_target_gets_its_transformed_input(cloud: Cloud) -> None:
    arn = rule(cloud, {"source": ["mine"]})
    transformer = {"InputPathsMap": {"a": "$.detail.a"}, "InputTemplate": '{"only": "<a>"}'}
    target(cloud, queue(cloud, "all", admits=arn), InputTransformer=transformer)

    cloud.emit("mine", "Something", {"a": "value"})

    (message,) = messages(cloud, "all")
    assert json.loads(message["Body"]) == {"only": "value"}


def test_without_permission_the_event_goes_to_the_dead_letter_queue_at_once(cloud: Cloud) -> None:
    arn = rule(cloud, {"source": ["mine"]})
    kept = queue(cloud, "kept", admits=arn)
    target(cloud, queue(cloud, "locked"), DeadLetterConfig={"Arn": kept})

    cloud.emit("mine", "Something", {"a": 1})

    (message,) = messages(cloud, "kept")
    attributes = {
        name: value["StringValue"] for name, value in message["MessageAttributes"].items()
    }
    assert json.loads(message["Body"])["detail"] == {"a": 1}
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert attributes["RULE_ARN"] == arn
    assert attributes["TARGET_ARN"].endswith(":locked")
    assert attributes["RETRY_ATTEMPTS"] == "0"
    assert messages(cloud, "locked", seconds=0.1) == []


def topic(cloud: Cloud, **conditions: Any) -> str:
    """Create a topic that EventBridge may publish to, and a queue that gets what is published."""
    arn = cloud.client("sns").create_topic(Name="told")["TopicArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn,
        **conditions,
    }
    cloud.client("sns").set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps({"Statement": [statement]})
    )
    cloud.client("sns").subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=queue(cloud, "told"),
        Attributes={"RawMessageDelivery": "true"},
    )
    return arn


def test_a_topic_publishes_the_transformed_input(cloud: Cloud) -> None:
    rule(cloud, {"source": ["mine"]})
    transformer = {"InputPathsMap": {"a": "$.detail.a"}, "InputTemplate": '"It is <a>."'}
    target(cloud, topic(cloud), InputTransformer=transformer)

    cloud.emit("mine", "Something", {"a": "broken"})

    (message,) = messages(cloud, "told")
    assert message["Body"] == '"It is broken."'


def test_a_topic_whose_policy_has_a_condition_gets_nothing(cloud: Cloud) -> None:
    """EventBridge sends SNS nothing that a condition could look at: user guide, SNS permissions."""
    arn = rule(cloud, {"source": ["mine"]})
    condition = {"Condition": {"ArnEquals": {"aws:SourceArn": arn}}}
    kept = queue(cloud, "kept", admits=arn)
    target(cloud, topic(cloud, **condition), DeadLetterConfig={"Arn": kept})

    cloud.emit("mine", "Something", {"a": 1})

    (message,) = messages(cloud, "kept")
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"


def test_a_target_that_does_not_exist_is_given_up_at_once(cloud: Cloud) -> None:
    arn = rule(cloud, {"source": ["mine"]})
    kept = queue(cloud, "kept", admits=arn)
    function = f"arn:aws:lambda:{cloud.region}:{cloud.account}:function:missing"
    target(cloud, function, DeadLetterConfig={"Arn": kept})

    cloud.emit("mine", "Something", {"a": 1})

    (message,) = messages(cloud, "kept")
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_RESOURCE"


def test_an_event_that_nobody_keeps_is_told_by_the_timeline(cloud: Cloud) -> None:
    rule(cloud, {"source": ["mine"]})
    target(cloud, queue(cloud, "locked"), DeadLetterConfig={"Arn": queue(cloud, "locked-too")})

    cloud.emit("mine", "Something", {"a": 1})

    for _ in range(100):
        last = cloud.timeline.entries()[-1:]
        if last and last[0].state == "failed":
            assert last[0].step is Step.EVENT
            assert "dropped" in last[0].fact
            return
        time.sleep(0.02)
    pytest.fail("nothing was said")


@pytest.mark.parametrize("service", ["codepipeline", "codebuild"])
def test_a_target_that_is_started_needs_a_role(cloud: Cloud, service: str) -> None:
    rule(cloud, {"source": ["own"]})
    arn = f"arn:aws:{service}:us-east-1:123456789012:project/p"

    with pytest.raises(ClientError, match=f"RoleArn is required for target {arn}"):
        target(cloud, arn)


@pytest.mark.parametrize("name", ["none", "other"])
def test_a_role_that_eventbridge_may_not_take_on_is_refused(cloud: Cloud, name: str) -> None:
    rule(cloud, {"source": ["own"]})
    role = make_role(cloud, "other", "glue").replace("other", name)

    with pytest.raises(
        ClientError, match=f"'{role}' cannot be assumed by principal 'events.amazonaws.com'"
    ):
        target(cloud, "arn:aws:codepipeline:us-east-1:123456789012:p", RoleArn=role)


def test_a_target_keeps_the_role_that_eventbridge_may_take_on(cloud: Cloud) -> None:
    rule(cloud, {"source": ["own"]})
    role = make_role(cloud, "start", "events")

    target(cloud, "arn:aws:codepipeline:us-east-1:123456789012:p", RoleArn=role)

    (found,) = cloud.client("events").list_targets_by_rule(Rule="rule")["Targets"]
    assert found["RoleArn"] == role


def test_several_targets_are_served_though_one_refuses(cloud: Cloud) -> None:
    arn = rule(cloud, {"source": ["mine"]})
    cloud.client("events").put_targets(
        Rule="rule",
        Targets=[
            {"Id": "bad", "Arn": queue(cloud, "locked")},
            {"Id": "good", "Arn": queue(cloud, "open", admits=arn)},
        ],
    )

    cloud.emit("mine", "Something", {"a": 1})

    assert len(messages(cloud, "open")) == 1
