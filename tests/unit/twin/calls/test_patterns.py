"""Java's patterns say the same in Python."""

from __future__ import annotations

import pytest

from twin.calls.patterns import compile_pattern

FITS = [
    (r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", "Größe 10:ü/=+-@"),
    (r"([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${1,128}", "dataset-id"),
    (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*", "a\t\U0001f600"),
    (r"\A\S[\p{Print}]*\z", "an id"),
    (r"\p{ASCII}*", "plain"),
    (r"[\w-_]*", "a-b_c"),
    (r"arn:[\p{Alnum}\-]+:lambda:.*", "arn:aws:lambda:x"),
]
DOES_NOT_FIT = [
    (r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", "a*b"),
    (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*", "a\nb"),
    (r"\A\S[\p{Print}]*\z", " id"),
    (r"\p{ASCII}*", "ü"),
    (r"[\w-_]*", "a b"),
    (r"[\p{L}]+", "1"),
]


@pytest.mark.parametrize(("pattern", "text"), FITS)
def test_a_text_that_fits_is_taken(pattern: str, text: str) -> None:
    compiled = compile_pattern(pattern)

    assert compiled is not None
    assert compiled.fullmatch(text)


@pytest.mark.parametrize(("pattern", "text"), DOES_NOT_FIT)
def test_a_text_that_does_not_fit_is_not_taken(pattern: str, text: str) -> None:
    compiled = compile_pattern(pattern)

    assert compiled is not None
    assert not compiled.fullmatch(text)


def test_what_python_cannot_read_is_none() -> None:
    assert compile_pattern("(a(?i)b") is None
