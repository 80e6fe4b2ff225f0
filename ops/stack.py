"""Which stack a command works on: its names, as the program gives them, without asking Pulumi.

The evaluated program knows every name that does not depend on the account, so a command needs
neither the engine nor the stack's state, and works against the twin as it does against AWS.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.causes import cause
from ops.errors import OpsError
from ops.stack_files import read_stack_config
from ops.stack_names import one_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ops.graph import Graph
    from ops.program import StandInCloud

TWIN = "twin"
"""The stack of the local twin."""

QUEUE = "aws:sqs/queue:Queue"
BUCKET = "aws:s3/bucket:Bucket"


@dataclass(frozen=True)
class Stack:
    """One stack: what the program makes of its file."""

    name: str
    region: str
    graph: Graph

    @property
    def prefix(self) -> str:
        """What all names of the stack begin with."""
        return str(self.graph.outputs["name_prefix"])

    def output(self, name: str) -> str:
        """Return an output that is a text."""
        return str(self.graph.outputs[name])

    def queues(self) -> tuple[str, ...]:
        """Return the names of the dead-letter queues, which is what all queues here are."""
        return tuple(sorted(str(queue.inputs["name"]) for queue in self.graph.of_type(QUEUE)))


def load_stack(root: Path, name: str) -> Stack:
    """Evaluate the program for a stack.

    Raises:
        OpsError: There is no such stack, or its settings cannot be deployed.
    """
    from ops.program import StandInCloud  # slow: not for a typing error

    one_stack(root, name)
    with evaluating(root, name):
        region = read_stack_config(root, name).values.get("aws:region", "")
    return Stack(name, region, evaluate_stack(root, name, StandInCloud(region=region)))


def evaluate_stack(
    root: Path, name: str, cloud: StandInCloud, values: Mapping[str, str] | None = None
) -> Graph:
    """Return what the program declares for a stack.

    Raises:
        OpsError: It cannot be evaluated; with the cause.
    """
    from ops.program import evaluate

    with evaluating(root, name):
        return evaluate(root, name, cloud, values=values)


@contextmanager
def evaluating(root: Path, name: str) -> Iterator[None]:
    """Turn whatever a program raises into an error that says what and where."""
    try:
        yield
    except Exception as error:
        raise OpsError(
            "its program cannot be evaluated",
            resource=name,
            found=cause(error, root),
            do="mend it there; `pulumi up` would stop at the same place",
        ) from error
