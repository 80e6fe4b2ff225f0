"""The two ways to start a retraining in a twin that is up: a push and a raw file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from rich.console import Console

from trigger.runs import data_run_id, push_run_id
from twin.clients import CONFIG
from twin.commands.failures import show_failures
from twin.errors import TwinError
from twin.following import Followed, wait_for
from twin.hold import Running, find_running, read_running
from twin.progress import Progress
from twin.repository import Repository
from twin.results import DAG_PREFIX

if TYPE_CHECKING:
    from twin.settings import Workspace
    from twin.timeline import Entry


def push_tree(workspace: Workspace) -> int:
    """Push the tree as it lies there, follow it, return the exit code."""
    running = read_running(workspace)
    repository = Repository(workspace)
    console = Console()
    commit = repository.snapshot()
    if not repository.push(commit, running.branch):
        console.print("nothing to push: this tree is what was pushed last")
        return 0
    return follow_push(workspace, console, commit)


def follow_push(workspace: Workspace, console: Console, commit: str) -> int:
    """Follow a push to its outcomes, return the exit code."""
    followed = Followed(commit, frozenset({push_run_id(commit)}), expected_dags(workspace))
    return _follow(workspace, console, followed)


def upload_file(workspace: Workspace, model: str, file: Path) -> int:
    """Put a file below `raw/<model>/`, follow what it starts, return the exit code."""
    _require_file(workspace, model, file)
    running = read_running(workspace)
    bucket, key = running.outputs["data_bucket"], f"raw/{model}/{file.name}"
    answer = _s3(running).put_object(Bucket=bucket, Key=key, Body=file.read_bytes())
    run_id = data_run_id(key, answer["VersionId"])
    followed = Followed("", frozenset({run_id}), frozenset({f"{DAG_PREFIX}{model}"}))
    return _follow(workspace, Console(), followed)


def _require_file(workspace: Workspace, model: str, file: Path) -> None:
    if model and file.is_file():
        return
    raise TwinError(
        "upload which file of which model?",
        step="upload",
        found=f"MODEL={model!r} FILE={'' if file == Path() else str(file)!r}",
        expected=f"a file, and one of the models {', '.join(model_names(workspace))}",
        do="for example: make upload MODEL=abalone FILE=more.csv",
    )


def model_names(workspace: Workspace) -> list[str]:
    """Return the models that the working tree declares."""
    return sorted(file.stem for file in (workspace.root / "models").glob("*.yaml"))


def expected_dags(workspace: Workspace) -> frozenset[str]:
    """Return the DAGs that owe an outcome for a push of the working tree: one a model file."""
    return frozenset(f"{DAG_PREFIX}{model}" for model in model_names(workspace))


def _follow(workspace: Workspace, console: Console, followed: Followed) -> int:
    with Progress(console) as progress:

        def show(entry: Entry | None) -> None:
            if entry is None and not followed.done and find_running(workspace) is None:
                raise _ended(workspace)
            progress.show(entry)

        wait_for(workspace.last / "timeline.jsonl", followed, show)
    show_failures(console, followed)
    if followed.ignored is not None:
        console.print(f"  models of this tree: {', '.join(model_names(workspace))}", markup=False)
    return 0 if followed.ok else 1


def _ended(workspace: Workspace) -> TwinError:
    return TwinError(
        "the twin ended before there was an outcome",
        resource=str(workspace.root),
        expected="it to be up until all is done",
        do="start it again with `make up`, which begins with this tree; raw files have to be "
        "uploaded again",
    )


def _s3(running: Running) -> Any:
    session: Any = boto3.session.Session(
        aws_access_key_id="twin",
        aws_secret_access_key="twin",  # noqa: S106 - moto takes any
        region_name=running.region,
    )
    return session.client("s3", endpoint_url=running.url, config=CONFIG)
