"""The zips that staging makes."""

from __future__ import annotations

import io
import zipfile

import pytest

from staging import archives
from staging.errors import StagingError

DAG_FILES = {
    "dags/__init__.py": b"",
    "dags/entry.py": b"from dags import retrain\n",
    "models/__init__.py": b"",
}


def names(archive: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(archive)).namelist()


def test_equal_files_make_equal_bytes() -> None:
    forwards = archives.pack({"a": b"1", "b": b"2"})
    backwards = archives.pack({"b": b"2", "a": b"1"})

    assert forwards == backwards


def test_the_dag_zip_has_the_entry_at_its_root() -> None:
    archive = archives.dag_zip(DAG_FILES)

    assert names(archive) == [
        "dags/__init__.py",
        "dags/entry.py",
        "models/__init__.py",
        "retrain.py",
    ]
    assert zipfile.ZipFile(io.BytesIO(archive)).read("retrain.py") == DAG_FILES["dags/entry.py"]


def test_dag_files_without_an_entry_are_refused() -> None:
    with pytest.raises(StagingError, match=r"dags/entry\.py"):
        archives.dag_zip({"dags/__init__.py": b""})


@pytest.mark.parametrize("source", [b"def broken(:\n", b"\xff", b"null\x00byte"])
def test_python_that_does_not_compile_is_refused_by_name(source: bytes) -> None:
    with pytest.raises(StagingError, match=r"etl/job\.py"):
        archives.etl_zip({"etl/job.py": source})
