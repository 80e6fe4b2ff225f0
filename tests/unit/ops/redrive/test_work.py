"""A message is deleted after it was accepted, and at no other time."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ReadTimeoutError

from ops.redrive.decisions import (
    Answer,
    Invoke,
    Item,
    Leave,
    Letter,
    StartedRun,
    StartPipeline,
)
from ops.redrive.work import redrive

RUN = StartedRun("retrain-abalone", "data-1", "already-started")


def letter(identity: str) -> Letter:
    return Letter("q", identity, f"r-{identity}", datetime(2026, 1, 1, tzinfo=UTC), "{}", {})


def item(action: Invoke | StartPipeline | Leave, *identities: str) -> Item:
    return Item(action, "an event", tuple(letter(one) for one in identities or ("m1",)))


def invoke(number: int = 1) -> Invoke:
    return Invoke("trigger", json.dumps({"number": number}))


class FakeCloud:
    """Answers as it was told, and keeps what was done."""

    def __init__(self, *answers: Answer | BaseException, failed: bool = False) -> None:
        self._answers = list(answers)
        self._failed = failed
        self.done: list[str] = []

    def invoke(self, action: Invoke) -> Answer:
        self.done.append(f"invoke {action.event}")
        return self._answer()

    def start(self, action: StartPipeline, token: str) -> Answer:
        self.done.append(f"start {action.commit} {token}")
        return self._answer()

    def clear_if_failed(self, run: StartedRun) -> bool:
        self.done.append(f"clear {run.run_id}")
        return self._failed

    def delete(self, letter: Letter) -> None:
        self.done.append(f"delete {letter.identity}")

    def put_back(self, letter: Letter) -> None:
        self.done.append(f"put back {letter.identity}")

    def _answer(self) -> Answer:
        answer = self._answers.pop(0) if self._answers else Answer("fine")
        if isinstance(answer, BaseException):
            raise answer
        return answer


def test_what_was_accepted_is_deleted_after_that() -> None:
    cloud = FakeCloud()

    (done,) = redrive([item(StartPipeline("p", "c1"), "m1", "m2")], cloud)

    assert done.fate == "accepted"
    assert cloud.done == ["start c1 m1", "delete m1", "delete m2"]


def test_what_was_refused_stays_and_does_not_keep_the_rest_from_being_sent() -> None:
    cloud = FakeCloud(Answer(refused="no"), ReadTimeoutError(endpoint_url="x"), Answer("fine"))

    fates = [done.fate for done in redrive([item(invoke(n), f"m{n}") for n in range(3)], cloud)]

    assert fates == ["refused", "refused", "accepted"]
    assert [one for one in cloud.done if "invoke" not in one] == [
        "put back m0",
        "put back m1",
        "delete m2",
    ]


def test_what_nobody_serves_is_left_untouched() -> None:
    cloud = FakeCloud()

    (done,) = redrive([item(Leave("for people"))], cloud)

    assert (done.fate, done.fact) == ("left", "for people")
    assert cloud.done == ["put back m1"]


def test_a_run_that_had_failed_goes_on_before_its_message_is_deleted() -> None:
    cloud = FakeCloud(Answer("there", runs=(RUN,)), failed=True)

    (done,) = redrive([item(invoke())], cloud)

    assert "data-1 had failed: cleared" in done.fact
    assert cloud.done[1:] == ["clear data-1", "delete m1"]


def test_a_run_that_did_not_fail_is_let_alone() -> None:
    cloud = FakeCloud(Answer("there", runs=(RUN,)))

    (done,) = redrive([item(invoke())], cloud)

    assert "cleared" not in done.fact


def test_whoever_interrupts_finds_the_rest_in_the_queue() -> None:
    cloud = FakeCloud(Answer("fine"), KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        list(redrive([item(invoke(n), f"m{n}") for n in range(3)], cloud))

    assert cloud.done == [
        'invoke {"number": 0}',
        "delete m0",
        'invoke {"number": 1}',
        "put back m1",
        "put back m2",
    ]
