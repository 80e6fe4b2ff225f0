"""The DAGs folder follows its bucket."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from twin.dag_folder import DagFolder

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloud import Cloud

BUCKET = "twin-airflow"


@pytest.fixture
def s3(cloud: Cloud) -> Any:
    client = cloud.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def folder(s3: Any, tmp_path: Path) -> DagFolder:
    (tmp_path / "dags").mkdir()
    return DagFolder(s3, BUCKET, "dags", tmp_path / "dags", lambda: None)


def put(s3: Any, **objects: str) -> None:
    for key, body in objects.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=body.encode())


def files(tmp_path: Path) -> dict[str, str]:
    root = tmp_path / "dags"
    return {
        one.relative_to(root).as_posix(): one.read_text()
        for one in root.rglob("*")
        if one.is_file()
    }


def test_objects_below_the_prefix_become_files(s3: Any, folder: DagFolder, tmp_path: Path) -> None:
    put(s3, **{"dags/a.py": "1", "dags/settings/b.json": "2", "dagsx": "3", "dags/": ""})

    assert folder.synchronise()
    assert files(tmp_path) == {"a.py": "1", "settings/b.json": "2"}


def test_nothing_changed_is_nothing_done(s3: Any, folder: DagFolder) -> None:
    put(s3, **{"dags/a.py": "1"})
    folder.synchronise()

    assert not folder.synchronise()


def test_a_changed_object_replaces_its_file(s3: Any, folder: DagFolder, tmp_path: Path) -> None:
    put(s3, **{"dags/a.py": "1"})
    folder.synchronise()
    with (tmp_path / "dags/a.py").open() as opened:
        put(s3, **{"dags/a.py": "2"})
        folder.synchronise()

        assert opened.read() == "1"  # whoever has it open reads the old file to its end

    assert files(tmp_path) == {"a.py": "2"}


def test_a_deleted_object_takes_its_file_away(s3: Any, folder: DagFolder, tmp_path: Path) -> None:
    put(s3, **{"dags/a.py": "1"})
    folder.synchronise()

    s3.delete_object(Bucket=BUCKET, Key="dags/a.py")

    assert folder.synchronise()
    assert files(tmp_path) == {}


def test_no_object_leaves_the_folder(s3: Any, folder: DagFolder, tmp_path: Path) -> None:
    put(s3, **{"dags/x/../../out.py": "1"})

    folder.synchronise()

    assert list(tmp_path.rglob("out.py")) == []


def test_dag_files_are_parsed_anew_when_what_they_read_changed(
    s3: Any, folder: DagFolder, tmp_path: Path
) -> None:
    put(s3, **{"dags/a.zip": "1", "dags/settings/b.json": "2"})
    folder.synchronise()
    before = (tmp_path / "dags/a.zip").stat().st_mtime_ns
    time.sleep(0.01)

    put(s3, **{"dags/settings/b.json": "3"})
    folder.synchronise()

    assert (tmp_path / "dags/a.zip").stat().st_mtime_ns > before
