"""The stack has keys of its own, and each thing that is kept is encrypted with the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph

KEYS = ("keys-data", "keys-logs", "keys-messages")


def test_there_is_one_for_data_one_for_logs_and_one_for_messages(stack: Graph) -> None:
    names = tuple(key.name for key in stack.of_type("aws:kms/key:Key"))

    assert names == KEYS


@pytest.mark.parametrize("name", KEYS)
def test_it_rotates_and_is_deleted_late(name: str, stack: Graph) -> None:
    inputs = stack.named(name).inputs

    assert inputs["enableKeyRotation"] is True
    assert inputs["deletionWindowInDays"] == 30


def test_each_has_an_alias_of_the_stack(stack: Graph) -> None:
    aliases = {alias.inputs["name"] for alias in stack.of_type("aws:kms/alias:Alias")}

    assert aliases == {f"alias/mlops-dev-{purpose}" for purpose in ("data", "logs", "messages")}


def test_every_log_group_is_encrypted_with_the_key_of_logs(
    stack: Graph, key_of: Callable[[str], str]
) -> None:
    keys = {
        group.inputs.get("kmsKeyId") for group in stack.of_type("aws:cloudwatch/logGroup:LogGroup")
    }

    assert keys == {key_of("logs")}


def test_the_data_key_keeps_its_physical_self_from_when_it_was_the_storages(stack: Graph) -> None:
    aliases = stack.named("keys-data").options.aliases

    assert [alias.rsplit("::", 2)[1:] for alias in aliases] == [
        ["mlops:storage:Storage$aws:kms/key:Key", "storage-key"]
    ]
