"""Text cut into batches: no line is lost, cut or counted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.batches import Batch, cut
from etl.errors import LongLineError, NotTextError
from etl.line_ends import LONGEST_RECORD

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.lists(st.text("ab\n", max_size=12).map(str.encode), max_size=12)


def batches(folder: Path, chunks: list[bytes], limit: int) -> list[tuple[Batch, bytes]]:
    found: list[tuple[Batch, bytes]] = []
    for batch in cut(chunks, folder, "a.csv", limit):
        found.append((batch, batch.path.read_bytes()))
        batch.path.unlink()
    return found


@settings(deadline=None)
@given(chunks=TEXT, limit=st.integers(1, 20))
def test_batches_are_the_text_cut_at_line_ends(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[bytes], limit: int
) -> None:
    found = batches(tmp_path_factory.mktemp("cut"), chunks, limit)

    texts = [text for _, text in found]
    assert b"".join(texts) == b"".join(chunks)
    assert all(text.endswith(b"\n") for text in texts[:-1])


@settings(deadline=None)
@given(chunks=TEXT, limit=st.integers(1, 20))
def test_each_batch_knows_the_number_of_its_first_line(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[bytes], limit: int
) -> None:
    found = batches(tmp_path_factory.mktemp("cut"), chunks, limit)

    for place, (batch, _) in enumerate(found):
        before = b"".join(text for _, text in found[:place])
        assert batch.first_record == before.count(b"\n") + 1


def test_a_batch_is_larger_than_its_limit_by_one_line_at_most(tmp_path: Path) -> None:
    found = batches(tmp_path, [b"aa\nbb\ncc\n", b"a long line\nd\n"], 6)

    assert [text for _, text in found] == [b"aa\nbb\n", b"cc\na long line\n", b"d\n"]


def test_no_text_is_no_batch(tmp_path: Path) -> None:
    assert batches(tmp_path, [b"", b""], 4) == []


def test_a_batch_counts_its_lines_and_the_last_needs_no_end(tmp_path: Path) -> None:
    found = batches(tmp_path, [b"a\nb\nc"], 4)

    assert [(batch.first_record, batch.lines) for batch, _ in found] == [(1, 2), (3, 1)]


def test_a_batch_knows_the_marks_that_it_has(tmp_path: Path) -> None:
    found = batches(tmp_path, [b'a,"b"\n', b"1e5\n"], 5)

    assert [batch.marks for batch, _ in found] == [{",", '"'}, {"e"}]


def test_the_separator_of_a_batch_is_nowhere_in_it(tmp_path: Path) -> None:
    found = batches(tmp_path, [b"a\n", b"\x1f\x1e\n"], 1)

    assert [batch.separator for batch, _ in found] == ["\x1f", "\x1d"]


def test_a_file_with_every_control_character_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(NotTextError, match=r"a\.csv: this is no text"):
        batches(tmp_path, [bytes(range(32))], 100)


def test_a_line_that_is_too_long_is_refused_by_its_number(tmp_path: Path) -> None:
    half = b"x" * (LONGEST_RECORD // 2)

    with pytest.raises(LongLineError, match=r"a\.csv: line 3 is too long"):
        batches(tmp_path, [b"a\nb\n", half, half, b"x\n"], 1 << 20)


def test_a_line_of_the_greatest_length_is_not(tmp_path: Path) -> None:
    line = b"x" * LONGEST_RECORD + b"\n"

    assert [batch.lines for batch, _ in batches(tmp_path, [line, line], 1 << 30)] == [2]
