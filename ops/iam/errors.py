"""What the evaluator does not know."""

from __future__ import annotations


class UnknownInPolicyError(Exception):
    """A policy says something that this evaluator cannot judge."""

    def __init__(self, kind: str, found: object, known: object) -> None:
        super().__init__(kind, found, known)
        self.kind = kind
        self.found = found
        self.known = known

    def __str__(self) -> str:
        """Say what it is and what would be understood."""
        return (
            f"a policy's {self.kind} is unknown to ops/iam: found {self.found!r}, "
            f"known are {self.known}; do: teach it there, with a test"
        )
