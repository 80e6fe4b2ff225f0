"""Rules and targets reach EventBridge whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

import pytest

from twin.errors import TwinError

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"


def test_a_rule_keeps_pattern_and_state(create: Create, aws: FakeAws) -> None:
    create(RULE, SAMPLES[RULE])

    asked = aws.asked("put_rule")
    assert asked["EventPattern"] == '{"source": ["aws.ecr"]}'
    assert asked["State"] == "ENABLED"


def test_a_rule_of_another_bus_is_known_by_both(create: Create) -> None:
    assert create(RULE, {**SAMPLES[RULE], "eventBusName": "mine"}).id == "mine/pushes"


def test_a_target_keeps_transformer_retries_and_dead_letters(create: Create, aws: FakeAws) -> None:
    create(TARGET, SAMPLES[TARGET])

    (target,) = aws.asked("put_targets")["Targets"]
    assert target["InputTransformer"] == {
        "InputPathsMap": {"c": "$.detail.commitId"},
        "InputTemplate": '"<c>"',
    }
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600}
    assert target["DeadLetterConfig"]["Arn"].endswith(":failed")


def test_a_target_that_is_refused_in_the_answer_is_an_error(create: Create, aws: FakeAws) -> None:
    failed = {"ErrorCode": "ValidationException", "ErrorMessage": "no such thing"}
    aws.answers["put_targets"] = {"FailedEntryCount": 1, "FailedEntries": [failed]}

    with pytest.raises(TwinError, match="no such thing") as caught:
        create(TARGET, SAMPLES[TARGET])

    assert "function:trigger" in caught.value.found
