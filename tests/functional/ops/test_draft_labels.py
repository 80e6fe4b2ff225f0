"""`make model` on targets that are labels, and what the ETL then makes of the file."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import pytest

from tests.functional.ops.drafting import Desk, announced

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = 900


def table(labels: Sequence[str], rows: int = ROWS, noise: float = 1) -> str:
    """Return a file whose labels go with a number, though not for sure."""
    chance = random.Random(7)  # noqa: S311 - data for a test, not a secret
    lines = ["size;colour;kind"]
    for _ in range(rows):
        place = chance.randrange(len(labels))
        size = place + chance.gauss(0, noise)
        lines.append(f"{size:.3f};{chance.choice(['red', 'blue'])};{labels[place]}")
    return "\n".join(lines) + "\n"


def rare(share: float, rows: int = ROWS) -> str:
    """Return a file of two labels, of which one is rare."""
    chance = random.Random(8)  # noqa: S311 - data for a test, not a secret
    lines = ["size;kind"]
    for _ in range(rows):
        bad = chance.random() < share
        lines.append(f"{bad + chance.gauss(0, 1):.3f};{'bad' if bad else 'good'}")
    return "\n".join(lines) + "\n"


def test_two_words_make_a_binary_model(desk: Desk) -> None:
    file = desk.put("wine.csv", table(["no", "maybe so"]))

    printed = desk.draft(file, "kind")

    model = desk.model()
    assert set(desk.columns()["kind"].values) == {"no", "maybe so"}
    assert (model.training.objective, model.evaluation.metric) == ("binary", "log_loss")
    assert model.evaluation.baselines == ("constant", "linear")
    assert "objective: binary" in printed
    assert desk.etl(file)["rows"]["quarantine"] == announced(printed)[0] == 0


def test_the_limit_is_above_what_a_linear_model_reaches(desk: Desk) -> None:
    desk.draft(desk.put("wine.csv", table(["a", "b"])), "kind")

    # two normal distributions, one deviation apart: the best log loss is 0.59, a constant's 0.69
    assert 0.6 < desk.model().evaluation.limit < 0.75


def test_the_rarer_of_two_is_the_one_that_is_looked_for(desk: Desk) -> None:
    printed = desk.draft(desk.put("wine.csv", rare(0.3)), "kind")

    assert desk.columns()["kind"].values == ("good", "bad")
    assert "pr_auc and f1 are about 'bad'" in " ".join(printed.split())


def test_spellings_of_true_and_false_make_a_boolean(desk: Desk) -> None:
    desk.draft(desk.put("wine.csv", table(["Yes", "no", "NO"])), "kind")

    assert desk.columns()["kind"].kind == "boolean"
    assert desk.model().training.objective == "binary"


@pytest.mark.parametrize("labels", [["0", "1"], ["1", "2"], ["0.0", "1.0"]])
def test_two_numbers_are_labels_and_the_other_way_is_told(desk: Desk, labels: list[str]) -> None:
    file = desk.put("wine.csv", table(labels))

    printed = desk.draft(file, "kind")

    assert desk.model().training.objective == "binary"
    assert "to have it predicted as a number: KIND=number" in " ".join(printed.split())
    assert desk.etl(file)["rows"]["quarantine"] == 0


def test_two_numbers_are_a_number_to_whom_says_so(desk: Desk) -> None:
    desk.draft(desk.put("wine.csv", table(["0", "1"])), "kind", "--kind", "number")

    assert desk.columns()["kind"].kind == "integer"
    assert desk.model().training.objective == "squared_error"
    assert desk.model().evaluation.limit <= 0.575  # the deviation of a fair coin, and 15 %


def test_a_few_whole_numbers_are_a_number_and_the_other_way_is_told(desk: Desk) -> None:
    printed = desk.draft(desk.put("wine.csv", table(["3", "4", "5"])), "kind")

    assert desk.columns()["kind"].kind == "integer"
    assert "labels? then KIND=label" in " ".join(printed.split())


def test_a_few_whole_numbers_are_labels_to_whom_says_so(desk: Desk) -> None:
    file = desk.put("wine.csv", table(["3", "4", "5"]))

    desk.draft(file, "kind", "--kind", "label")

    assert set(desk.columns()["kind"].values) == {"3", "4", "5"}
    assert desk.model().training.objective == "multiclass"
    assert desk.etl(file)["rows"]["quarantine"] == 0


def test_whole_numbers_that_are_called_a_class_are_labels(desk: Desk) -> None:
    file = desk.put("wine.csv", table(["1", "2", "3"]).replace("kind", "class", 1))

    desk.draft(file, "class")

    assert desk.model().training.objective == "multiclass"


def test_another_kind_is_refused(desk: Desk) -> None:
    said = desk.refuse(desk.put("wine.csv", rare(0.3)), "kind", "--kind", "words")

    assert "KIND=words" in said
    assert "number or label" in said


def test_words_are_no_number_to_whom_says_so(desk: Desk) -> None:
    said = desk.refuse(desk.put("wine.csv", rare(0.3)), "kind", "--kind", "number")

    assert "'kind' cannot be predicted as a number" in said
    assert "KIND=label" in said


LABELS = ["plain", "of two words", "Größe", "赤", "it's", 'say "a"', "a,b", "#1", "null", "- x"]


def test_labels_of_any_letters_are_what_the_etl_finds(desk: Desk) -> None:
    quoted = ['"' + label.replace('"', '""') + '"' for label in LABELS]
    file = desk.put("wine.csv", table(quoted))

    printed = desk.draft(file, "kind")

    assert set(desk.columns()["kind"].values) == set(LABELS)
    assert desk.etl(file)["rows"]["quarantine"] == announced(printed)[0] == 0


def test_spaces_around_labels_are_no_part_of_them(desk: Desk) -> None:
    file = desk.put("wine.csv", table([" <=50K", "<=50K", "\t>50K "]))

    printed = desk.draft(file, "kind")

    assert set(desk.columns()["kind"].values) == {"<=50K", ">50K"}
    assert desk.etl(file)["rows"]["quarantine"] == announced(printed)[0] == 0


def test_rows_without_a_label_are_lost_and_told(desk: Desk) -> None:
    lines = table(["a", "b"]).splitlines()
    emptied = [line[:-1] if place % 50 == 7 else line for place, line in enumerate(lines)]
    file = desk.put("wine.csv", "\n".join(emptied) + "\n")

    printed = desk.draft(file, "kind")

    lost = desk.etl(file)["rows"]["quarantine"]
    assert lost == announced(printed)[0] == 18
    assert not desk.columns()["kind"].nullable


def test_a_word_for_a_gap_is_asked_about(desk: Desk) -> None:
    printed = desk.draft(desk.put("wine.csv", table(["a", "b", "?"])), "kind")

    assert "does '?' stand for a gap? then leave it empty" in " ".join(printed.split())


def test_too_many_classes_are_refused_in_words(desk: Desk) -> None:
    said = desk.refuse(desk.put("wine.csv", table([f"k{n}" for n in range(40)])), "kind")

    assert "40 different labels in 900 rows: too many classes" in said
    assert "at most 30" in said
    assert "join rare labels under one name" in said
    assert "TARGET=size" in said


def test_a_label_that_no_model_file_can_hold_is_refused_in_words(desk: Desk) -> None:
    said = desk.refuse(desk.put("wine.csv", table(["a", "b\x07b"])), "kind")

    assert r"'b\x07b', which no model file can hold" in said


def test_rare_labels_are_told_with_a_gate_for_rows_that_weigh_more(desk: Desk) -> None:
    printed = desk.draft(desk.put("wine.csv", rare(0.06)), "kind")

    text = desk.text()
    assert "rare among 900 rows: bad" in " ".join(printed.split())
    assert "# training: {class_weights: balanced}" in text
    assert "# evaluation: {metric: pr_auc, limit: 0." in text
    assert desk.model().training.class_weights == "none"


def test_labels_of_like_shares_are_not_called_rare(desk: Desk) -> None:
    desk.draft(desk.put("wine.csv", rare(0.3)), "kind")

    assert "class_weights" not in desk.text()


def test_a_label_of_few_rows_is_told(desk: Desk) -> None:
    file = desk.put("wine.csv", table(["a", "b"]) + "9.9;red;c\n" * 5)

    printed = desk.draft(file, "kind")

    assert "in fewer than 20 rows: 'c'" in " ".join(printed.split())


def test_a_column_that_gives_the_label_away_is_asked_about(desk: Desk) -> None:
    printed = desk.draft(desk.put("wine.csv", table(["a", "b"], noise=0.05)), "kind")

    assert "does a column give it away?" in " ".join(printed.split())
    assert desk.model().evaluation.baselines == ("constant",)
    assert desk.model().evaluation.limit > math.log(2)
