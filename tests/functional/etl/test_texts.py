"""Raw objects of text in every form that a contract declares, on DuckDB."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING

import pytest

from etl.errors import EmptyObjectError, EtlError, HeaderError
from etl.formats import CODECS
from tests.functional.etl.texts import FAULTS, faulty_lakes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.functional.etl.lake import Lake

WINE_HEADER = "colour;quality;free_so2;select\n"
ROWS = "".join(f"red;{number % 11};{number}.50;\n" for number in range(60))


def test_a_gzip_becomes_what_its_text_becomes(lake: Lake, abalone: bytes) -> None:
    plain = lake.put("abalone.csv", abalone).run()
    lake.sources.clear()
    lake.forget()

    half = len(abalone) // 2
    members = gzip.compress(abalone[:half]) + gzip.compress(abalone[half:])
    compressed = lake.put("abalone.csv.gz", members).run()

    assert compressed["digests"] == plain["digests"]
    assert compressed["statistics"] == plain["statistics"]


@pytest.mark.parametrize("encoding", CODECS)
def test_text_of_any_encoding_reaches_the_rows_as_utf8(wine_lake: Lake, encoding: str) -> None:
    word = "Жёлтый" if encoding == "windows-1251" else "rosé"
    word = "rőt" if encoding == "windows-1250" else word
    wine_lake.contract["format"]["encoding"] = encoding
    wine_lake.contract["columns"][0]["values"] = ["red", word]
    text = WINE_HEADER + ROWS + f"{word};5;;\n"

    manifest = wine_lake.put("wine.csv", text.encode(CODECS[encoding])).run()

    assert manifest["rows"]["quarantine"] == 0
    assert f"{word},5,," in wine_lake.rows()


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_no_text_is_refused_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    lake = faulty_lakes(tmp_path)[name]

    with pytest.raises(EtlError):
        lake.run()

    assert [key for key in lake.objects() if key.endswith(("part.json", "manifest.json"))] == []


@pytest.mark.parametrize("content", [b"", gzip.compress(b""), gzip.compress(b"\r\n \n")])
def test_a_gzip_of_nothing_is_empty(wine_lake: Lake, content: bytes) -> None:
    with pytest.raises(EmptyObjectError, match="holds no lines"):
        wine_lake.put("wine.csv.gz", content).run()


def refused_rows(lake: Lake) -> list[list[str]]:
    text = "\n".join(lake.lines("quarantine"))
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_record_may_go_over_several_lines_where_that_is_declared(
    wine_lake: Lake, end: str
) -> None:
    wine_lake.contract["format"]["quoted_newlines"] = True
    wine_lake.contract["columns"][0]["values"] = ["red", "dark\nred"]
    text = (WINE_HEADER + ROWS + '"dark\nred";5;;\n"dark\n""\nblue";5;;\n5" red;5;;\n').replace(
        "\n", end
    )

    manifest = wine_lake.put("wine.csv", text).run()

    reason = "colour: not one of red, dark\nred"
    assert manifest["rows"]["read"] == 63
    assert ['"dark', 'red",5,,'] in [
        rows[place : place + 2]
        for rows in map(wine_lake.lines, ("train", "validation", "test"))
        for place in range(len(rows))
    ]
    assert refused_rows(wine_lake) == [
        [reason, "raw/sample/wine.csv", "63", '"dark\n""\nblue";5;;'],
        [reason, "raw/sample/wine.csv", "64", '5" red;5;;'],
    ]


def test_a_quote_that_is_not_closed_takes_the_rest_of_the_text_into_the_quarantine(
    wine_lake: Lake,
) -> None:
    wine_lake.contract["format"]["quoted_newlines"] = True

    wine_lake.put("wine.csv", WINE_HEADER + ROWS + '"red;5;;\nred;6;;\n').run()

    assert refused_rows(wine_lake) == [
        ["row: quotes do not match", "raw/sample/wine.csv", "62", '"red;5;;\nred;6;;\n']
    ]


def test_line_ends_in_quotes_that_nobody_declared_are_quarantined_with_a_hint(
    wine_lake: Lake,
) -> None:
    wine_lake.put("wine.csv", WINE_HEADER + ROWS + '"dark\nred";5;;\n').run()

    assert [row[0] for row in refused_rows(wine_lake)] == [
        "row: a quote is not closed (does it hold a line end? see quoted_newlines)",
        'colour: not one of red, dark red, it\'s \\ odd, "q"',
    ]


def test_a_header_with_line_ends_that_nobody_declared_is_refused_with_a_hint(
    wine_lake: Lake,
) -> None:
    header = WINE_HEADER.replace("select", '"se\nlect"')

    with pytest.raises(HeaderError, match=r"say quoted_newlines: true under data\.format"):
        wine_lake.put("wine.csv", header + ROWS).run()
