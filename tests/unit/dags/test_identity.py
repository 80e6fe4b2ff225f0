"""What makes two things the same one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dags import identity
from dags.identity import RawObject
from tests.unit.dags.builders import ETL_TREE, IMAGE_TREE, model

CONTRACT = model().data.to_json()
SECTIONS: dict[str, Any] = {
    "training": model().training.to_json(),
    "evaluation": model().evaluation.to_json(),
    "endpoint": model().endpoint.to_json(),
}


def names(**changes: dict[str, Any]) -> identity.Names:
    sections = {name: {**SECTIONS[name], **changes.get(name, {})} for name in SECTIONS}
    return identity.names("mlops-test-abalone", "0" * 16, IMAGE_TREE, sections)


@given(st.permutations([RawObject(f"raw/abalone/{name}", name, 1) for name in "abcd"]))
def test_the_order_of_raw_objects_makes_no_other_dataset(sources: list[RawObject]) -> None:
    shuffled = identity.dataset_id(sources, ETL_TREE, CONTRACT)

    assert shuffled == identity.dataset_id(sorted(sources), ETL_TREE, CONTRACT)
    assert re.fullmatch("[0-9a-f]{16}", shuffled)


def test_another_version_tree_or_contract_makes_another_dataset() -> None:
    source = RawObject("raw/abalone/a.csv", "v1", 1)
    made = {
        identity.dataset_id([source], ETL_TREE, CONTRACT),
        identity.dataset_id([replace(source, version_id="v2")], ETL_TREE, CONTRACT),
        identity.dataset_id([replace(source, key="raw/abalone/b.csv")], ETL_TREE, CONTRACT),
        identity.dataset_id([source], IMAGE_TREE, CONTRACT),
        identity.dataset_id([source], ETL_TREE, {**CONTRACT, "max_quarantine": 0.5}),
    }

    assert len(made) == 5


def test_another_endpoint_changes_the_config_alone() -> None:
    changed = names(endpoint={"instance_count": 2})

    assert changed == replace(names(), endpoint_config=changed.endpoint_config)
    assert changed != names()


def test_another_evaluation_changes_package_and_what_follows() -> None:
    before, changed = names(), names(evaluation={"limit": 1.0})

    assert changed.training_job == before.training_job
    assert changed.package_key != before.package_key
    assert changed.sagemaker_model != before.sagemaker_model
    assert changed.endpoint_config != before.endpoint_config


def test_another_training_section_changes_the_job() -> None:
    assert names(training={"volume_gb": 99}).training_job != names().training_job


@pytest.mark.parametrize("stem", ["a-b", f"{'p' * 16}-{'m' * 30}"])
def test_names_fit_sagemaker(stem: str) -> None:
    made = identity.names(stem, "0" * 16, IMAGE_TREE, SECTIONS)

    assert len(f"{made.training_job}-a9") <= 63
    assert len(made.package_key) <= 36
    assert len(made.endpoint_config) <= 63
    assert re.fullmatch(rf"{stem}-[0-9a-f]{{12}}", made.sagemaker_model)
