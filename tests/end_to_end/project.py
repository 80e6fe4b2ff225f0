"""A copy of the project with a twin in it, driven as a person drives it: by the verbs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import psutil
import requests

from twin.clients import CONFIG
from twin.hold import Running, find_running
from twin.settings import Workspace
from twin.timeline import Entry, read_entries

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 180
VERB_SECONDS = 180


@dataclass
class Project:
    """A copy of the project's files in a git repository of its own, and the twin that runs in it.

    Environments and caches are the project's own, so that a copy costs no installation.
    """

    root: Path
    process: subprocess.Popen[str] | None = None
    output: list[str] = field(default_factory=list[str])

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.root)

    @property
    def running(self) -> Running:
        found = find_running(self.workspace)
        assert found is not None
        return found

    # ---- the twin ---------------------------------------------------------------------------

    def start(self) -> subprocess.Popen[str]:
        """Start the twin without waiting for it."""
        with (self.root.parent / "up.log").open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "twin", "up"],
                cwd=self.root,
                stdout=log,
                stderr=log,
                text=True,
            )
        return self.process

    def up(self) -> Project:
        """Start the twin and wait until its first push has its outcome and the places are shown."""
        process = self.start()
        deadline = time.monotonic() + START_SECONDS
        while "The twin is up" not in (text := self.log()):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the twin did not come up:\n{text[-4000:]}")
            time.sleep(0.1)
        return self

    def log(self) -> str:
        """Return what the twin has printed."""
        return (self.root.parent / "up.log").read_text(encoding="utf-8")

    def down(self) -> None:
        """End the twin."""
        self.verb("down")
        if self.process is not None:
            self.process.wait(30)

    def kill(self) -> None:
        """Kill the twin as a crash would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def verb(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a verb and return how it ended."""
        return subprocess.run(
            [sys.executable, "-m", "twin", *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=VERB_SECONDS,
            check=False,
        )

    def start_verb(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a verb without waiting for it."""
        command = [sys.executable, "-m", "twin", *arguments]
        return subprocess.Popen(command, cwd=self.root, stdout=subprocess.DEVNULL)

    def wait_until(self, holds: Callable[[], bool], seconds: float = 150) -> None:
        """Wait until something holds, or fail."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"it did not come to hold in {seconds} s"
            time.sleep(0.1)

    def entries(self) -> tuple[Entry, ...]:
        """Return what the timeline holds until now."""
        file = self.workspace.last / "timeline.jsonl"
        return read_entries(file) if file.exists() else ()

    # ---- the files --------------------------------------------------------------------------

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Change a file; what is replaced must be there once."""
        text = self.read(path)
        assert text.count(old) == 1, f"{path} holds {old!r} {text.count(old)} times"
        self.write(path, text.replace(old, new))

    # ---- the cloud --------------------------------------------------------------------------

    def client(self, service: str) -> Any:
        """Return a boto3 client at the twin."""
        session: Any = boto3.session.Session("test", "test", region_name=self.running.region)
        return session.client(service, endpoint_url=self.running.url, config=CONFIG)

    def outcomes(self, model: str = "abalone") -> list[dict[str, Any]]:
        """Return the model's outcome records, oldest first."""
        s3, bucket = self.client("s3"), self.running.outputs["artifact_bucket"]
        found = s3.list_objects_v2(Bucket=bucket, Prefix=f"runs/{model}/").get("Contents", [])
        bodies = [s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in found]
        records: list[dict[str, Any]] = [json.loads(body) for body in bodies]
        return sorted(records, key=lambda record: str(record["finished_at"]))

    def outcome(self, model: str = "abalone") -> dict[str, Any]:
        """Return the model's latest outcome record."""
        return self.outcomes(model)[-1]

    def training_jobs(self, model: str = "abalone") -> list[str]:
        """Return the names of a model's training jobs."""
        listed = self.client("sagemaker").list_training_jobs(MaxResults=100)
        names = [job["TrainingJobName"] for job in listed["TrainingJobSummaries"]]
        return sorted(name for name in names if f"-{model}-" in name)

    def glue_runs(self) -> int:
        job = self.running.outputs["etl_job"]
        return len(self.client("glue").get_job_runs(JobName=job)["JobRuns"])

    def endpoint(self, model: str = "abalone") -> dict[str, Any]:
        name = f"{self.running.outputs['name_prefix']}-{model}"
        return self.client("sagemaker").describe_endpoint(EndpointName=name)

    def scaling(self, model: str = "abalone") -> tuple[int, int] | None:
        """Return the bounds within which a model's endpoint scales."""
        name = f"{self.running.outputs['name_prefix']}-{model}"
        found = self.client("application-autoscaling").describe_scalable_targets(
            ServiceNamespace="sagemaker", ResourceIds=[f"endpoint/{name}/variant/AllTraffic"]
        )["ScalableTargets"]
        return (found[0]["MinCapacity"], found[0]["MaxCapacity"]) if found else None

    def put_event(self, source: str, detail_type: str, detail: dict[str, Any]) -> None:
        """Deliver an event of a service once more, as a service that repeats itself would."""
        entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
        self.client("events").put_events(Entries=[entry])

    def ask(self, row: str, model: str = "abalone") -> requests.Response:
        """Ask the endpoint over plain HTTP."""
        name = f"{self.running.outputs['name_prefix']}-{model}"
        url = f"{self.running.url}/endpoints/{name}/invocations"
        return requests.post(url, data=row, headers={"Content-Type": "text/csv"}, timeout=30)


def copy_project(target: Path) -> Project:
    """Copy the project's files, uncommitted ones too, into a repository with one commit."""
    names = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=PROJECT
    )
    for name in names.decode().split("\0"):
        if name and (PROJECT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, target / name)
    for shared in (".tools", ".venv", ".venv-image"):
        (target / shared).symlink_to(PROJECT / shared)
    (PROJECT / ".twin/cache").mkdir(parents=True, exist_ok=True)
    (target / ".twin").mkdir()
    # Without the ports: a copy must not ask for those of a twin that is up
    others = shutil.ignore_patterns("ports.json")
    shutil.copytree(PROJECT / ".twin/cache", target / ".twin/cache", symlinks=True, ignore=others)
    _git(target, "init", "-q", "-b", "main")
    _git(target, "add", "-A")
    _git(target, "commit", "-q", "-m", "A copy of the project")
    return Project(target)


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


def leftovers(root: Path) -> list[str]:
    """Return the command lines of processes that work in a folder."""
    found: list[str] = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and Path(process.cwd()).is_relative_to(root):
                found.append(" ".join(process.cmdline()))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
