"""How the twin's errors read."""

from __future__ import annotations

from twin.errors import LONGEST_FACT, TwinError, shorten


def test_facts_come_in_their_order_and_empty_ones_are_left_out() -> None:
    error = TwinError("is missing", step="push", resource="repo", found="none", do="make one")

    assert str(error) == "push repo: is missing\n  found: none\n  do: make one"


def test_without_a_place_the_cause_comes_first() -> None:
    assert str(TwinError("which step?")) == "which step?"


def test_a_long_fact_keeps_both_ends() -> None:
    text = "begin" + "x" * 5_000 + "end"

    short = shorten(text)

    assert len(short) <= LONGEST_FACT
    assert short.startswith("begin")
    assert short.endswith("end")


def test_a_short_text_stays_as_it_is() -> None:
    assert shorten("short") == "short"
