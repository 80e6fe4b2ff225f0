"""What `make preview` says, put into the engine's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin.engine.expectations import Expectations

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = "urn:pulumi:dev::mlops::aws:sqs/queue:Queue::q"
MORE = "urn:pulumi:dev::mlops::aws:sqs/queue:Queue::more"


@pytest.fixture
def dev(root: Path) -> Expectations:
    return Expectations(root, "dev", "123456789012", "us-east-1")


def test_from_nothing_everything_on_aws_is_created(dev: Expectations) -> None:
    assert dev.creations({}) == {QUEUE: "create"}


def test_a_changed_setting_updates_what_reads_it(dev: Expectations) -> None:
    assert dev.changes({}, {"mlops:branch": "trunk"}) == {QUEUE: "update"}


def test_a_setting_can_add_and_its_way_back_deletes(dev: Expectations) -> None:
    other = {"mlops:source": "connection"}

    assert dev.changes({}, other) == {MORE: "create"}
    assert dev.changes(other, {}) == {MORE: "delete"}


def test_a_setting_that_nothing_reads_changes_nothing(dev: Expectations) -> None:
    assert dev.changes({}, {"mlops:usageEtlMinutes": "9"}) == {}


def test_protection_alone_is_no_step_of_the_engine(dev: Expectations) -> None:
    assert dev.changes({}, {"mlops:protect": "true"}) == {}


def test_protection_beside_a_change_hides_nothing(dev: Expectations) -> None:
    after = {"mlops:protect": "true", "mlops:branch": "trunk"}

    assert dev.changes({}, after) == {QUEUE: "update"}


def test_all_settings_are_those_of_the_files_and_what_differs(dev: Expectations) -> None:
    given = dev.given({"mlops:source": "connection"})

    assert given["mlops:branch"] == "main"
    assert given["mlops:source"] == "connection"
    assert given["mlops:egress"] == "as before"


def test_another_value_is_the_table_s(dev: Expectations) -> None:
    assert dev.others(["branch"], {}) == {"mlops:branch": "trunk"}


def test_a_stack_that_has_it_already_gets_dev_s(root: Path) -> None:
    prod = Expectations(root, "prod", "123456789012", "us-east-1")

    assert prod.others(["branch"], {}) == {"mlops:branch": "main"}
