"""Errors are one sentence with the facts in order."""

from training_image.errors import TrainingImageError, shown


def test_an_error_says_cause_found_expected_and_what_to_do() -> None:
    error = TrainingImageError("it broke", found="1", expected="2", do="try again")

    text = str(error)

    assert text == "it broke; found 1; expected 2; try again"


def test_facts_that_nobody_knows_are_left_out() -> None:
    error = TrainingImageError("it broke", do="try again")

    text = str(error)

    assert text == "it broke; try again"


def test_what_was_found_stays_a_line() -> None:
    value = "line\n" * 1_000

    text = shown(value)

    assert len(text) <= 160
    assert "\n" not in text
