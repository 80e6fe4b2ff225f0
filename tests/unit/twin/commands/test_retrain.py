"""What a retraining is expected to lead to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from trigger.runs import push_run_id
from twin.commands.retrain import expected_dags, follow_push, model_names, upload_file
from twin.errors import TwinError
from twin.timeline import Step, Timeline

if TYPE_CHECKING:
    from twin.settings import Workspace


@pytest.fixture
def declared(workspace: Workspace) -> Workspace:
    """Return a workspace with two models."""
    folder = workspace.root / "models"
    folder.mkdir()
    for name in ("wine.yaml", "abalone.yaml", "schema.py"):
        (folder / name).touch()
    return workspace


def test_each_model_file_owes_an_outcome(declared: Workspace) -> None:
    assert expected_dags(declared) == {"retrain-abalone", "retrain-wine"}


def test_models_are_named_in_order(declared: Workspace) -> None:
    assert model_names(declared) == ["abalone", "wine"]


@pytest.mark.parametrize(("model", "file"), [("", ""), ("wine", ""), ("wine", "nowhere.csv")])
def test_an_upload_without_model_or_file_is_answered_with_an_example(
    declared: Workspace, model: str, file: str
) -> None:
    with pytest.raises(TwinError) as raised:
        upload_file(declared, model, Path(file))

    assert "make upload MODEL=abalone FILE=" in str(raised.value)
    assert "abalone, wine" in str(raised.value)


def test_a_twin_that_ends_after_the_outcome_owes_nothing(declared: Workspace) -> None:
    timeline, commit = Timeline(declared.last / "timeline.jsonl"), "c" * 40
    for dag in ("retrain-abalone", "retrain-wine"):
        timeline.record(Step.RUN, "succeeded", run=push_run_id(commit), resource=dag)

    assert follow_push(declared, Console(quiet=True), commit) == 0


def test_a_twin_that_ends_meanwhile_owes_no_outcome(declared: Workspace) -> None:
    with pytest.raises(TwinError, match="the twin ended before there was an outcome"):
        follow_push(declared, Console(quiet=True), "c" * 40)
