"""Raw bytes to plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import EncodingError, NotTextError
from etl.formats import CODECS
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

    with pytest.raises(EncodingError, match=r"a.csv: not utf-8; found b'\\xfc' at byte 1"):
        list(plain_text(chunks, "a.csv"))


def test_a_character_cut_at_the_end_is_refused_in_a_whole_object() -> None:
    with pytest.raises(EncodingError, match="at byte 2"):
        list(plain_text([b"ab", "é".encode()[:1]], "a.csv"))


def test_a_character_cut_at_the_end_of_a_head_is_dropped() -> None:
    assert plain_head(b"a\r\nb" + "é".encode()[:1], "a.csv") == "a\nb"


@pytest.mark.parametrize("encoding", CODECS)
@pytest.mark.parametrize("size", [1, 2, 100])
def test_text_of_every_encoding_becomes_utf8(encoding: str, size: int) -> None:
    text = "a;\u00e9\r\nb" if encoding != "windows-1251" else "a;\u0416\r\nb"
    content = text.encode(CODECS[encoding])
    chunks = [content[start : start + size] for start in range(0, len(content), size)]

    plain = b"".join(plain_text(chunks, "a.csv", encoding)).decode()

    assert plain == text.replace("\r", "")


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_byte_that_an_encoding_does_not_define_is_named_with_its_place(size: int) -> None:
    content = b"a\r\nb\x81c"
    chunks = [content[start : start + size] for start in range(0, len(content), size)]

    with pytest.raises(EncodingError, match=r"not windows-1252; found b'\\x81' at byte 4; save"):
        list(plain_text(chunks, "a.csv", "windows-1252"))


def test_places_count_the_byte_order_mark() -> None:
    with pytest.raises(EncodingError, match="at byte 4"):
        list(plain_text([b"\xef\xbb\xbfa\xff"], "a.csv"))


@pytest.mark.parametrize("name", ["UTF-16", "UTF-32"])
@pytest.mark.parametrize("order", ["LE", "BE"])
def test_another_unicode_is_told_by_its_mark(name: str, order: str) -> None:
    content = "\ufeffa;b".encode(f"{name}-{order}")

    with pytest.raises(EncodingError, match=f"mark of {name} at byte 0; save the file as UTF-8"):
        plain_head(content, "a.csv")


def test_a_mark_of_utf8_contradicts_another_encoding() -> None:
    with pytest.raises(EncodingError, match="mark of UTF-8 at byte 0; say encoding: utf-8"):
        list(plain_text([b"\xef", b"\xbb\xbfa"], "a.csv", "iso-8859-1"))


@pytest.mark.parametrize("encoding", CODECS)
def test_a_nul_is_no_text(encoding: str) -> None:
    with pytest.raises(NotTextError, match=r"no text; found the byte b'\\x00' at byte 5"):
        list(plain_text([b"abc", b"de\0f"], "a.csv", encoding))


def test_of_two_faults_the_first_is_named() -> None:
    with pytest.raises(EncodingError, match="at byte 1"):
        list(plain_text([b"a\xff\0"], "a.csv"))
