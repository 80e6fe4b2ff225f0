"""What targets receive for an event."""

from __future__ import annotations

import json
from typing import Any

import pytest

from twin.services.event_inputs import BadInputError, as_delivered, target_input

RULE = "arn:aws:events:us-east-1:123456789012:rule/push"
EVENT: dict[str, Any] = {
    "id": "7",
    "detail-type": "A change",
    "resources": ["arn:one", "arn:two"],
    "detail": {"commitId": "abc", "text": 'say "hi"\\', "count": 3, "list": [1, {"a": None}]},
}


def received(target: dict[str, Any]) -> Any:
    return json.loads(target_input(target, RULE, EVENT))


def transformed(template: str, **paths: str) -> dict[str, Any]:
    return {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}


def test_without_instructions_the_whole_event_is_sent() -> None:
    assert received({}) == EVENT


def test_a_constant_is_sent_as_it_is() -> None:
    assert received({"Input": '{"fixed": true}'}) == {"fixed": True}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.detail.commitId", "abc"),
        ("$.resources[1]", "arn:two"),
        ("$.detail.list[1]", {"a": None}),
        ("$.detail-type", "A change"),
        ("$['detail-type']", "A change"),
        ("$.detail.missing", None),
        ("$.resources[9]", None),
    ],
)
def test_a_path_sends_a_part(path: str, found: object) -> None:
    assert received({"InputPath": path}) == found


def test_a_template_hands_over_the_commit() -> None:
    template = '{"sourceRevisions": [{"revisionType": "COMMIT_ID", "revisionValue": "<commit>"}]}'

    assert received(transformed(template, commit="$.detail.commitId")) == {
        "sourceRevisions": [{"revisionType": "COMMIT_ID", "revisionValue": "abc"}]
    }


def test_values_keep_the_json_whole_inside_and_outside_of_quotes() -> None:
    template = '{"in": "<text>, <count>", "out": <text>, "many": <list>}'
    target = transformed(
        template, text="$.detail.text", count="$.detail.count", list="$.detail.list"
    )

    assert received(target) == {
        "in": 'say "hi"\\, 3',
        "out": 'say "hi"\\',
        "many": [1, {"a": None}],
    }


def test_a_variable_without_a_value_is_left_out() -> None:
    assert received(transformed('"<gone>!"', gone="$.detail.gone")) == "!"


def test_events_own_variables_are_known() -> None:
    target = transformed('{"rule": "<aws.events.rule-name>", "event": <aws.events.event.json>}')

    assert received(target) == {"rule": "push", "event": EVENT}


def test_a_template_that_makes_no_json_is_refused() -> None:
    with pytest.raises(BadInputError, match="the input template makes"):
        target_input(transformed('{"a": <gone>}', gone="$.gone"), RULE, EVENT)


def test_times_are_texts_for_targets() -> None:
    event = {"time": 1_767_225_600.5, "ingestion-time": 1.0, "id": "7"}

    assert as_delivered(event) == {"time": "2026-01-01T00:00:00Z", "id": "7"}
