"""Answers as people read them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from rich.console import Console

from tests.unit.twin.builders import EVALUATION, leave_run
from twin.commands.answers import MOST_ROWS, examples_table, predictions_table, read_examples

if TYPE_CHECKING:
    from rich.table import Table

    from twin.settings import Workspace

YES: dict[str, Any] = {"label": "yes", "probabilities": [0.25, 0.75]}


def drawn(table: Table) -> str:
    """Return what a terminal of 80 columns shows."""
    screen = io.StringIO()
    Console(file=screen, width=80).print(table)
    return screen.getvalue()


def test_answers_stand_beside_what_the_evaluation_said() -> None:
    table = examples_table(EVALUATION["examples"], [5.1000004])

    assert drawn(table).count("5.100") == 2


def test_a_class_stands_with_how_likely_it_is() -> None:
    examples = [{"row": "1,2", "target": "yes", "prediction": YES}]

    table = examples_table(examples, [YES])

    assert drawn(table).count("yes 0.750") == 2


def test_a_run_that_evaluated_nothing_has_no_examples(workspace: Workspace) -> None:
    folder = leave_run(workspace, whole=False)

    assert read_examples(folder) == []


def test_each_row_of_a_file_has_its_number_and_its_answer() -> None:
    screen = drawn(predictions_table([9.6, 7.25], []))

    assert [line.split() for line in screen.splitlines() if "." in line] == [
        ["1", "9.600"],
        ["2", "7.250"],
    ]


def test_a_class_has_a_column_for_each_probability() -> None:
    screen = drawn(predictions_table([YES], ["no", "yes"]))

    lines = [line.split() for line in screen.splitlines()]
    assert ["row", "label", "no", "yes"] in lines
    assert ["1", "yes", "0.250", "0.750"] in lines


def test_a_long_file_shows_its_first_rows() -> None:
    table = predictions_table([1.0] * (MOST_ROWS + 1), [])

    assert table.row_count == MOST_ROWS
