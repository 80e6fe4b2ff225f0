"""How an operator's error reads."""

from __future__ import annotations

from ops.errors import LONGEST_FACT, OpsError


def test_an_error_says_where_what_and_what_to_do_in_this_order() -> None:
    error = OpsError("it is not there", resource="queue", found="nothing", do="look")

    assert str(error).splitlines() == [
        "queue: it is not there",
        "  found: nothing",
        "  do: look",
    ]


def test_a_long_fact_is_cut() -> None:
    assert len(str(OpsError("no", found="x" * 10_000))) < LONGEST_FACT + 50


def test_a_fact_of_several_lines_stands_below_its_name() -> None:
    error = OpsError("no", found="two settings\n  - a\n  - b", do="mend them")

    assert str(error).splitlines()[1:] == [
        "  found: two settings",
        "      - a",
        "      - b",
        "  do: mend them",
    ]
