"""What is not there is no fault before Airflow is, and one afterwards."""

from __future__ import annotations

from dataclasses import replace

from ops.preflight.check import Status, run
from ops.preflight.checks import CHECKS
from ops.preflight.snapshot import Gap, Snapshot
from tests.unit.ops.preflight.builders import snapshot, wanted

NOT_THERE = Gap("there is no such thing")


def statuses(found: Snapshot) -> dict[str, Status]:
    return {result.check: result.status for result in run(CHECKS, wanted(), found)}


def empty() -> Snapshot:
    """Return an account in which nothing of the stack is there."""
    parts = (
        "bucket",
        "vpc",
        "subnets",
        "nat_gateways",
        "endpoints",
        "endpoint_groups",
        "group",
        "role",
        "key",
        "environment",
    )
    return replace(snapshot(), **dict.fromkeys(parts, NOT_THERE))


def test_before_the_first_up_nothing_is_there_and_nothing_fails() -> None:
    found = statuses(empty())

    assert set(found.values()) == {Status.MISSING, Status.HOLDS}
    assert {name for name, status in found.items() if status is Status.HOLDS} == {
        "airflow-class",
        "airflow-version",
        "quota-addresses",
        "quota-environments",
        "quota-instances",
        "quota-nat-gateways",
        "quota-vpcs",
    }


def test_once_the_environment_is_there_the_rest_has_to_be() -> None:
    found = statuses(replace(empty(), environment=snapshot().environment))

    assert Status.MISSING not in found.values()
    assert found["bucket-versions"] is Status.FAILED


def test_what_may_not_be_read_is_said_to_be_unread() -> None:
    account = replace(snapshot(), key=Gap("may not DescribeKey", unreadable=True))

    results = {result.check: result for result in run(CHECKS, wanted(), account)}

    assert results["key-enabled"].status is Status.UNREADABLE
    assert results["key-enabled"].found == "may not DescribeKey"


def test_a_quota_that_nobody_read_is_unread() -> None:
    found = statuses(replace(snapshot(), quotas={}))

    assert found["quota-vpcs"] is Status.UNREADABLE


def test_a_result_says_all_of_it_to_programs() -> None:
    results = run(CHECKS, wanted(), empty())

    assert results[0].to_json() == {
        "check": "bucket-versions",
        "says": "the Airflow bucket keeps versions",
        "status": "not yet",
        "found": "there is no such thing",
        "expected": "the Airflow bucket keeps versions",
        "do": "pulumi up, which makes it",
    }


def test_a_policy_that_cannot_be_judged_is_doubtful() -> None:
    account = snapshot()
    role = account.role
    assert not isinstance(role, Gap)
    boundary = {"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}

    results = {
        result.check: result
        for result in run(CHECKS, wanted(), replace(account, role=replace(role, boundary=boundary)))
    }

    assert results["role-permissions"].status is Status.DOUBTFUL
    assert "NotAction" in results["role-permissions"].found
