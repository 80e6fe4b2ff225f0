"""Whose something is, and in which order it goes."""

from __future__ import annotations

import pytest

from ops.teardown.decisions import (
    ORDER,
    Endpoint,
    Found,
    Job,
    Kind,
    Package,
    Tagged,
    Thing,
    in_order,
    is_mine,
    plan,
)

MINE = {"Stack": "mlops-dev", "model": "abalone"}
OTHER = {"Stack": "mlops-dev-2", "model": "wine"}
HASH = "0123456789ab"


def names(things: tuple[Thing, ...]) -> list[str]:
    return [f"{one.kind} {one.name}" for one in things]


def test_everything_of_the_stack_goes_endpoints_first_and_groups_last() -> None:
    found = Found(
        endpoints=(Endpoint("mlops-dev-abalone", "InService", MINE),),
        jobs=(Job(f"mlops-dev-abalone-{HASH}", "InProgress", MINE),),
        scalable_targets=("endpoint/mlops-dev-abalone/variant/AllTraffic",),
        configs=(Tagged(f"mlops-dev-abalone-{HASH}", MINE),),
        models=(Tagged(f"mlops-dev-abalone-{HASH}", MINE),),
        groups=(Tagged("mlops-dev-abalone", MINE),),
        packages=(Package("arn:package/1", "mlops-dev-abalone"),),
    )

    decided = plan("mlops-dev", found)

    assert [one.kind for one in decided.things] == list(ORDER)
    assert decided.kept == ()


@pytest.mark.parametrize(
    ("name", "tags", "mine"),
    [
        ("mlops-dev-abalone", MINE, True),
        ("mlops-dev-2-wine", OTHER, False),
        ("mlops-dev-2-wine", MINE, True),
        ("mlops-dev-abalone", {"model": "abalone"}, False),
        ("mlops-dev", MINE, False),
        ("mlops-develop-abalone", MINE, False),
        ("x-mlops-dev-abalone", MINE, False),
    ],
)
def test_name_and_tag_together_say_whose_it_is(
    name: str, tags: dict[str, str], *, mine: bool
) -> None:
    assert is_mine("mlops-dev", name, tags) == mine


def test_a_stack_whose_prefix_extends_ours_is_let_alone_and_named() -> None:
    found = Found(
        endpoints=(
            Endpoint("mlops-dev-abalone", "InService", MINE),
            Endpoint("mlops-dev-2-wine", "InService", OTHER),
        ),
        scalable_targets=("endpoint/mlops-dev-2-wine/variant/AllTraffic",),
        models=(Tagged(f"mlops-dev-2-wine-{HASH}", OTHER),),
        groups=(Tagged("mlops-dev-2-wine", OTHER),),
    )

    decided = plan("mlops-dev", found)

    assert names(decided.things) == ["endpoint mlops-dev-abalone"]
    assert [(one.name, one.note) for one in decided.kept] == [
        ("mlops-dev-2-wine", "of the stack mlops-dev-2"),
        (f"mlops-dev-2-wine-{HASH}", "of the stack mlops-dev-2"),
        ("mlops-dev-2-wine", "of the stack mlops-dev-2"),
    ]


def test_what_nobody_has_tagged_is_let_alone() -> None:
    decided = plan("mlops-dev", Found(models=(Tagged("mlops-dev-by-hand", {}),)))

    assert decided.things == ()
    assert "nobody knows whose it is" in decided.kept[0].note


def test_an_endpoint_whose_config_is_gone_is_known_by_its_package_group() -> None:
    found = Found(
        endpoints=(Endpoint("mlops-dev-abalone", "Failed", {}), Endpoint("mlops-dev-x", "", {})),
        groups=(Tagged("mlops-dev-abalone", MINE),),
    )

    decided = plan("mlops-dev", found)

    assert "endpoint mlops-dev-abalone" in names(decided.things)
    assert names(decided.kept) == ["endpoint mlops-dev-x"]


def test_a_job_that_runs_is_stopped_and_one_that_ended_is_counted() -> None:
    found = Found(
        jobs=(
            Job(f"mlops-dev-abalone-{HASH}", "InProgress", MINE),
            Job(f"mlops-dev-abalone-{HASH}-a2", "Failed", {}),
            Job(f"mlops-dev-abalone-{HASH[::-1]}", "Completed", {}),
            Job(f"mlops-dev-2-abalone-{HASH}", "Completed", {}),
            Job("mlops-dev-abalone-by-hand", "Completed", {}),
        ),
        groups=(Tagged("mlops-dev-abalone", MINE),),
    )

    decided = plan("mlops-dev", found)

    assert f"{Kind.TRAINING_JOB} mlops-dev-abalone-{HASH}" in names(decided.things)
    assert decided.ended_jobs == 2


def test_packages_go_before_the_group_that_has_to_be_empty() -> None:
    group, package = Thing(Kind.PACKAGE_GROUP, "a"), Thing(Kind.MODEL_PACKAGE, "z")

    assert in_order([group, package]) == (package, group)
