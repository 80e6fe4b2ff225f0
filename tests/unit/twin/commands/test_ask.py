"""Asking endpoints."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from tests.unit.twin.builders import EVALUATION, leave_run, running
from twin.commands.ask import answers_table, ask, ask_endpoint, endpoint_url, read_examples
from twin.errors import TwinError

if TYPE_CHECKING:
    from twin.settings import Workspace


def test_an_endpoint_is_named_after_its_stack_and_model() -> None:
    url = endpoint_url(running(), "wine")

    assert url == "http://127.0.0.1:4000/endpoints/mlops-twin-wine/invocations"


@pytest.mark.parametrize(("model", "row"), [("", ""), ("wine", ""), ("", "1,2")])
def test_a_question_without_model_or_row_is_answered_with_an_example(
    workspace: Workspace, model: str, row: str
) -> None:
    with pytest.raises(TwinError, match="make invoke MODEL=abalone"):
        ask_endpoint(workspace, model, row)


def test_an_endpoint_that_is_gone_is_said_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    with pytest.raises(TwinError, match="nothing answered") as raised:
        ask("http://127.0.0.1:1/endpoints/x/invocations", "1,2")

    assert "make status" in str(raised.value)


def test_answers_stand_beside_what_the_evaluation_said() -> None:
    screen = io.StringIO()

    Console(file=screen, width=80).print(answers_table(EVALUATION["examples"], ["5.1000004"]))

    assert screen.getvalue().count("5.100") == 2


def test_a_run_that_evaluated_nothing_has_no_examples(workspace: Workspace) -> None:
    folder = leave_run(workspace, whole=False)

    assert read_examples(folder) == []
