"""Raw bytes to plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import EncodingError
from etl.text import plain_head, plain_text


@given(st.lists(st.sampled_from(["a", "é", "🍷", "\r", "\n", "\r\n", "\ufeff"])), st.integers(1, 5))
def test_chunks_don_t_matter(pieces: list[str], size: int) -> None:
    content = "".join(pieces).encode()
    chunks = [content[start : start + size] for start in range(0, len(content), size)]

    plain = b"".join(plain_text(chunks, "a.csv")).decode()

    whole = "".join(pieces).removeprefix("\ufeff")
    assert plain == whole.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("size", [1, 3, 100])
def test_bytes_that_are_not_utf8_are_named_with_their_place(size: int) -> None:
    content = "Zürich".encode("latin-1")
    chunks = [content[start : start + size] for start in range(0, len(content), size)]

    with pytest.raises(EncodingError, match=r"a.csv: not UTF-8; found b'\\xfc' near byte 1"):
        list(plain_text(chunks, "a.csv"))


def test_a_character_cut_at_the_end_is_refused_in_a_whole_object() -> None:
    with pytest.raises(EncodingError, match="near byte 2"):
        list(plain_text([b"ab", "é".encode()[:1]], "a.csv"))


def test_a_character_cut_at_the_end_of_a_head_is_dropped() -> None:
    assert plain_head(b"a\r\nb" + "é".encode()[:1], "a.csv") == "a\nb"
