"""What the verb `invoke` refuses before it looks for a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin.commands.invoke import ask_about_file, ask_about_row
from twin.errors import TwinError

if TYPE_CHECKING:
    from twin.settings import Workspace


@pytest.mark.parametrize(("model", "row"), [("", ""), ("wine", ""), ("", "1,2")])
def test_a_question_without_model_or_row_is_answered_with_an_example(
    workspace: Workspace, model: str, row: str
) -> None:
    with pytest.raises(TwinError, match="make invoke MODEL=abalone"):
        ask_about_row(workspace, model, row)


def test_a_file_needs_a_model(workspace: Workspace) -> None:
    with pytest.raises(TwinError, match="make invoke MODEL=abalone"):
        ask_about_file(workspace, "", "rows.csv")


def test_answers_go_into_a_file_whose_name_says_their_type(workspace: Workspace) -> None:
    with pytest.raises(TwinError, match=r"ends in '\.txt'"):
        ask_about_file(workspace, "wine", "rows.csv", to="answers.txt")
