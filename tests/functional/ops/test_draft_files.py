"""`make model` on files of every format, and on what is none."""

from __future__ import annotations

import gzip
import json

import duckdb
import pytest

from tests.functional.ops.drafting import Desk, announced, announced_splits

LINES = ["a;größe;y", *(f"{n % 7};{n % 11 / 8};{n % 7 * 2 + n % 5 / 4}" for n in range(400))]
PLAIN = "\n".join(LINES) + "\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bom.csv", b"\xef\xbb\xbf" + PLAIN.encode()),
        ("crlf.csv", PLAIN.replace("\n", "\r\n").encode()),
        ("cr.csv", PLAIN.replace("\n", "\r").encode()),
        ("tab.tsv", PLAIN.replace(";", "\t").encode()),
        ("pipe.csv", PLAIN.replace(";", "|").encode()),
        ("comma.csv", PLAIN.replace(";", ",").encode()),
        ("blank lines.csv", ("\n" + PLAIN.replace("\n3;", "\n\n3;")).encode()),
        ("no header.csv", "\n".join(LINES[1:]).encode()),
    ],
)
def test_text_is_read_however_it_is_cut(desk: Desk, name: str, content: bytes) -> None:
    file = desk.put(name, content)

    printed = desk.draft(file, "column_3" if name.startswith("no") else "y")

    rows = desk.etl(file)["rows"]
    assert (rows["quarantine"], rows["read"]) == announced(printed) == (0, 400)
    assert {one: rows[one] for one in announced_splits(printed)} == announced_splits(printed)


def test_gzip_is_unpacked(desk: Desk) -> None:
    file = desk.put("wine.csv.gz", gzip.compress(PLAIN.encode()))

    printed = desk.draft(file, "y")

    rows = desk.etl(file)["rows"]
    assert (rows["quarantine"], rows["read"]) == announced(printed) == (0, 400)
    assert "gzip" in printed


@pytest.mark.parametrize(
    ("word", "encoding"),
    [("größe", "iso-8859-1"), ("5 €", "windows-1252"), ("Казань", "windows-1251")],
)
def test_an_encoding_is_guessed_and_told(desk: Desk, word: str, encoding: str) -> None:
    rows = "".join(f"{word if n % 2 else 'other'};{n % 9};{n % 9 * 2.5}\n" for n in range(400))
    file = desk.put("wine.csv", f"t;n;y\n{rows}".encode(encoding))

    printed = desk.draft(file, "y")

    assert desk.model().data.format.encoding == encoding
    assert word in desk.columns()["t"].values
    assert f"{encoding} is a guess" in printed
    assert desk.etl(file)["rows"]["quarantine"] == 0


def test_single_quotes_are_seen(desk: Desk) -> None:
    rows = "".join(f"'x, {n % 3}',{n % 11},{n % 11 * 1.5}\n" for n in range(400))
    file = desk.put("wine.csv", f"a,b,y\n{rows}")

    desk.draft(file, "y")

    assert desk.model().data.format.quote == "'"
    assert set(desk.columns()["a"].values) == {"x, 0", "x, 1", "x, 2"}


def test_line_ends_in_quotes_are_seen(desk: Desk) -> None:
    rows = "".join(f'"line\none {n % 3}",{n % 11},{n % 11 * 1.5}\n' for n in range(400))
    file = desk.put("wine.csv", f"a,b,y\n{rows}")

    printed = desk.draft(file, "y")

    rows = desk.etl(file)["rows"]
    assert desk.model().data.format.quoted_newlines
    assert (rows["quarantine"], rows["read"]) == announced(printed) == (0, 400)
    assert {one: rows[one] for one in announced_splits(printed)} == announced_splits(printed)


def test_one_stray_quote_is_an_error_of_its_line(desk: Desk) -> None:
    lines = [f"x{n % 3},{n % 11},{n % 11 * 1.5}\n" for n in range(400)]
    rows = "".join([*lines[:50], f'"{lines[50]}', *lines[51:]])
    file = desk.put("wine.csv", f"a,b,y\n{rows}")

    printed = desk.draft(file, "y")

    assert not desk.model().data.format.quoted_newlines
    assert desk.etl(file)["rows"]["quarantine"] == announced(printed)[0] == 1


def test_quotes_that_enclose_nothing_are_letters(desk: Desk) -> None:
    rows = "".join(f'"{n % 3} inch,{n % 11},{n % 11 * 1.5}\n' for n in range(400))
    file = desk.put("wine.csv", f"a,b,y\n{rows}")

    desk.draft(file, "y")

    assert desk.model().data.format.quote == "none"
    assert set(desk.columns()["a"].values) == {'"0 inch', '"1 inch', '"2 inch'}


def test_json_lines_are_read(desk: Desk) -> None:
    objects = [
        {"a b": n % 7, "c": f"x{n % 3}", "ok": n % 2 > 0, "y": n * 1.5 + n % 4} for n in range(300)
    ]
    text = "".join(json.dumps(one) + "\n" for one in objects)

    file = desk.put("wine.jsonl", text + '{broken\n{"y": [1]}\n{"y": 1, "y": 2}\n')

    printed = desk.draft(file, "y")

    kinds = {name: column.kind for name, column in desk.columns().items()}
    assert desk.model().data.format.type == "jsonl"
    assert kinds == {"a_b": "integer", "c": "categorical", "ok": "boolean", "y": "numeric"}
    rows = desk.etl(file)["rows"]
    assert (rows["quarantine"], rows["read"]) == announced(printed) == (3, 303)
    assert {one: rows[one] for one in announced_splits(printed)} == announced_splits(printed)


def test_parquet_is_read(desk: Desk) -> None:
    path = desk.root / "wine.parquet"
    duckdb.sql(f"""copy (
        select n % 7 as a, n / 7 as y, (n / 9)::float as z, n % 3 = 0 as ok,
          date '2024-01-01' + (n % 300)::int as sold, timestamp '2024-01-01' + to_hours(n) as at
        from range(900) as t(n)) to '{path}'""")  # noqa: S608 - a path of our own

    printed = desk.draft(path, "y")

    rows = desk.etl(path)["rows"]
    assert {one: rows[one] for one in announced_splits(printed)} == announced_splits(printed)
    kinds = {name: column.kind for name, column in desk.columns().items()}
    assert desk.model().data.format.type == "parquet"
    assert kinds == {
        "a": "integer",
        "y": "numeric",
        "z": "numeric",
        "ok": "boolean",
        "sold": "date",
        "at": "timestamp",
    }


def test_what_the_etl_reads_otherwise_is_announced_as_the_etl_has_it(desk: Desk) -> None:
    lines = [f"{0.4 + n / 999}e-{120 if n % 3 else 2};{n % 11}\n" for n in range(900)]
    file = desk.put("wine.csv", "p;y\n" + "".join(lines))

    said = desk.refuse(file, "y")

    assert "most rows cannot be used" in said
    assert "600 of 900 rows: p: " in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("wine.csv", b"", "the file is empty"),
        ("wine.csv", b" \n\n", "there is nothing in it but blanks"),
        ("wine.csv", b"a;b;y\n", "there are no rows in it"),
        ("wine.csv", b"y\n" + b"12\n" * 90, "one column was found"),
        ("wine.csv", bytes(range(256)) * 9, "a zero byte at place 0"),
        ("wine.xlsx", b"PK\x03\x04\0\0", "export a sheet as CSV"),
        ("wine.csv", PLAIN.encode("utf-16"), "iconv -f UTF-16 -t UTF-8"),
        ("wine.csv", gzip.compress(PLAIN.encode()), "rename it: mv"),
        ("wine.csv.gz", PLAIN.encode(), "rename it: mv"),
        ("wine.csv.gz", gzip.compress(PLAIN.encode())[:-200], "cannot be unpacked"),
        ("wine.json", b'[{"a": 1}]', "jq -c '.[]' wine.json > wine.jsonl"),
        ("wine.jsonl", b'{"a": [1], "y": 2}\n' * 90, "no single values"),
        ("wine.parquet", b"PAR1 and no more", "DuckDB cannot read it"),
        ("wine.html", b"<!DOCTYPE html><html>", "XML or HTML"),
        ("wine.csv", b"Report\n\n" + PLAIN.encode(), "tail -n +3 wine.csv > table.csv"),
        ("wine.csv", b"a;y\n1;2\n3;4\n5;6\n", "too few rows"),
        ("wine.csv", b"a;y\n" + b"1.5;5\n2.5;5\n" * 90, "always 5: there is nothing to predict"),
        ("wine.csv", b"id;y\n" + b"".join(b"%d;%d.5\n" % (n, n) for n in range(90)), "predict 'y'"),
        ("wine.csv", b"a;A;2019;;y\n" + b"1;2;3;4;5\n" * 90, "a;a_2;column_2019;column_4;y"),
    ],
)
def test_what_no_model_can_be_made_of_is_told(
    desk: Desk, name: str, content: bytes, said: str
) -> None:
    said_of_it = desk.refuse(desk.put(name, content), "y")

    assert said in said_of_it
    assert "do: " in said_of_it
    assert not list(desk.models.iterdir())


def test_a_missing_file_is_told_from_one_that_is_near(desk: Desk) -> None:
    desk.put("wine.csv", PLAIN)

    assert "did you mean wine.csv?" in desk.refuse(desk.root / "win.csv", "y")


def test_a_folder_is_no_file(desk: Desk) -> None:
    assert "this is a folder" in desk.refuse(desk.root, "y")


def test_names_for_a_file_with_a_header_are_refused(desk: Desk) -> None:
    said = desk.refuse(desk.put("wine.csv", PLAIN), "y", "--columns", "a,b,c")

    assert "leave COLUMNS out" in said


def test_too_few_names_are_refused(desk: Desk) -> None:
    said = desk.refuse(desk.put("wine.csv", "\n".join(LINES[1:])), "y", "--columns", "a,y")

    assert "one for each of 3 columns" in said


@pytest.mark.parametrize("name", ["", "Wine", "a_b"])
def test_a_name_that_no_model_can_have_is_refused(desk: Desk, name: str) -> None:
    said = desk.refuse(desk.put("wine.csv", PLAIN), "y", name=name)

    assert "what is the model called?" in said
