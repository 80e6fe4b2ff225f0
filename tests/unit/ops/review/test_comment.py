"""The comment says which commits it is about, fits, and is found again."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ops.review.comment import LIMIT, is_ours, render, render_failure
from tests.unit.ops.review.builders import SETTINGS, settings

ROOT = Path(__file__).resolve().parents[4]


def test_a_comment_names_its_commits() -> None:
    comment = render(SETTINGS, "Nothing changes.\n")

    assert "`aaaaaaaaaaaa`" in comment
    assert "`bbbbbbbbbbbb`" in comment
    assert comment.endswith("Nothing changes.\n")


def test_our_comment_is_found_again() -> None:
    assert is_ours(render(SETTINGS, "Nothing changes."))
    assert not is_ours("I wonder what merging this pull request changes")


def test_a_later_commits_comment_is_found_as_the_same() -> None:
    later = settings(source="c" * 40)

    assert is_ours(render(later, "One resource changes."))


def test_what_does_not_fit_is_cut_at_a_lines_end() -> None:
    comment = render(SETTINGS, "\n".join(f"- resource {number}" for number in range(2000)))

    assert len(comment) <= LIMIT
    lines = [line for line in comment.splitlines() if line.startswith("- resource")]
    assert lines[-1] == f"- resource {len(lines) - 1}"
    assert "log of build `mlops-dev-review:1`" in comment


@given(st.text(max_size=3 * LIMIT))
def test_a_comment_always_fits(preview: str) -> None:
    assert len(render(SETTINGS, preview)) <= LIMIT
    assert len(render_failure(SETTINGS, preview)) <= LIMIT


def test_what_the_build_asks_for_fits_whole() -> None:
    buildspec = (ROOT / "ops/review/buildspec.yml").read_text(encoding="utf-8")
    (asked,) = re.findall(r"LIMIT=(\d+)", buildspec)

    comment = render(SETTINGS, "x" * int(asked))

    assert "did not fit" not in comment


def test_a_failure_shows_the_end_of_what_was_printed() -> None:
    output = "\n".join(f"line {number}" for number in range(100))

    comment = render_failure(SETTINGS, output)

    assert is_ours(comment)
    assert "could not be made" in comment
    assert "    line 99" in comment
    assert "line 10\n" not in comment


def test_what_only_github_folds_is_written_out() -> None:
    preview = (
        "<!-- mlops-preview -->\n\nText\n<details><summary>More</summary>\n\n- a\n</details>\n"
    )

    comment = render(SETTINGS, preview)

    assert "<" not in comment
    assert comment.endswith("Text\n**More**\n\n- a\n")
