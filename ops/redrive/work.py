"""Carries out what was decided: each thing once, its messages deleted after it was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from ops.redrive.decisions import Answer, Invoke, Leave, StartPipeline, worth_clearing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ops.redrive.decisions import Item, Letter, StartedRun

Fate = Literal["accepted", "refused", "left"]


class Queues(Protocol):
    """What `cloud.Cloud` does, as far as it is needed here."""

    def invoke(self, action: Invoke) -> Answer:
        """Have the function serve an event."""
        ...

    def start(self, action: StartPipeline, token: str) -> Answer:
        """Start the pipeline, once for a token."""
        ...

    def clear_if_failed(self, run: StartedRun) -> bool:
        """Let a failed run go on."""
        ...

    def delete(self, letter: Letter) -> None:
        """Take a message out of its queue."""
        ...

    def put_back(self, letter: Letter) -> None:
        """Show a message again."""
        ...


@dataclass(frozen=True)
class Done:
    """What became of one thing."""

    item: Item
    fate: Fate
    fact: str


def redrive(items: Iterable[Item], cloud: Queues) -> Iterator[Done]:
    """Carry out one thing after the other; what cannot be done does not keep the rest from it.

    However it ends, also when it is interrupted, what was not accepted is put back.
    """
    waiting = list(items)
    try:
        while waiting:
            done = _carry_out(waiting[0], cloud)
            if done.fate == "accepted":
                for letter in waiting.pop(0).letters:
                    cloud.delete(letter)
            else:
                put_back([waiting.pop(0)], cloud)
            yield done
    finally:
        put_back(waiting, cloud)


def put_back(items: Iterable[Item], cloud: Queues) -> None:
    """Show again at once what lies in the queues and stays there."""
    for item in items:
        for letter in item.letters:
            cloud.put_back(letter)


def _carry_out(item: Item, cloud: Queues) -> Done:
    action = item.action
    if isinstance(action, Leave):
        return Done(item, "left", action.why)
    try:
        answer = (
            cloud.invoke(action)
            if isinstance(action, Invoke)
            else cloud.start(action, item.letters[0].identity)
        )
        if answer.refused:
            return Done(item, "refused", answer.refused)
        cleared = [run for run in worth_clearing(answer) if cloud.clear_if_failed(run)]
    except (BotoCoreError, ClientError) as error:
        return Done(item, "refused", str(error))
    again = [f"{run.dag_id} {run.run_id} had failed: cleared, runs again" for run in cleared]
    return Done(item, "accepted", "; ".join([answer.said, *again]))
