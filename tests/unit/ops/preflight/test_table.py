"""A person reads first what failed, then what to do."""

from __future__ import annotations

import io

from rich.console import Console

from ops.preflight.check import Result, Status
from ops.preflight.table import show, summary

HOLDS = Result(check="bucket-versions", says="the bucket keeps versions", status=Status.HOLDS)
FAILED = Result(
    check="nat-route",
    says="each subnet leads out",
    status=Status.FAILED,
    found="no way out: subnet-1",
    expected="a route",
    do="pulumi up",
)
MISSING = Result(
    check="key-role", says="it may", status=Status.MISSING, found="there is no key", do="pulumi up"
)


def printed(*results: Result) -> str:
    console = Console(file=io.StringIO(), width=100)
    show(console, "mlops-dev", results)
    return str(getattr(console.file, "getvalue")())  # noqa: B009 - a StringIO to us, IO[str] to rich


def test_what_holds_is_said_in_a_line() -> None:
    text = printed(HOLDS)

    assert "the bucket keeps versions" in text
    assert "do:" not in text


def test_a_fault_says_what_was_found_and_expected_and_what_to_do() -> None:
    text = printed(HOLDS, FAILED)

    assert "nat-route failed\n  found: no way out: subnet-1\n  expected: a route\n" in text
    assert "  do: pulumi up\n" in text


def test_what_is_not_there_yet_asks_for_nothing() -> None:
    text = printed(MISSING)

    assert "there is no key" in text
    assert "do:" not in text


def test_the_last_line_counts() -> None:
    assert summary([HOLDS, HOLDS, FAILED, MISSING]) == "4 checks: 2 ok, 1 failed, 1 not yet"
