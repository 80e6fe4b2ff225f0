"""Raw objects of text in every form that a contract declares, on DuckDB."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from etl.errors import EmptyObjectError, EtlError
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
