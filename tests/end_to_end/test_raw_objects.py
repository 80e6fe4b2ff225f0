"""Raw objects come, are replaced and deleted: each costs itself alone; bad ones fail their run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.test_data import HARBOUR, harbour_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.project import Project

MODEL = "quay"


@dataclass
class Quay:
    """A model of its own in the twin that is up, with two raw objects to begin with."""

    project: Project
    folder: Path

    def upload(self, name: str, content: str) -> int:
        """Upload a file and wait for what it starts; return the exit code."""
        file = self.folder / name
        file.write_text(content, encoding="utf-8")
        return self.project.verb("upload", MODEL, str(file)).returncode

    def put(self, name: str, content: str) -> None:
        """Put a raw object whose model nobody pushed yet: it starts nothing."""
        self._s3.put_object(Bucket=self._data, Key=f"raw/{MODEL}/{name}", Body=content.encode())

    def delete(self, name: str) -> None:
        """Delete a raw object."""
        self._s3.delete_object(Bucket=self._data, Key=f"raw/{MODEL}/{name}")

    def manifest(self) -> dict[str, Any]:
        """Return the manifest of the latest run's dataset."""
        dataset = self.project.outcome(MODEL)["dataset_id"]
        key = f"datasets/{MODEL}/{dataset}/manifest.json"
        return json.loads(self._s3.get_object(Bucket=self._artifacts, Key=key)["Body"].read())

    def parts(self) -> dict[str, str]:
        """Return the id of the part that each raw object became, by file name."""
        parts = self.manifest()["parts"]
        return {part["source"]["key"].rpartition("/")[2]: part["part_id"] for part in parts}

    def written(self, part_id: str) -> dict[str, tuple[str, str]]:
        """Return what each object of a part is and when it was written."""
        prefix = f"datasets/{MODEL}/parts/{part_id}/"
        listed = self._s3.list_objects_v2(Bucket=self._artifacts, Prefix=prefix)["Contents"]
        return {one["Key"]: (one["ETag"], str(one["LastModified"])) for one in listed}

    def logged(self) -> str:
        """Return what the latest job run printed."""
        folder = self.project.workspace.last / "logs" / "aws-glue" / "jobs"
        streams = folder.rglob("output/*.log")
        return max(streams, key=lambda file: file.stat().st_mtime_ns).read_text(encoding="utf-8")

    @property
    def _s3(self) -> Any:
        return self.project.client("s3")

    @property
    def _data(self) -> str:
        return self.project.running.outputs["data_bucket"]

    @property
    def _artifacts(self) -> str:
        return self.project.running.outputs["artifact_bucket"]


@pytest.fixture(scope="module")
def quay(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Quay:
    """Push the model onto two raw objects."""
    made = Quay(project, tmp_path_factory.mktemp("quay"))
    made.put("a.csv", harbour_rows(1200))
    made.put("b.csv", harbour_rows(300))
    model = HARBOUR.replace("name: harbour", f"name: {MODEL}").replace("rounds: 200", "rounds: 20")
    project.write(f"models/{MODEL}.yaml", model)
    pushed = project.verb("push")
    assert "dataset_id" in project.outcome(MODEL), pushed.stdout + pushed.stderr
    return made


def test_a_replaced_object_costs_itself_alone(quay: Quay) -> None:
    before = quay.parts()
    untouched = quay.written(before["a.csv"])

    quay.upload("b.csv", harbour_rows(400))

    after = quay.parts()
    assert after["a.csv"] == before["a.csv"]
    assert after["b.csv"] != before["b.csv"]
    assert quay.written(after["a.csv"]) == untouched
    assert quay.manifest()["rows"]["read"] == 1600
    assert "2 raw objects, 1 of them new" in quay.logged()


def test_a_deleted_object_is_in_no_later_dataset(quay: Quay) -> None:
    before = quay.parts()
    untouched = quay.written(before["a.csv"])
    quay.delete("b.csv")

    quay.upload("c.csv", harbour_rows(100))

    assert quay.parts().keys() == {"a.csv", "c.csv"}
    assert quay.written(before["a.csv"]) == untouched
    assert quay.manifest()["rows"]["read"] == 1300
    assert "2 raw objects, 1 of them new" in quay.logged()


def test_rows_that_are_refused_are_told_where_people_look(quay: Quay) -> None:
    header = harbour_rows(0)

    code = quay.upload("bad.csv", header + "ghost ship;5;5;5\n" * 700)
    quay.delete("bad.csv")

    record = quay.project.outcome(MODEL)
    example = (
        "ship: not one of north star, old bell, sea wolf (700 rows, such as 'ghost ship;5;5;5'"
    )
    assert code == 1
    assert (record["outcome"], record["step"]) == ("failed", "etl")
    assert f"{example} in record 2 of bad.csv)" in record["cause"]
    assert record["rows"]["quarantine"] == 700
    assert "700" in quay.project.verb("status").stdout
    quay.project.verb("report")
    page = (quay.project.workspace.last / "report.html").read_text(encoding="utf-8")
    assert 'ghost ship;5;5;5</code> <span class="dim">record 2 of raw/quay/bad.csv' in page
