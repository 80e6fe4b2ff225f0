"""What is said at the end: what stays, and what destroying the stack will do."""

from __future__ import annotations

from pathlib import Path

from ops.stack import Stack, load_stack
from ops.teardown.remains import next_steps

ROOT = Path(__file__).resolve().parents[4]


def told(stack: Stack, ended_jobs: int = 0) -> str:
    return "\n".join(next_steps(stack, ended_jobs))


def test_the_next_command_is_named() -> None:
    assert "next: pulumi destroy --stack dev" in told(load_stack(ROOT, "dev"))


def test_buckets_with_objects_are_said_to_stop_it() -> None:
    text = told(load_stack(ROOT, "dev"))

    assert "mlops-dev-data-..." in text
    assert "stops at buckets that hold objects" in text


def test_what_is_protected_is_named_where_there_is_something() -> None:
    dev, prod = told(load_stack(ROOT, "dev")), told(load_stack(ROOT, "prod"))

    assert "protected" not in dev
    assert "storage-data" in prod
    assert "set protect to false" in prod


def test_jobs_that_cannot_be_deleted_are_counted() -> None:
    stack = load_stack(ROOT, "dev")

    assert "3 training jobs that have ended stay" in told(stack, 3)
    assert "training jobs" not in told(stack)
