"""Text cut into batches: no line is lost, cut or counted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.batches import Batch, cut

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TEXT = st.lists(st.text("ab\n", max_size=12).map(str.encode), max_size=12)


def batches(folder: Path, chunks: list[bytes], limit: int) -> list[tuple[Batch, bytes]]:
    found: list[tuple[Batch, bytes]] = []
    for batch in cut(chunks, folder, limit):
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
