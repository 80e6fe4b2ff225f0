"""How errors read."""

from __future__ import annotations

from etl.errors import EtlError, shorten


def test_an_error_is_one_line_with_all_its_facts() -> None:
    error = EtlError("is empty", where="raw/a.csv", found="0 bytes", expected="rows", do="mend it")

    assert str(error) == "raw/a.csv: is empty; found 0 bytes; expected rows; mend it"


def test_facts_that_are_not_there_are_left_out() -> None:
    assert str(EtlError("is\nempty", where="raw/a.csv")) == "raw/a.csv: is empty"


def test_a_long_fact_is_cut_in_the_middle() -> None:
    text = shorten("a" * 1000 + "b" * 1000, limit=25)

    assert text == "a" * 10 + " ... " + "b" * 10
