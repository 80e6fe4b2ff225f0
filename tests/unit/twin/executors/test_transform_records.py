"""What a batch transform sends, and what it makes of the answers."""

from __future__ import annotations

import pytest

from twin.executors.transform_records import RecordError, assembled, batches, body, joined


def test_a_request_has_as_many_records_as_fit() -> None:
    lines = [b"12\n", b"34\r\n", b"\n", b"56"]

    found = list(batches(lines, 6, several=True))

    assert found == [[b"12", b"34"], [b"56"]]
    assert body(found[0]) == b"12\n34"


def test_a_request_has_one_record_if_it_is_to() -> None:
    assert list(batches([b"1\n", b"2\n"], 100, several=False)) == [[b"1"], [b"2"]]


def test_a_record_that_is_too_large_is_named() -> None:
    with pytest.raises(RecordError, match="record 2 has 9 bytes, more than 6"):
        list(batches([b"1\n", b"123456789\n"], 6, several=True))


def test_answers_that_are_put_together_by_lines_end_in_one() -> None:
    assert assembled(b"1\n2\n", by_line=True) == assembled(b"1\n2", by_line=True) == b"1\n2\n"
    assert assembled(b"1", by_line=False) == b"1"


def test_an_answer_stands_behind_its_record() -> None:
    assert joined([b"a,1", b"b,2"], b"9.5\n8.5\n") == b"a,1,9.5\nb,2,8.5\n"


def test_answers_that_are_too_few_are_not_joined() -> None:
    with pytest.raises(RecordError, match="2 records got 1 answers"):
        joined([b"a", b"b"], b"9.5\n")
