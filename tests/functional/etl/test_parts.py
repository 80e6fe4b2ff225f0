"""A dataset is made of parts: what was made once is not made again, whatever happened since."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from etl.errors import MissingObjectError
from etl.job import run
from etl.settings import Settings
from etl.storage import FolderStorage, open_storage
from tests.functional.etl.lake import ABALONE_CONTRACT, WINE_CONTRACT, Lake

if TYPE_CHECKING:
    from pathlib import Path

    from etl.storage import Storage


@pytest.fixture
def halves(abalone: bytes) -> tuple[bytes, bytes]:
    """Return the rows in two objects, with a bad one in each."""
    lines = abalone.splitlines(keepends=True)
    bad = b"X,0.4,0.3,0.1,0.5,0.2,0.1,0.15,7\n"
    return b"".join(lines[:3000]) + bad, bad + b"".join(lines[3000:])


def both(root: Path, halves: tuple[bytes, bytes]) -> Lake:
    """Return a lake with both halves, and nothing made of them."""
    lake = Lake(root, copy.deepcopy(ABALONE_CONTRACT))
    return lake.put("a.csv", halves[0]).put("b.csv", halves[1])


def test_an_object_that_was_read_once_is_not_read_again(
    lake: Lake, halves: tuple[bytes, bytes]
) -> None:
    lake.put("a.csv", halves[0]).run()
    lake.forget()
    lake.put("b.csv", halves[1])
    (lake.root / "data/raw/sample/a.csv").unlink()

    manifest = lake.run()

    assert manifest["rows"]["read"] == 4179
    assert [part["rows"]["read"] for part in manifest["parts"]] == [3001, 1178]


def test_a_dataset_that_grew_is_the_one_that_is_made_at_once(
    tmp_path: Path, halves: tuple[bytes, bytes]
) -> None:
    grown = Lake(tmp_path / "grown", copy.deepcopy(ABALONE_CONTRACT)).put("b.csv", halves[1])
    grown.run()
    grown.forget()
    grown.put("a.csv", halves[0]).run()
    at_once = both(tmp_path / "at-once", halves)

    at_once.run()

    assert without_order_of_sources(grown.objects()) == without_order_of_sources(at_once.objects())


def without_order_of_sources(objects: dict[str, bytes]) -> dict[str, bytes]:
    return {key: content for key, content in objects.items() if not key.endswith("request.json")}


def test_parts_are_as_many_rows_as_their_objects_however_they_are_divided(
    tmp_path: Path, halves: tuple[bytes, bytes]
) -> None:
    divided = both(tmp_path / "two", halves).run()
    one = Lake(tmp_path / "one", copy.deepcopy(ABALONE_CONTRACT)).put("a.csv", b"".join(halves))

    whole = one.run()

    for name in ("train", "validation", "test"):
        assert divided["digests"][name] == whole["digests"][name]
    assert divided["statistics"] == whole["statistics"]
    assert divided["rows"] == whole["rows"]


def test_a_deleted_object_leads_to_a_dataset_without_it(
    lake: Lake, halves: tuple[bytes, bytes]
) -> None:
    lake.put("a.csv", halves[0]).put("b.csv", halves[1]).run()
    lake.forget()
    del lake.sources[0]

    manifest = lake.run()

    assert manifest["rows"]["read"] == 1178
    assert [source["key"] for source in manifest["sources"]] == ["raw/sample/b.csv"]


def test_a_replaced_object_costs_itself_alone(lake: Lake, halves: tuple[bytes, bytes]) -> None:
    lake.put("a.csv", halves[0]).put("b.csv", halves[1]).run()
    before = [part["part_id"] for part in lake.parts()]
    lake.forget()
    del lake.sources[1]
    lake.put("b.csv", halves[1] * 2)

    after = [part["part_id"] for part in lake.run()["parts"]]

    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_run_that_fails_leaves_the_parts_that_it_finished(
    lake: Lake, halves: tuple[bytes, bytes]
) -> None:
    lake.put("a.csv", halves[0]).put("b.csv", halves[1])
    missing = lake.root / "data/raw/sample/b.csv"
    missing.unlink()
    with pytest.raises(MissingObjectError):
        lake.run()
    missing.write_bytes(halves[1])
    (lake.root / "data/raw/sample/a.csv").unlink()

    assert lake.run()["rows"]["read"] == 4179


class Killed(Exception):  # noqa: N818 - it stands for a kill
    """What ends a run in a test."""


class MortalStorage(FolderStorage):
    """Ends the run at its n-th write: the object is not written, or half of it is."""

    def __init__(self, root: Path, left: int) -> None:
        super().__init__(root)
        self._left = left

    def write(self, bucket: str, key: str, content: bytes) -> None:
        """Write an object, if there is life left."""
        self._live()
        super().write(bucket, key, content)

    def upload(self, path: Path, bucket: str, key: str) -> int:
        """Write an object from a file, if there is life left."""
        self._live()
        return super().upload(path, bucket, key)

    def _live(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Killed


def test_a_run_that_is_killed_anywhere_and_started_again_makes_the_same(tmp_path: Path) -> None:
    undisturbed = small(tmp_path / "undisturbed")
    undisturbed.run()
    writes, finished = 0, False

    while not finished:
        lake = small(tmp_path / str(writes))
        finished = run_for(lake, writes)
        if not finished:
            lake.run()
        assert lake.objects() == undisturbed.objects()
        writes += 1

    assert writes == 15  # four files and a document for each part, three channels and the manifest


def small(root: Path) -> Lake:
    """Return a lake with two small objects, and nothing made of them."""
    lake = Lake(root, copy.deepcopy(WINE_CONTRACT))
    for name in ("a", "b"):
        rows = [f"red;{number % 13};{number}.5;\n" for number in range(40)]
        lake.put(f"{name}.csv", "colour;quality;free_so2;select\n" + "".join(rows))
    return lake


def run_for(lake: Lake, writes: int) -> bool:
    """Run until so many objects are written; return whether the run came to its end."""

    def open_mortal(uri: str) -> tuple[Storage, str, str]:
        _, bucket, key = open_storage(uri)
        return MortalStorage(lake.root, writes), bucket, key

    try:
        run(Settings(lake.request(), "duckdb"), open_mortal)
    except Killed:
        return False
    return True


def test_what_judges_whole_datasets_makes_no_other_parts(
    lake: Lake, halves: tuple[bytes, bytes]
) -> None:
    lake.put("a.csv", halves[0]).run()
    before: list[Any] = lake.parts()
    lake.forget()
    lake.contract["max_quarantine"] = 0.5

    assert lake.run()["parts"] == before
