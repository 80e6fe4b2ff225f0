"""The job on DuckDB: real data, dirt, layouts, and what each refusal says."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from etl.errors import (
    ColumnCountError,
    EmptyObjectError,
    EmptySplitError,
    EncodingError,
    EtlError,
    HeaderError,
    LongLineError,
    MissingObjectError,
    QuarantineError,
)
from etl.job import REASONS_LOGGED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functional.etl.lake import Lake

WINE_HEADER = "colour;quality;free_so2;select\n"


def wine_rows(count: int = 60) -> str:
    return "".join(f"red;{number % 11};{number}.50;\n" for number in range(count))


def test_every_abalone_ends_in_one_split_word_for_word(lake: Lake, abalone: bytes) -> None:
    manifest = lake.put("abalone.csv", abalone).run()

    assert sorted(lake.rows()) == sorted(abalone.decode().split())
    assert manifest["rows"] == {
        "read": 4177,
        "train": 2932,
        "validation": 622,
        "test": 623,
        "quarantine": 0,
    }


def test_statistics_of_a_split_are_those_of_its_rows(lake: Lake, abalone: bytes) -> None:
    from statistics import mean, stdev

    found = lake.put("abalone.csv", abalone).run()["statistics"]["train"]

    rows = [line.split(",") for line in lake.lines("train")]
    heights = [float(row[3]) for row in rows]
    assert found["height"]["mean"] == pytest.approx(mean(heights), abs=1e-15)
    assert found["height"]["deviation"] == pytest.approx(stdev(heights), abs=1e-15)
    assert (found["height"]["min"], found["height"]["max"]) == (min(heights), max(heights))
    assert found["sex"]["values"] == {sex: sum(row[0] == sex for row in rows) for sex in "MFI"}


def test_channels_name_the_files_below_the_bucket(lake: Lake, abalone: bytes) -> None:
    import json

    manifest = lake.put("abalone.csv", abalone).run()

    channel = json.loads(lake.text("channels/test.manifest"))
    file = manifest["parts"][0]["files"]["test"][0]
    assert channel == [{"prefix": "s3://artifacts/"}, file["key"]]
    assert file["bytes"] == len((lake.root / "artifacts" / file["key"]).read_bytes())


def test_the_order_of_rows_changes_neither_splits_nor_digests(lake: Lake, abalone: bytes) -> None:
    upside_down = b"\n".join(reversed(abalone.split()))
    first = lake.put("abalone.csv", abalone).run()
    before = sorted(lake.lines("test"))
    lake.forget()
    lake.sources.clear()

    second = lake.put("abalone.csv", upside_down).run()

    assert second["digests"] == first["digests"]
    assert second["statistics"] == first["statistics"]
    assert sorted(lake.lines("test")) == before


def test_a_copied_row_changes_the_digest(lake: Lake, abalone: bytes) -> None:
    first = lake.put("abalone.csv", abalone).run()["digests"]
    lake.forget()

    second = lake.put("again.csv", abalone.split()[0]).run()["digests"]

    assert first != second


def test_invalid_rows_are_kept_raw_with_their_origin_and_reason(lake: Lake, abalone: bytes) -> None:
    bad = 'M,0.4,0.3,0.1,0.5,0.2,0.1,0.15\nX,0.4,0.3,0.1,abc,9,0.1,0.15,"7,5"\n'

    manifest = lake.put("abalone.csv", abalone + bad.encode()).run()

    assert lake.lines("quarantine") == [
        "reason,object,record,raw",
        'row: 8 fields instead of 9,raw/sample/abalone.csv,4178,"M,0.4,0.3,0.1,0.5,0.2,0.1,0.15"',
        '"sex: not one of M, F, I; whole: not a number; shucked: above 3; rings: not a number",'
        'raw/sample/abalone.csv,4179,"X,0.4,0.3,0.1,abc,9,0.1,0.15,""7,5"""',
    ]
    assert {
        "reason": "shucked: above 3",
        "column": "shucked",
        "rows": 1,
        "examples": [
            {
                "object": "raw/sample/abalone.csv",
                "record": 4179,
                "raw": 'X,0.4,0.3,0.1,abc,9,0.1,0.15,"7,5"',
            }
        ],
    } in manifest["quarantine"]["reasons"]


def test_what_goes_in_comes_out_somewhere(
    wine_lake: Lake, dirty: Callable[[int, int], str]
) -> None:
    wine_lake.contract["max_quarantine"] = 1
    content = dirty(1, 3000)

    manifest = wine_lake.put("wine.csv", WINE_HEADER + content).run()

    lines = [line for line in content.replace("\r\n", "\n").split("\n") if line.strip(" \t")]
    counts = manifest["rows"]
    assert counts["read"] == len(lines) == sum(counts.values()) - counts["read"]
    assert len(wine_lake.rows()) + len(wine_lake.lines("quarantine")) - 1 == len(lines)


def test_control_characters_are_kept_in_the_raw_line(lake: Lake, abalone: bytes) -> None:
    odd = "\x1fa\x01\x02\x03\x04\x05\x06\x07\x08b\x1b\x1f"

    manifest = lake.put("abalone.csv", abalone + f"{odd}\n".encode()).run()

    assert lake.lines("quarantine")[1:] == [
        f"row: 1 fields instead of 9,raw/sample/abalone.csv,4178,{odd}"
    ]
    assert manifest["rows"]["read"] == 4178


def test_a_line_longer_than_any_row_is_refused(lake: Lake, abalone: bytes) -> None:
    with pytest.raises(LongLineError, match="line 4178 is too long for a row of data"):
        lake.put("abalone.csv", abalone + b"x" * 3_000_000).run()


def test_a_header_may_name_the_columns_in_another_order_in_each_object(wine_lake: Lake) -> None:
    wine_lake.put("a.csv", WINE_HEADER + wine_rows(40))
    wine_lake.put("b.csv", "Quality;Free SO2;select;Colour\n" + "3;77.25;;dark red\n" * 3)

    wine_lake.run()

    assert wine_lake.rows().count("dark red,3,77.25,") == 3


def test_marks_line_ends_blank_lines_and_quotes_don_t_reach_the_rows(wine_lake: Lake) -> None:
    odd = '\r\n" dark red " ; 5 ;;\t{y}\r\n   \r\n"it\'s \\ odd, ""q""";6;1e-3;'
    content = b"\xef\xbb\xbf" + (WINE_HEADER + wine_rows() + odd).encode()

    manifest = wine_lake.put("wine.csv", content).run()

    assert manifest["rows"]["quarantine"] == 0
    assert "dark red,5,,{y}" in wine_lake.rows()
    assert '"it\'s \\ odd, ""q""",6,1e-3,' in wine_lake.rows()


@pytest.mark.parametrize("delimiter", ["|", "\t", " ", "^", "]", "$", "*", ":"])
def test_any_character_may_be_the_delimiter(lake: Lake, abalone: bytes, delimiter: str) -> None:
    lake.contract["format"]["delimiter"] = delimiter

    manifest = lake.put("abalone.csv", abalone.decode().replace(",", delimiter)).run()

    assert manifest["rows"]["quarantine"] == 0
    assert manifest["digests"]["train"] != "0" * 32


@pytest.mark.parametrize("quote", list("\"'`|~^$%*/"))
def test_any_character_may_be_the_quote(wine_lake: Lake, quote: str) -> None:
    wine_lake.contract["format"]["quote"] = quote
    wine_lake.contract["columns"][0]["values"] = ["red", f'a "b"; {quote}c']
    inner = f'a "b"; {quote}c'.replace(quote, quote * 2)
    row = f"{quote}{inner}{quote};5;;\n"

    manifest = wine_lake.put("wine.csv", WINE_HEADER + wine_rows() + row).run()

    written = f'a "b"; {quote}c'.replace('"', '""')
    assert manifest["rows"]["quarantine"] == 0
    assert f'"{written}",5,,' in wine_lake.rows()


def test_without_quotes_they_are_text(wine_lake: Lake) -> None:
    wine_lake.contract["format"]["quote"] = "none"
    wine_lake.contract["columns"][0]["values"] = ["red", '"red"', '5"']
    rows = '"red";5;;\n5";5;;\n"dark;5;;\n'

    wine_lake.put("wine.csv", WINE_HEADER + wine_rows() + rows).run()

    assert {'"""red""",5,,', '"5""",5,,'} <= set(wine_lake.rows())
    assert wine_lake.lines("quarantine")[1:] == [
        '"colour: not one of red, ""red"", 5""",raw/sample/wine.csv,64,"""dark;5;;"'
    ]


def test_a_header_may_stand_in_the_declared_quotes(wine_lake: Lake) -> None:
    wine_lake.contract["format"]["quote"] = "'"
    header = "'free_so2';'quality';'select';'colour'\n"

    rows = "".join(f"{number};5;;'red'\n" for number in range(60))

    manifest = wine_lake.put("wine.csv", header + rows).run()

    assert manifest["rows"]["quarantine"] == 0


def test_an_existing_dataset_is_left_alone(lake: Lake, abalone: bytes) -> None:
    lake.put("abalone.csv", abalone).run()
    (lake.root / "data/raw/sample/abalone.csv").unlink()

    manifest = lake.run()

    assert manifest["rows"]["read"] == 4177


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "raw/sample/wine.csv: holds no lines"),
        (b"\xef\xbb\xbf\r\n \n", "raw/sample/wine.csv: holds no lines"),
        (WINE_HEADER.encode(), "raw/sample/wine.csv: holds a header and no rows"),
    ],
)
def test_an_object_without_rows_is_refused(wine_lake: Lake, content: bytes, expected: str) -> None:
    with pytest.raises(EmptyObjectError) as refused:
        wine_lake.put("wine.csv", content).run()

    assert str(refused.value).startswith(expected)


def test_a_declared_header_that_is_not_there_is_refused(wine_lake: Lake) -> None:
    with pytest.raises(HeaderError, match="a header is declared, but the first line is data"):
        wine_lake.put("wine.csv", wine_rows()).run()


def test_a_header_that_nobody_declared_is_refused(lake: Lake, abalone: bytes) -> None:
    header = b"Sex,Length,Diameter,Height,Whole,Shucked,Viscera,Shell,Rings\n"

    with pytest.raises(HeaderError, match="no header is declared, but the first line looks like"):
        lake.put("abalone.csv", header + abalone).run()


def test_a_header_with_other_columns_is_refused_by_name(wine_lake: Lake) -> None:
    header = "colour;qualty;free_so2;select;ph\n"

    with pytest.raises(HeaderError, match=r"'quality' \(did you mean 'qualty'\?\).*'ph'"):
        wine_lake.put("wine.csv", header + wine_rows()).run()


def test_another_delimiter_is_recognised(lake: Lake, abalone: bytes) -> None:
    with pytest.raises(ColumnCountError, match=r"found 1 in .*is the delimiter ';'"):
        lake.put("abalone.csv", abalone.replace(b",", b";")).run()


def test_a_file_of_other_columns_is_refused(lake: Lake) -> None:
    with pytest.raises(ColumnCountError, match=r"found 3 in '1,2,3'; expected 9: sex, length"):
        lake.put("other.csv", "1,2,3\n" * 9).run()


def test_text_that_is_not_utf8_is_refused_with_the_place(lake: Lake, abalone: bytes) -> None:
    with pytest.raises(EncodingError, match=r"b'\\xe9' at byte 191873"):
        lake.put("abalone.csv", abalone + "é".encode("latin-1")).run()


def test_too_much_quarantine_names_the_worst_reason_and_leaves_no_dataset(
    lake: Lake, abalone: bytes
) -> None:
    bad = b"X,0.4,0.3,0.1,0.5,0.2,0.1,0.15,7\n" * 300

    with pytest.raises(
        QuarantineError, match=r"300 of 4,477 rows \(6.7%\): sex: not one of M, F, I"
    ) as error:
        lake.put("abalone.csv", abalone + bad).run()

    assert "5.0" in str(error.value) or "5%" in str(error.value)
    assert len(lake.lines("quarantine")) == 301
    assert not any(key.endswith("manifest.json") for key in lake.objects())


def test_a_refusal_leaves_what_the_rows_are_and_why_they_were_refused(
    lake: Lake, abalone: bytes
) -> None:
    bad = b"X,0.4,0.3,0.1,0.5,0.2,0.1,0.15,7\n" * 300

    with pytest.raises(QuarantineError) as error:
        lake.put("abalone.csv", abalone + bad).run()

    left = json.loads(lake.text("refused.json"))
    assert left["refused"] == str(error.value)
    assert left["rows"]["quarantine"] == left["quarantine"]["reasons"][0]["rows"] == 300
    assert left["statistics"]["train"]["rings"]["count"] == left["rows"]["train"]
    assert "channels" not in left


def test_the_log_names_the_most_frequent_reasons_and_counts_the_others(
    lake: Lake, abalone: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "etl")
    bad = "".join(",".join("1" * fields) + "\n" for fields in range(10, 40))

    lake.put("abalone.csv", abalone + bad.encode()).run()

    logged = [line for line in caplog.messages if line.startswith("quarantine: ")]
    assert len(logged) == REASONS_LOGGED + 1
    assert logged[-1] == "quarantine: 10 more reasons"


def test_only_invalid_rows_are_refused_even_if_all_may_be_invalid(lake: Lake) -> None:
    lake.contract["max_quarantine"] = 1

    with pytest.raises(
        QuarantineError, match=r"every row is invalid; found 9 of 9 rows \(100.0%\)"
    ):
        lake.put("bad.csv", "X,0.4,0.3,0.1,0.5,0.2,0.1,0.15,7\n" * 9).run()


def test_rows_too_few_for_every_split_are_refused(lake: Lake) -> None:
    with pytest.raises(EmptySplitError, match="found 1 valid rows"):
        lake.put("one.csv", "M,0.4,0.3,0.1,0.5,0.2,0.1,0.15,7\n").run()


def test_a_raw_object_that_is_gone_is_named(lake: Lake, abalone: bytes) -> None:
    lake.put("abalone.csv", abalone)
    (lake.root / "data/raw/sample/abalone.csv").unlink()

    with pytest.raises(MissingObjectError, match=r"abalone.csv: cannot read"):
        lake.run()


def test_every_refusal_is_one_line(lake: Lake) -> None:
    with pytest.raises(EtlError) as refused:
        lake.put("bad.csv", "X\n" * 9).run()

    assert "\n" not in str(refused.value)
