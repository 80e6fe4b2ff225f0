"""What a message of a dead-letter queue was, and what belongs to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ops.redrive.decisions import (
    Invoke,
    Leave,
    Letter,
    StartPipeline,
    Target,
    describe,
    items,
    read_answer,
    tasks_to_clear,
    worth_clearing,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TARGET = Target("mlops-dev-trigger", "mlops-dev")
COMMIT = "a1b2c3d4e5f6" + "0" * 28
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:mlops-dev-trigger"
PIPELINE = "arn:aws:codepipeline:us-east-1:123456789012:mlops-dev"
OBJECT = {"detail": {"object": {"key": "raw/abalone/a.csv", "version-id": "v1"}}}
PUSH = {"detail": {"commitId": COMMIT, "referenceName": "main"}}


def letter(body: object, identity: str = "m1", age: int = 0, **attributes: str) -> Letter:
    return Letter(
        queue="mlops-dev-trigger-events",
        identity=identity,
        receipt=f"r-{identity}",
        sent=NOW - timedelta(seconds=age),
        body=body if isinstance(body, str) else json.dumps(body),
        attributes=attributes,
    )


def action(body: object, **attributes: str) -> Any:
    (item,) = items([letter(body, "m1", 0, **attributes)], TARGET)
    return item.action


def test_an_undelivered_event_goes_to_the_function_whole() -> None:
    found = action(OBJECT, TARGET_ARN=FUNCTION, ERROR_CODE="NO_PERMISSIONS")

    assert isinstance(found, Invoke)
    assert json.loads(found.event) == OBJECT


def test_what_the_function_failed_on_goes_to_it_again() -> None:
    found = action(OBJECT, RequestID="1", ErrorCode="200", ErrorMessage="AirflowError")

    assert isinstance(found, Invoke)
    assert found.function == "mlops-dev-trigger"


def test_a_push_starts_the_pipeline_for_its_commit() -> None:
    assert action(PUSH, TARGET_ARN=PIPELINE) == StartPipeline("mlops-dev", COMMIT)


def test_a_push_that_the_rule_had_transformed_starts_it_too() -> None:
    revision = {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": COMMIT}

    found = action({"sourceRevisions": [revision]}, TARGET_ARN=PIPELINE)

    assert found == StartPipeline("mlops-dev", COMMIT)


@pytest.mark.parametrize(
    ("body", "attributes", "why"),
    [
        ("no json", {"TARGET_ARN": FUNCTION}, "no JSON"),
        ([1], {"TARGET_ARN": FUNCTION}, "no JSON"),
        (OBJECT, {}, "names no target"),
        (OBJECT, {"TARGET_ARN": f"{FUNCTION}-2"}, "is not this stack's mlops-dev-trigger"),
        (PUSH, {"TARGET_ARN": f"{PIPELINE}-2"}, "is not this stack's mlops-dev"),
        ({"detail": {"commitId": "main"}}, {"TARGET_ARN": PIPELINE}, "names no commit"),
        (OBJECT, {"TARGET_ARN": "arn:aws:sns:us-east-1:1:mlops-dev-alarms"}, "to people"),
        (OBJECT, {"TARGET_ARN": "arn:aws:sqs:us-east-1:1:q"}, "nothing here serves"),
    ],
)
def test_what_is_for_a_person_or_nothing_of_ours_is_left(
    body: object, attributes: dict[str, str], why: str
) -> None:
    found = action(body, **attributes)

    assert isinstance(found, Leave)
    assert why in found.why


def test_equal_messages_are_one_thing_and_the_oldest_comes_first() -> None:
    again = [letter(OBJECT, f"m{n}", age=n, TARGET_ARN=FUNCTION) for n in range(3)]
    push = letter(PUSH, "m9", age=9, TARGET_ARN=PIPELINE)

    first, second = items([*again, push], TARGET)

    assert first.letters == (push,)
    assert [one.identity for one in second.letters] == ["m2", "m1", "m0"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (OBJECT, "raw file raw/abalone/a.csv"),
        ({"detail": {"image-tag": COMMIT}}, "image a1b2c3d4e5f6"),
        (PUSH, "push a1b2c3d4e5f6"),
        ({"reconcile": "current"}, "look for lost events"),
        ({"detail-type": "Scheduled Event", "detail": {}}, "Scheduled Event"),
        ("???", "???"),
    ],
)
def test_a_person_reads_what_it_was(body: object, what: str) -> None:
    assert describe(body if isinstance(body, str) else json.dumps(body)) == what


def test_an_error_is_shown_in_the_words_of_who_gave_up() -> None:
    undelivered = letter(OBJECT, ERROR_CODE="THROTTLING", ERROR_MESSAGE="busy")
    failed = letter(OBJECT, ErrorCode="200", ErrorMessage="AirflowError: 503")

    assert undelivered.error == "THROTTLING: busy"
    assert failed.error == "AirflowError: 503"


def test_a_started_run_is_accepted_and_named() -> None:
    run = {"dag_id": "retrain-a", "run_id": "data-1", "result": "started"}

    answer = read_answer(json.dumps({"outcome": "started", "runs": [run]}), failed=False)

    assert not answer.refused
    assert answer.said == "retrain-a data-1 started"
    assert worth_clearing(answer) == ()


def test_a_run_that_was_there_is_worth_a_look() -> None:
    run = {"dag_id": "retrain-a", "run_id": "data-1", "result": "already-started"}

    answer = read_answer(json.dumps({"outcome": "started", "runs": [run]}), failed=False)

    assert [one.run_id for one in worth_clearing(answer)] == ["data-1"]


def test_an_ignored_event_is_accepted_with_its_reason() -> None:
    said = {"outcome": "ignored", "reason": "unknown-model", "fact": "vine"}

    answer = read_answer(json.dumps(said), failed=False)

    assert (answer.said, answer.refused) == ("ignored unknown-model", "")


@pytest.mark.parametrize(
    ("said", "failed", "refused"),
    [
        ({"errorType": "AirflowError", "errorMessage": "503"}, True, "AirflowError: 503"),
        ({"outcome": "incomplete", "errors": ["no DAG"]}, False, "incomplete; no DAG"),
        ({}, False, "None"),
    ],
)
def test_whatever_else_the_function_says_is_a_refusal(
    said: dict[str, Any], refused: str, *, failed: bool
) -> None:
    assert read_answer(json.dumps(said), failed=failed).refused == refused


def test_failed_tasks_are_cleared_and_those_that_never_ran() -> None:
    states = {"etl": "success", "training": "failed", "gate": "upstream_failed", "prune": None}

    found = tasks_to_clear([{"task_id": name, "state": state} for name, state in states.items()])

    assert found == ("gate", "training")
