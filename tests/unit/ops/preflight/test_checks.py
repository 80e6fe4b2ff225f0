"""An account that has all of it passes, and each check fails where what it is about is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ops.preflight.check import Result, Status, run
from ops.preflight.checks import CHECKS
from ops.preflight.snapshot import Quota, Snapshot
from tests.unit.ops.preflight.builders import BLOCK, ENDPOINTS, snapshot, wanted
from tests.unit.ops.preflight.faults import CLOSED, FAULTS, OPEN, part, quota, some

if TYPE_CHECKING:
    from ops.preflight.wanted import Wanted
    from tests.unit.ops.preflight.faults import Change


def results(asked: Wanted, found: Snapshot) -> dict[str, Result]:
    return {result.check: result for result in run(CHECKS, asked, found)}


@pytest.mark.parametrize("closed", [OPEN, CLOSED])
def test_an_account_that_has_all_of_it_passes(
    closed: bool,  # noqa: FBT001 - a table's column
) -> None:
    found = results(wanted(closed=closed), snapshot(closed=closed))

    assert [result for result in found.values() if result.status is not Status.HOLDS] == []


@pytest.mark.parametrize(("check", "closed", "change", "found"), FAULTS)
def test_a_check_fails_where_what_it_is_about_is_missing(
    check: str,
    closed: bool,  # noqa: FBT001 - a table's column
    change: Change,
    found: str,
) -> None:
    account = snapshot(closed=closed)

    result = results(wanted(closed=closed), replace(account, **change(account)))[check]

    assert result.status is Status.FAILED
    assert found in result.found
    assert result.expected
    assert result.do


def test_a_version_that_mwaa_is_not_known_to_offer_is_doubtful() -> None:
    result = results(replace(wanted(), airflow_version="3.9.0"), snapshot())["airflow-version"]

    assert result.status is Status.DOUBTFUL
    assert result.found == "3.9.0"


def test_a_size_that_there_is_not_fails() -> None:
    result = results(replace(wanted(), airflow_class="mw1.huge"), snapshot())["airflow-class"]

    assert result.status is Status.FAILED


def test_every_check_has_a_case_in_which_it_fails() -> None:
    own = {"airflow-version", "airflow-class"}

    assert {check for check, *_ in FAULTS} | own == {check.name for check in CHECKS}


def test_what_the_stack_made_itself_counts_for_it() -> None:
    account = snapshot()

    found = replace(account, **quota(account, "vpcs", Quota(limit=5, used=5, ours=1)))

    assert results(wanted(), found)["quota-vpcs"].status is Status.HOLDS


def test_the_accounts_block_makes_up_for_the_buckets() -> None:
    account = snapshot()

    found = replace(account, **part(account, "bucket", public_access_block={}, account_block=BLOCK))

    assert results(wanted(), found)["bucket-private"].status is Status.HOLDS


@pytest.mark.parametrize("closed", [OPEN, CLOSED])
def test_a_stack_is_asked_only_for_what_it_needs(
    closed: bool,  # noqa: FBT001 - a table's column
) -> None:
    found = results(wanted(closed=closed), snapshot(closed=closed))

    assert ("nat-route" in found) is not closed
    assert ("no-way-out" in found) is closed
    assert ("endpoints-there" in found) is closed


def test_the_endpoints_own_group_is_the_one_that_counts() -> None:
    account = snapshot(closed=True)
    groups = some(account.endpoint_groups)

    found = replace(account, endpoint_groups=(*groups, replace(groups[0], id="sg-unused")))

    assert results(wanted(closed=True), found)["endpoints-open"].status is Status.HOLDS
    assert groups[0].id == ENDPOINTS
