"""Which changes mean a new resource."""

from __future__ import annotations

import pytest

from ops.replacements import AIRFLOW_ENVIRONMENT, differences, forces_replacement, replaced_by


@pytest.mark.parametrize(
    ("token", "path"),
    [
        ("aws:s3/bucket:Bucket", "bucket"),
        (AIRFLOW_ENVIRONMENT, "networkConfiguration.subnetIds[1]"),
        ("aws:ecr/repository:Repository", "encryptionConfigurations[0].kmsKey"),
        ("aws:lambda/permission:Permission", "sourceArn"),
        ("aws:sqs/queue:Queue", "region"),
    ],
)
def test_a_listed_property_and_what_lies_in_it_mean_a_new_resource(token: str, path: str) -> None:
    assert forces_replacement(token, path)


@pytest.mark.parametrize(
    ("token", "path"),
    [
        ("aws:s3/bucket:Bucket", "tags.Stack"),
        (AIRFLOW_ENVIRONMENT, "networkConfiguration.securityGroupIds[0]"),
        (AIRFLOW_ENVIRONMENT, "kmsKeyOfSomethingElse"),
        ("aws:unknown/type:Type", "name"),
    ],
)
def test_any_other_property_changes_in_place(token: str, path: str) -> None:
    assert not forces_replacement(token, path)


def test_differences_are_named_by_the_path_of_each_single_value() -> None:
    old = {"name": "a", "rules": [{"id": "x", "days": 1}], "tags": {"Stack": "dev"}}
    new = {"name": "a", "rules": [{"id": "x", "days": 2}, {"id": "y"}]}

    assert list(differences(old, new)) == ["rules[0].days", "rules[1].id", "tags.Stack"]


def test_only_differences_that_force_it_replace() -> None:
    old = {"networkConfiguration": {"subnetIds": ["a", "b"], "securityGroupIds": ["g"]}}
    new = {"networkConfiguration": {"subnetIds": ["a", "c"], "securityGroupIds": ["h"]}}

    assert replaced_by(AIRFLOW_ENVIRONMENT, old, new) == ["networkConfiguration.subnetIds[1]"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("2.10.3", "3.2.1", ["airflowVersion"]), ("3.1.0", "3.2.1", []), ("3.2.1", "2.10.3", [])],
)
def test_airflow_is_upgraded_in_place_within_its_first_number(
    before: str, after: str, expected: list[str]
) -> None:
    old, new = {"airflowVersion": before}, {"airflowVersion": after}

    assert replaced_by(AIRFLOW_ENVIRONMENT, old, new) == expected


def test_a_value_that_comes_or_goes_is_a_difference() -> None:
    assert list(differences({"a": None, "b": 1}, {"a": "x"})) == ["a", "b"]
