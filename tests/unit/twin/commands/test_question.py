"""What endpoints are asked."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from twin.commands.question import Question, read_question
from twin.errors import TwinError

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = io.BytesIO()


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("a.csv", "text/csv"),
        ("A.CSV", "text/csv"),
        ("a.json", "application/json"),
        ("a.jsonl", "application/jsonlines"),
        ("a.ndjson", "application/jsonlines"),
    ],
)
def test_a_file_is_what_its_name_says(tmp_path: Path, name: str, media: str) -> None:
    (tmp_path / name).write_bytes(b"1,2\n")

    question = read_question(str(tmp_path / name), NOTHING)

    assert question == Question(b"1,2\n", media)


@pytest.mark.parametrize(
    ("text", "media"),
    [
        (b"1,2\n", "text/csv"),
        (b"[[1,2]]", "application/json"),
        (b'{"a": 1}\n{"a": 2}\n', "application/jsonlines"),
        (b'{"instances":\n [[1]]}', "application/json"),
        (b'{"instances": [[1]]}\n', "application/json"),
        (b'["M", 1]\n["F", 2]\n', "application/jsonlines"),
    ],
)
def test_standard_input_is_told_by_how_it_begins(text: bytes, media: str) -> None:
    question = read_question("-", io.BytesIO(text))

    assert question == Question(text, media)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rows.xlsx", b"PK", "a name that ends in '.xlsx'"),
        ("rows", b"1,2", "a name without ending"),
        ("rows.csv", b"\n", "there is no row to ask about"),
        ("gone.csv", None, "No such file or directory"),
    ],
)
def test_a_file_that_holds_no_rows_is_refused(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(TwinError, match=said) as raised:
        read_question(str(file), NOTHING)

    assert str(file) in str(raised.value)
