"""Readers meet anything: there is a dataset, a quarantine, or one line that says what is wrong."""

from __future__ import annotations

import copy
import gzip
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from etl.errors import CountError, EngineError, EtlError
from tests.functional.etl.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    from tests.functional.etl.lake import Document

COLUMNS: list[Document] = [
    {"name": "colour", "kind": "categorical", "max_values": 10_000, "nullable": True},
    {"name": "ph", "kind": "numeric", "nullable": True},
    {"name": "day", "kind": "date", "format": "%Y-%m-%d", "features": ["year"], "nullable": True},
    {"name": "good", "kind": "boolean", "nullable": True},
    {"name": "quality", "kind": "integer"},
]
ROWS = [
    ("red", 3.2, "2024-02-29", True, 7),
    ('w"x', None, None, False, 5),
    ("ü", 1.0, None, None, 6),
]
CSV = 'colour,ph,day,good,quality\nred,3.2,2024-02-29,true,7\n"w""x",,,f,5\nü,1.0,,,6\n' * 3
JSONL = (
    '{"colour": "red", "ph": 3.2, "day": "2024-02-29", "good": true, "quality": 7}\n'
    '{"quality": 5, "colour": "w\\"x", "ph": null, "good": false}\n'
    '{"colour": "\\u00fc", "ph": 1.0, "quality": 6}\n'
) * 3

FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "csv": ("a.csv", {"type": "csv", "delimiter": ",", "header": True}),
    "no header": ("a.csv", {"type": "csv", "delimiter": ",", "header": False}),
    "latin": (
        "a.csv",
        {"type": "csv", "delimiter": ",", "header": True, "encoding": "windows-1252"},
    ),
    "newlines": (
        "a.csv",
        {"type": "csv", "delimiter": ",", "header": True, "quoted_newlines": True},
    ),
    "gzip": ("a.csv.gz", {"type": "csv", "delimiter": ",", "header": True}),
    "jsonl": ("a.jsonl", {"type": "jsonl"}),
    "jsonl gzip": ("a.jsonl.gz", {"type": "jsonl"}),
    "parquet": ("a.parquet", {"type": "parquet"}),
}


def parquet(folder: Path) -> bytes:
    """Return the rows as a Parquet file."""
    path = folder / "rows.parquet"
    database = duckdb.connect()
    database.execute(
        "create table t (colour varchar, ph double, day date, good boolean, quality integer)"
    )
    database.executemany("insert into t values (?, ?, ?, ?, ?)", ROWS)
    database.execute(f"copy t to '{path}' (format parquet)")
    return path.read_bytes()


def sound(name: str, folder: Path) -> bytes:
    """Return a sound raw file of a format."""
    text = (JSONL if "jsonl" in name else CSV).encode("cp1252" if name == "latin" else "utf-8")
    return {
        "gzip": lambda: gzip.compress(text, mtime=0),
        "jsonl gzip": lambda: gzip.compress(text, mtime=0),
        "parquet": lambda: parquet(folder),
    }.get(name, lambda: text)()


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return a file with something wrong with it."""
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 20)))
    middle = draw(
        st.one_of(
            st.binary(max_size=12),
            st.sampled_from(
                (b'"', b"\n", b"\r", b"\x00", b"\xff\xfe", b"{", b"\\", b'","', b"\x1f")
            ),
        )
    )
    tail = draw(st.sampled_from((whole[end:], b"", whole[end : end + 30])))
    return whole[:start] + middle + tail


def tried(factory: pytest.TempPathFactory, name: str, content: bytes) -> None:
    """Run the job on a file, and check that each row that it tells of is somewhere."""
    key, form = FORMATS[name]
    contract = {
        "format": form,
        "columns": copy.deepcopy(COLUMNS),
        "target": "quality",
        "split": {"train": 0.4, "validation": 0.3, "test": 0.3},
        "max_quarantine": 1,
        "min_test_rows": 1,
    }
    lake = Lake(factory.mktemp("fuzz"), contract).put(key, content)
    try:
        lake.run()
    except (EngineError, CountError) as error:
        pytest.fail(f"a fault of the ETL: {error}")
    except EtlError as error:
        if "\n" in str(error):
            pytest.fail(f"more than one line: {error}")
    for part in lake.parts():
        rows = part["rows"]
        assert rows["read"] == sum(rows.values()) - rows["read"]


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    whole = sound(name, tmp_path_factory.mktemp("sound"))

    content = data.draw(damaged(whole))

    tried(tmp_path_factory, name, content)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(content=st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    tried(tmp_path_factory, name, content)
