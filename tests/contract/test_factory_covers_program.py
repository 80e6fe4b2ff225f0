"""The resource factory knows what the program uses, and speaks the provider's own words."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pulumi import _types as pulumi_types  # pyright: ignore[reportPrivateUsage] - tables of names

from ops.program import StandInCloud, evaluate
from ops.replacements import EVERYTHING, REPLACEMENTS, forces_replacement
from tests.fake_aws import FakeAws
from tests.unit.twin.resources.samples import SAMPLES
from twin.resources.factory import Factory
from twin.resources.registry import LOOKUPS, TYPES

if TYPE_CHECKING:
    from pulumi.runtime import mocks

ROOT = Path(__file__).resolve().parents[2]
MODULES = {"lambda": "lambda_"}
"""Modules of pulumi-aws that are called otherwise than in their tokens."""


class CuriousCloud(StandInCloud):
    """Remembers which data sources the program asks."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        self.asked.add(args.token)
        return super().call(args)


def resource_class(token: str) -> type:
    _, module, name = token.split(":")
    package = module.split("/")[0]
    return getattr(importlib.import_module(f"pulumi_aws.{MODULES.get(package, package)}"), name)


def output_names(token: str) -> set[str]:
    return set(pulumi_types.resource_py_to_pulumi_names(resource_class(token)).values())


def input_names(token: str) -> set[str]:
    module = importlib.import_module(resource_class(token).__module__)
    name = token.split(":")[-1]
    # Where a nested type took the name `...Args`, the resource's own are `...InitArgs`.
    arguments = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    return set(pulumi_types.input_type_py_to_pulumi_names(arguments).values())


BY_CONNECTION = {"mlops:source": "connection", "mlops:sourceRepository": "team/models"}


@pytest.mark.parametrize(("stack", "values"), [("dev", {}), ("twin", {}), ("dev", BY_CONNECTION)])
def test_every_type_of_the_program_has_a_handler(stack: str, values: dict[str, str]) -> None:
    graph = evaluate(ROOT, stack, StandInCloud(), values=values)

    used = {resource.type for resource in graph if resource.custom}

    assert used - set(TYPES) == set()


def test_every_data_source_of_the_program_has_an_answer() -> None:
    cloud = CuriousCloud()

    evaluate(ROOT, "twin", cloud)

    assert cloud.asked
    assert cloud.asked - set(LOOKUPS) == set()


@pytest.mark.parametrize("token", sorted(TYPES))
def test_every_type_can_be_deleted_and_asked_for(token: str) -> None:
    known = TYPES[token]

    assert known.delete, f"give {token} a delete in its ResourceType"
    assert known.exists, f"give {token} an exists in its ResourceType"


@pytest.mark.parametrize("token", sorted(TYPES))
def test_a_type_without_update_is_replaced_whatever_changes(token: str) -> None:
    changing = set(SAMPLES[token]) - {"tags"}

    in_place = {name for name in changing if not forces_replacement(token, name)}

    assert TYPES[token].update or not in_place, f"give {token} an update in its ResourceType"


@pytest.mark.parametrize("token", sorted(REPLACEMENTS))
def test_what_forces_replacement_are_properties_that_the_provider_takes(token: str) -> None:
    listed = {path.split(".")[0] for path in REPLACEMENTS[token]} - set(EVERYTHING)

    assert listed - input_names(token) == set()


@pytest.mark.parametrize("token", sorted(TYPES))
def test_outputs_are_properties_that_the_provider_has(token: str) -> None:
    aws = FakeAws(answers={"put_targets": {"FailedEntryCount": 0, "FailedEntries": []}})
    factory = Factory(aws, account="123456789012", region="us-east-1")

    outputs = factory.create(token, "it", SAMPLES[token]).outputs

    assert set(outputs) - output_names(token) == set()


@pytest.mark.parametrize("token", sorted(TYPES))
def test_what_the_samples_set_are_properties_that_the_provider_takes(token: str) -> None:
    assert set(SAMPLES[token]) - input_names(token) == set()


@pytest.mark.parametrize("token", sorted(TYPES))
def test_a_type_is_tagged_and_regional_as_the_provider_says(token: str) -> None:
    known, names = TYPES[token], output_names(token)

    assert known.tagged == ("tagsAll" in names)
    assert known.regional == ("region" in names)
