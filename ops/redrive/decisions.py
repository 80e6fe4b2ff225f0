"""What lies in a dead-letter queue, and what sending it again means; pure.

A message carries the whole event, and its attributes say who had it last: EventBridge, which names
the target that it could not deliver to, or the function, which names the error that it ended with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

COMMIT: Final = re.compile(r"[0-9a-f]{40}")
ACCEPTED: Final = frozenset({"started", "ignored", "reconciled"})
"""What the trigger answers when an event needs no further attempt."""

ALREADY: Final = "already-started"
CLEARED_STATES: Final = frozenset({"failed", "upstream_failed"})


@dataclass(frozen=True)
class Letter:
    """A message of a dead-letter queue. `receipt` is what deletes it."""

    queue: str
    identity: str
    receipt: str
    sent: datetime
    body: str
    attributes: Mapping[str, str]

    @property
    def error(self) -> str:
        """Why it lies there, in the words of who put it there."""
        code = self.attributes.get("ERROR_CODE", "")
        message = self.attributes.get("ERROR_MESSAGE") or self.attributes.get("ErrorMessage", "")
        return f"{code}: {message}" if code and message else code or message


@dataclass(frozen=True)
class Invoke:
    """Have the function serve the event once more."""

    function: str
    event: str


@dataclass(frozen=True)
class StartPipeline:
    """Start the pipeline for the commit that was pushed."""

    pipeline: str
    commit: str


@dataclass(frozen=True)
class Leave:
    """Let it lie: it is for a person, or nothing of ours."""

    why: str


Action = Invoke | StartPipeline | Leave


@dataclass(frozen=True)
class Target:
    """What may be called: one stack's function and pipeline."""

    function: str
    pipeline: str


@dataclass(frozen=True)
class Item:
    """One thing to do, with the messages that it is an answer to: equal ones are done once."""

    action: Action
    what: str
    letters: tuple[Letter, ...]


@dataclass(frozen=True)
class StartedRun:
    """A DAG run that the function named in its answer."""

    dag_id: str
    run_id: str
    result: str


@dataclass(frozen=True)
class Answer:
    """What came of an attempt. Without `refused` it was accepted."""

    said: str = ""
    refused: str = ""
    runs: tuple[StartedRun, ...] = field(default_factory=tuple)


def items(letters: Iterable[Letter], target: Target) -> tuple[Item, ...]:
    """Return what there is to do, oldest first; several equal messages are one thing."""
    found: dict[Action, list[Letter]] = {}
    for letter in sorted(letters, key=lambda one: (one.sent, one.identity)):
        found.setdefault(decide(letter, target), []).append(letter)
    return tuple(
        Item(action, describe(group[0].body), tuple(group)) for action, group in found.items()
    )


def decide(letter: Letter, target: Target) -> Action:
    """Return what belongs to a message."""
    event = parse(letter.body)
    if event is None:
        return Leave(f"its body is no JSON object: {letter.body[:80]!r}")
    arn = letter.attributes.get("TARGET_ARN", "")
    if not arn and "RequestID" in letter.attributes:
        return _invoke(event, target.function, target)  # the function's own failures name nobody
    service, name = _service_and_name(arn)
    serve = _SERVICES.get(service)
    return serve(event, name, target) if serve else _nobody(arn)


def _start(event: Mapping[str, Any], name: str, target: Target) -> Action:
    if name != target.pipeline:
        return Leave(f"the pipeline {name} is not this stack's {target.pipeline}")
    commit = _commit(event)
    if commit is None:
        return Leave("it names no commit: push again")
    return StartPipeline(name, commit)


def _invoke(event: Mapping[str, Any], name: str, target: Target) -> Action:
    if name != target.function:
        return Leave(f"the function {name} is not this stack's {target.function}")
    return Invoke(name, json.dumps(event, sort_keys=True))


def _for_people(_event: Mapping[str, Any], _name: str, _target: Target) -> Action:
    return Leave("it was a message to people: read it, then purge the queue")


def _nobody(arn: str) -> Leave:
    return Leave(f"nothing here serves {arn or 'a message that names no target'}")


_SERVICES: Final = {"codepipeline": _start, "lambda": _invoke, "sns": _for_people}


def _commit(event: Mapping[str, Any]) -> str | None:
    """Return the commit of a push; of the event, or of what the rule made of it."""
    found = _mapping(event.get("detail")).get("commitId")
    for revision in cast("list[object]", event.get("sourceRevisions") or []):
        found = _mapping(revision).get("revisionValue")
    return found if isinstance(found, str) and COMMIT.fullmatch(found) else None


def describe(body: str) -> str:
    """Return what a message was about, in the words of who reads the table."""
    event = parse(body) or {}
    detail = _mapping(event.get("detail"))
    facts = (
        ("look for lost events", event.get("reconcile")),
        ("raw file {}", _mapping(detail.get("object")).get("key")),
        ("image {:.12}", detail.get("image-tag")),
        ("push {:.12}", _commit(event)),
        ("{}", event.get("detail-type")),
    )
    found = (text.format(fact) for text, fact in facts if isinstance(fact, str) and fact)
    return next(found, body[:60])


def read_answer(payload: str, *, failed: bool) -> Answer:
    """Return what the function said: whether it took the event, and which runs it named."""
    said = parse(payload) or {}
    if failed:
        return Answer(refused=f"{said.get('errorType')}: {said.get('errorMessage')}")
    outcome = str(said.get("outcome"))
    runs = tuple(
        StartedRun(str(run.get("dag_id")), str(run.get("run_id")), str(run.get("result")))
        for run in map(_mapping, cast("list[object]", said.get("runs") or []))
    )
    if outcome not in ACCEPTED:
        errors = cast("list[object]", said.get("errors") or [])
        return Answer(refused="; ".join([outcome, *map(str, errors)]))
    named = ", ".join(f"{run.dag_id} {run.run_id} {run.result}" for run in runs)
    return Answer(said=named or f"{outcome} {said.get('reason') or ''}".strip(), runs=runs)


def worth_clearing(answer: Answer) -> tuple[StartedRun, ...]:
    """Return the runs that were there before: one that failed would stay so."""
    return tuple(run for run in answer.runs if run.result == ALREADY)


def tasks_to_clear(instances: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the tasks of a failed run to run again; what follows them is cleared with them."""
    found = {str(one["task_id"]) for one in instances if one.get("state") in CLEARED_STATES}
    return tuple(sorted(found))


def parse(text: str) -> Mapping[str, Any] | None:
    """Return the JSON object that a text is; `None` if it is none."""
    try:
        found: object = json.loads(text)
    except ValueError:
        return None
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else None


def _service_and_name(arn: str) -> tuple[str, str]:
    parts = arn.split(":")
    return (parts[2], parts[-1]) if len(parts) > 5 else ("", "")  # noqa: PLR2004 - an ARN has six


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
