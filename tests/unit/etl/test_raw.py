"""Raw objects as text, judged by their names and by how they begin."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from etl.errors import EncodingError, GzipError, MarkerError, NotTextError
from etl.formats import Format
from etl.raw import HEAD_BYTES, head_text, is_divisible, raw_head, raw_text, refuse_marker
from etl.request import Source
from etl.storage import FolderStorage

if TYPE_CHECKING:
    from pathlib import Path


def put(folder: Path, key: str, content: bytes) -> tuple[Source, FolderStorage]:
    path = folder / "data" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Source("data", key, "v1", len(content)), FolderStorage(folder)


def head(source: Source, storage: FolderStorage, form: Format | None = None) -> str:
    return head_text(source, raw_head(source, storage), form or Format())


def test_a_head_is_the_begin_of_the_text(tmp_path: Path) -> None:
    content = "é;1\r\n".encode("cp1252") * 100_000
    plain = put(tmp_path, "a.csv", content)
    compressed = put(tmp_path, "a.csv.gz", gzip.compress(content))
    form = Format(encoding="windows-1252")

    heads = [head(*one, form) for one in (plain, compressed)]

    assert heads[0] == heads[1] == ("é;1\n" * 100_000)[: len(heads[0])]
    assert len(heads[0]) > HEAD_BYTES // 2


def test_the_text_of_a_gzip_is_that_of_the_file(tmp_path: Path) -> None:
    source, storage = put(tmp_path, "a.csv.gz", gzip.compress(b"a\r\nb"))

    assert b"".join(raw_text(source, storage, Format())) == b"a\nb"


def test_a_fault_in_a_gzip_is_placed_in_the_text(tmp_path: Path) -> None:
    source, storage = put(tmp_path, "a.csv.gz", gzip.compress(b"a\nb\xff"))

    with pytest.raises(EncodingError, match=r"a\.csv\.gz \(uncompressed\): not utf-8.*at byte 3"):
        list(raw_text(source, storage, Format()))


def test_a_gzip_by_another_name_gets_a_hint(tmp_path: Path) -> None:
    source, storage = put(tmp_path, "a.csv", gzip.compress(b"a\n"))

    with pytest.raises(GzipError, match=r"does not end in \.gz; upload it as a\.csv\.gz"):
        head(source, storage)


@pytest.mark.parametrize("end", ["bz2", "zst", "ZIP", "tgz", "snappy"])
def test_names_of_other_compressed_files_are_refused(tmp_path: Path, end: str) -> None:
    source, storage = put(tmp_path, f"a.csv.{end}", b"1,2\n")

    with pytest.raises(NotTextError, match="only gzip is read"):
        head(source, storage)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"PK\x03\x04\x14", "a zip archive, or a workbook"),
        (b"BZh91AY", "compressed by bzip2"),
        (b"\x28\xb5\x2f\xfd\x04", "compressed by zstd"),
        (b"%PDF-1.7\n", "a PDF"),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_files_of_other_kinds_are_named(
    tmp_path: Path, content: bytes, named: str, *, compressed: bool
) -> None:
    key, held = ("a.gz", gzip.compress(content)) if compressed else ("a.csv", content)
    source, storage = put(tmp_path, key, held)

    with pytest.raises(NotTextError, match=f"this is no text: {named}"):
        head(source, storage)


def test_what_is_compressed_twice_is_told(tmp_path: Path) -> None:
    source, storage = put(tmp_path, "a.csv.gz", gzip.compress(gzip.compress(b"1,2\n")))

    with pytest.raises(NotTextError, match="compressed by gzip, twice"):
        head(source, storage)


def test_the_marker_of_a_folder_is_refused() -> None:
    with pytest.raises(MarkerError, match="raw/wine/: this is the marker of a folder"):
        refuse_marker(Source("data", "raw/wine/", "v1", 0))


@pytest.mark.parametrize(
    ("key", "form", "divisible"),
    [
        ("a.csv", Format(), True),
        ("a.csv.gz", Format(), False),
        ("a.jsonl.gz", Format("jsonl"), False),
        ("a.csv", Format(quoted_newlines=True), False),
        ("a.parquet", Format("parquet"), True),
    ],
)
def test_what_has_to_be_read_from_its_begin_on_cannot_be_divided(
    key: str, form: Format, *, divisible: bool
) -> None:
    assert is_divisible(Source("data", key, "v1", 7), form) is divisible
