"""What a snapshot's commit is called."""

from __future__ import annotations

import pytest

from twin.working_tree import subject


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (["a"], "Working tree: a"),
        (["a", "b", "c"], "Working tree: a, b, c"),
        (["a", "b", "c", "d", "e"], "Working tree: a, b, c and 2 more"),
    ],
)
def test_a_subject_names_a_few_files_and_counts_the_others(
    changed: list[str], expected: str
) -> None:
    assert subject(changed) == expected
