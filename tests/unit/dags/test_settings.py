"""Reading `stack.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dags.errors import SettingsError
from dags.settings import load_settings
from tests.unit.dags.builders import stack_document, stack_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "stack.json"


def test_what_pulumi_writes_is_read(file: Path) -> None:
    file.write_text(json.dumps(stack_document()))

    assert load_settings(file) == stack_settings()


def test_alarms_are_known_by_model(file: Path) -> None:
    file.write_text(json.dumps(stack_document(endpoint_alarms={"abalone": ["5xx", "latency"]})))

    assert load_settings(file).endpoint_alarms == {"abalone": ("5xx", "latency")}


def test_a_stack_of_before_there_were_alarms_has_none(file: Path) -> None:
    file.write_text(json.dumps(stack_document()))

    assert load_settings(file).endpoint_alarms == {}


def test_alarms_that_are_no_names_are_refused(file: Path) -> None:
    file.write_text(json.dumps(stack_document(endpoint_alarms={"abalone": "5xx"})))

    with pytest.raises(SettingsError, match=r"endpoint_alarms\.abalone"):
        load_settings(file)


def test_the_repository_is_known_by_its_name_too() -> None:
    assert stack_settings().repository_name == "mlops-test-training"


def test_a_key_of_a_later_version_is_left_alone(file: Path) -> None:
    file.write_text(json.dumps(stack_document(colour="blue")))

    assert load_settings(file) == stack_settings()


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(file)

    assert str(file) in str(caught.value)
    assert "No such file" in str(caught.value)


@pytest.mark.parametrize("content", ["", '{"format": 1, "region": "us-ea', "\xff"])
def test_a_file_that_was_cut_off_is_named(file: Path, content: str) -> None:
    file.write_text(content, encoding="latin-1")

    with pytest.raises(SettingsError, match="no complete JSON document"):
        load_settings(file)


def test_all_problems_are_reported_together(file: Path) -> None:
    changes: dict[str, object] = {"region": 3, "poll_seconds": 0, "deferrable": "yes"}
    file.write_text(json.dumps(stack_document(**changes)))

    with pytest.raises(SettingsError) as caught:
        load_settings(file)

    fields = [problem.split(":")[0] for problem in caught.value.problems]
    assert fields == ["region", "image_repository", "deferrable", "poll_seconds"]


def test_a_repository_of_another_account_is_refused(file: Path) -> None:
    foreign = "999999999999.dkr.ecr.us-east-1.amazonaws.com/mlops-test-training"
    file.write_text(json.dumps(stack_document(image_repository=foreign)))

    with pytest.raises(SettingsError, match="image_repository"):
        load_settings(file)
