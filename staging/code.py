"""Stages a commit's code and models: decided first, as a list of objects, then written in order.

A broken model file or Python file stops it before anything is written.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.errors import ModelFileError
from models.schema import Model
from staging import archives, history
from staging.bucket import Bucket, Stored
from staging.errors import StagingError
from staging.history import Commit

DAG_KEY: Final = "dags/retrain.zip"
JSON: Final = "application/json"
ZIP: Final = "application/zip"


@dataclass(frozen=True)
class StagedObject:
    """An object of the artifact bucket, about to be written."""

    key: str
    body: bytes
    content_type: str


@dataclass(frozen=True)
class Plan:
    """Everything that one commit stages."""

    commit: Commit
    objects: tuple[StagedObject, ...]
    """For the artifact bucket, in this order; the code manifest is the last."""

    dag_zip: bytes
    """For the Airflow bucket."""

    models: tuple[str, ...]


def plan_staging(repository: Path, commit: Commit) -> Plan:
    """Read and check a commit's files.

    Raises:
        StagingError: a file is missing or broken.
    """
    etl_archive = archives.etl_zip(history.read_files(repository, history.ETL))
    dag_archive = archives.dag_zip(history.read_files(repository, "dags", "models"))
    models = _read_models(dag_archive)
    prefix = f"code/{commit.id}"
    objects = (
        StagedObject(f"{prefix}/etl.zip", etl_archive, ZIP),
        *(_model_object(prefix, model) for model in models.values()),
        StagedObject(f"{prefix}/manifest.json", to_json(_manifest(commit, prefix, models)), JSON),
    )
    return Plan(commit, objects, dag_archive, tuple(models))


def stage(plan: Plan, artifacts: Bucket, airflow: Bucket) -> bool:
    """Write what was planned, the code manifest last of all.

    Returns whether the DAG files are this commit's now. They are not when a newer commit's are
    there already: builds may end out of order.
    """
    *contents, manifest = plan.objects
    for staged in contents:
        artifacts.put(staged.key, staged.body, staged.content_type)
    written = airflow.replace(
        DAG_KEY,
        plan.dag_zip,
        content_type=ZIP,
        metadata={"number": str(plan.commit.number), "commit": plan.commit.id},
        unless=lambda stored: _number(airflow, stored) > plan.commit.number,
    )
    artifacts.put(manifest.key, manifest.body, manifest.content_type)
    return written


def to_json(document: object) -> bytes:
    """Render a document for people and programs, with a line end."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def manifest_key(commit_id: str) -> str:
    """Return the key whose object says that a commit was staged."""
    return f"code/{commit_id}/manifest.json"


def _read_models(dag_archive: bytes) -> dict[str, Model]:
    try:
        return archives.read_models(dag_archive)
    except ModelFileError as error:
        raise StagingError(
            str(error),
            resource="models/",
            do="mend the files and push again; nothing of this push was staged",
        ) from error


def _model_object(prefix: str, model: Model) -> StagedObject:
    return StagedObject(f"{prefix}/models/{model.name}.json", to_json(model.to_json()), JSON)


def _manifest(commit: Commit, prefix: str, models: Mapping[str, Model]) -> dict[str, Any]:
    return {
        "format": 1,
        "commit": commit.id,
        "number": commit.number,
        "trees": commit.trees,
        "models": {name: f"{prefix}/models/{name}.json" for name in models},
        "etl": f"{prefix}/etl.zip",
    }


def _number(bucket: Bucket, stored: Stored) -> int:
    found = stored.metadata.get("number", "")
    if found.isdecimal():
        return int(found)
    raise StagingError(
        "the DAG files that are there do not say which commit they are of",
        resource=f"s3://{bucket.name}/{DAG_KEY}",
        found=repr(dict(stored.metadata)),
        expected="object metadata `number`, a whole number",
        do="delete the object, if it was put there by hand, and retry the build",
    )
