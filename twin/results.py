"""What people want to see after the cloud is gone: copied out of it as each DAG run ends.

Below `.twin/last/runs/<model>/<run id>/`: `outcome.json`, and where the run got so far
`manifest.json` (the dataset's) or `refused.json` (why there is none), `evaluation.json`,
`predictions.csv` and `tasks.json` (Airflow's task instances).
"""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin.cloud import Cloud

DAG_PREFIX = "retrain-"
"""A DAG's id is this and its model's name."""

DATA = ("manifest.json", "refused.json")
"""What the ETL leaves: one of them."""

KEPT = ("evaluation.json", "model-card.md", "predictions.csv", "schema.json")
"""Of a model archive: what people and the report read."""


@dataclass(frozen=True)
class Results:
    """Copies what a run left in the artifact bucket; a thing that isn't there is left out."""

    cloud: Cloud
    bucket: str
    tasks: Callable[[str, str], list[dict[str, Any]]]

    def keep(self, dag_id: str, run_id: str) -> Path:
        """Copy everything of one DAG run; return the folder."""
        model = dag_id.removeprefix(DAG_PREFIX)
        folder = self.cloud.workspace.last / "runs" / model / safe_name(run_id)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = self._read(f"runs/{model}/{run_id}.json")
        if outcome is not None:
            _put(folder / "outcome.json", outcome)
            self._keep_data(model, json.loads(outcome), folder)
        tasks = json.dumps(self.tasks(dag_id, run_id), indent=1, default=str)
        _put(folder / "tasks.json", tasks.encode())
        return folder

    def _keep_data(self, model: str, outcome: dict[str, Any], folder: Path) -> None:
        dataset, job = outcome.get("dataset_id"), outcome.get("training_job")
        for name in DATA if dataset else ():
            document = self._read(f"datasets/{model}/{dataset}/{name}")
            if document is not None:
                _put(folder / name, document)
        archive = self._read(f"models/{model}/{job}/output/model.tar.gz") if job else None
        if archive is not None:
            _unpack(archive, folder, KEPT)
        # a job that trained once may have been compared by a run before this one
        metric: dict[str, Any] = outcome.get("metric") or {}
        compared = metric.get("comparison")
        beside = self._read(f"evaluations/{model}/{job}-comparison.json") if compared else None
        if beside is not None:
            _put(folder / "comparison.json", beside)

    def _read(self, key: str) -> bytes | None:
        client = self.cloud.client("s3")
        try:
            return client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError:
            return None


def safe_name(run_id: str) -> str:
    """Return a run id as a file name: Airflow's own ids hold colons and a plus sign."""
    return "".join(char if char.isalnum() or char in "-_." else "-" for char in run_id)


def _unpack(archive: bytes, folder: Path, names: tuple[str, ...]) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for member in tar.getmembers():
            name = member.name.removeprefix("./")
            content = tar.extractfile(member) if name in names and member.isfile() else None
            if content is not None:
                _put(folder / name, content.read())


def _put(file: Path, content: bytes) -> None:
    """Write a file whole: `make status` reads while the twin writes, and never meets half of it."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(file)
