"""Which stack a command works on: its names, as the program gives them, without asking Pulumi.

The evaluated program knows every name that does not depend on the account, so a command needs
neither the engine nor the stack's state, and works against the twin as it does against AWS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.errors import OpsError
from ops.stack_files import StackFileError, read_stack_config

if TYPE_CHECKING:
    from pathlib import Path

    from ops.graph import Graph

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
    from ops.program import StandInCloud, evaluate  # slow: not for a typing error

    known = sorted(file.stem.partition(".")[2] for file in root.glob("Pulumi.*.yaml"))
    if name not in known:
        raise OpsError(
            "which stack?" if not name else "there is no such stack",
            found=f"STACK={name}",
            expected=f"one of {', '.join(known)}",
            do="name it, for example: STACK=dev",
        )
    try:
        region = read_stack_config(root, name).values.get("aws:region", "")
        graph = evaluate(root, name, StandInCloud(region=region))
    except StackFileError as error:
        raise OpsError("its file cannot be used", resource=name, found=str(error)) from error
    except Exception as error:
        raise OpsError(
            "its program cannot be evaluated", resource=name, found=str(error).strip()
        ) from error
    return Stack(name, region, graph)
