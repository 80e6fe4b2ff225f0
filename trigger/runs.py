"""Which DAG runs an event asks for, and under which names; pure.

A run's id comes from what started it, so the same event leads to the same id however often it is
delivered, and Airflow itself refuses the second one.
"""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypedDict

from trigger.event import Ignored, ImagePushed, RawObjectWritten, Reason
from trigger.staged import CodeManifest, CurrentCode


class Conf(TypedDict, total=False):
    """The run's `conf`: the DAG refuses any other key."""

    commit: str
    image_digest: str
    model: str
    started_by: Literal["image", "data"]
    raw_key: str
    raw_version: str


@dataclass(frozen=True)
class Run:
    """A DAG run to start."""

    dag_id: str
    run_id: str
    conf: Conf


class Start(StrEnum):
    """What became of a run that was asked for."""

    STARTED = "started"
    ALREADY = "already-started"
    """An earlier delivery of the same event was quicker, which is as good."""


def image_runs(pushed: ImagePushed, manifest: CodeManifest) -> tuple[Run, ...]:
    """Return one run for each model of the commit, in alphabetical order."""
    return tuple(
        Run(
            dag_id=_dag_id(model),
            run_id=push_run_id(pushed.commit),
            conf={
                "commit": pushed.commit,
                "image_digest": pushed.image_digest,
                "model": model,
                "started_by": "image",
            },
        )
        for model in sorted(manifest.models)
    )


def data_run(
    written: RawObjectWritten, current: CurrentCode, manifest: CodeManifest
) -> Run | Ignored:
    """Return the run of the model that a raw file belongs to."""
    if written.model not in manifest.models:
        return Ignored(
            Reason.UNKNOWN_MODEL, f"{written.model!r} is no model of commit {current.commit}"
        )
    return Run(
        dag_id=_dag_id(written.model),
        run_id=data_run_id(written.key, written.version),
        conf={
            "commit": current.commit,
            "image_digest": current.image_digest,
            "model": written.model,
            "started_by": "data",
            "raw_key": written.key,
            "raw_version": written.version,
        },
    )


def _dag_id(model: str) -> str:
    return f"retrain-{model}"


def push_run_id(commit: str) -> str:
    """Return the id of the runs that a commit's image starts."""
    return f"push-{commit[:12]}"


def data_run_id(key: str, version: str) -> str:
    """Return the id of the run that a raw object's version starts."""
    text = json.dumps([key, version], separators=(",", ":"))
    return f"data-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
