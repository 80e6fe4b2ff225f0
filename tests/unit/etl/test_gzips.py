"""Gzip, piece by piece."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import GzipError
from etl.gzips import gunzip, gunzip_head

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = b"M,0.5\n" * 40


def chunks(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4), st.integers(1, 30))
def test_members_are_one_text_however_they_are_cut(texts: list[bytes], size: int) -> None:
    content = b"".join(map(gzip.compress, texts))

    assert b"".join(gunzip(chunks(content, size), "a.gz")) == b"".join(texts)


def test_a_small_object_of_much_text_comes_in_pieces() -> None:
    content = gzip.compress(b"0" * 20_000_000)

    pieces = list(gunzip([content], "a.gz"))

    assert max(map(len, pieces)) <= 1024 * 1024
    assert sum(map(len, pieces)) == 20_000_000


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_every_truncated_gzip_is_refused_with_its_length(size: int) -> None:
    content = gzip.compress(TEXT)

    for length in range(2, len(content)):
        with pytest.raises(GzipError, match=f"truncated; found its end at byte {length}, in"):
            list(gunzip(chunks(content[:length], size), "a.gz"))


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("garbage", [b"x", b"more text", bytes(8)])
def test_what_follows_a_gzip_is_refused_with_its_place(size: int, garbage: bytes) -> None:
    content = gzip.compress(TEXT)

    with pytest.raises(GzipError, match=f"follows the compressed data.* at byte {len(content)}"):
        list(gunzip(chunks(content + garbage, size), "a.gz"))


@pytest.mark.parametrize("content", [b"M,0.5\n", b"\x1f"])
def test_a_text_that_is_no_gzip_is_refused(content: bytes) -> None:
    with pytest.raises(GzipError, match=r"name ends in \.gz, but it is no gzip; found .* byte 0"):
        list(gunzip([content], "a.gz"))


def test_a_gzip_with_another_sum_is_damaged() -> None:
    content = bytearray(gzip.compress(TEXT))
    content[-5] ^= 1

    with pytest.raises(GzipError, match=r"damaged; found .* incorrect data check after byte 0"):
        list(gunzip([bytes(content)], "a.gz"))


def test_a_head_needs_no_whole_gzip() -> None:
    content = gzip.compress(TEXT)

    assert TEXT.startswith(gunzip_head(content[:-9], "a.gz", 50, whole=False))
    assert gunzip_head(content, "a.gz", 5, whole=True) == TEXT[:5]


def test_a_head_that_is_all_has_to_be_whole() -> None:
    with pytest.raises(GzipError, match="truncated"):
        gunzip_head(gzip.compress(TEXT)[:-9], "a.gz", 1000, whole=True)
