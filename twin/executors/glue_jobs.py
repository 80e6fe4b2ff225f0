"""A Glue job run: the job's script with its arguments, as its role, with a time limit.

    run_job(cloud, spec, stop) -> JobRunResult

One Python process of the project's environment stands for Glue's cluster: there is no Spark in it,
and `awsglue` is missing.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from botocore.exceptions import ClientError

from twin.errors import TwinError, shorten
from twin.execution import Finished, run_process
from twin.executors.containers import Location, download
from twin.executors.glue_modules import INSTALLER, MODULES, refused_modules

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping
    from pathlib import Path

    from twin.cloud import Cloud

SHARED_LOGS: Final = "/aws-glue/jobs"
"""Where every job of the account logs whose logs nothing encrypts."""

TAKEN_BY_GLUE: Final = ("--extra-py-files", "--job-language", MODULES, INSTALLER)
"""Arguments that Glue acts on before the script starts; the others all reach it."""

SPLIT_STDERR: Final = ("/bin/sh", "-c", 'exec "$@" 2>"$0"')
"""Starts a program whose stderr goes to a file: Glue logs both, each in a group of its own."""

State = Literal["SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED"]


@dataclass(frozen=True)
class JobRunSpec:
    """Everything that a run needs to know; frozen when it was started."""

    job: str
    run_id: str
    script_uri: str
    role_arn: str
    arguments: Mapping[str, str]
    """The job's defaults, the run's own over them, those that nothing overrides over both."""

    timeout_s: float
    logs: str = SHARED_LOGS
    """What its two log groups' names begin with."""

    @property
    def output_group(self) -> str:
        """Where the run's stdout is logged."""
        return f"{self.logs}/output"

    @property
    def error_group(self) -> str:
        """Where its stderr is."""
        return f"{self.logs}/error"

    @property
    def log(self) -> str:
        """Where the run's output is logged, as `group/stream`."""
        return f"{self.output_group}/{self.run_id}"


@dataclass(frozen=True)
class JobRunResult:
    """How a run ended."""

    state: State
    message: str = ""
    """Glue's ErrorMessage: the last line on stderr."""

    fact: str = ""
    """The one thing that people want to know of a run that succeeded."""


class LaunchError(Exception):
    """The run cannot begin; the text is its ErrorMessage."""


def run_job(cloud: Cloud, spec: JobRunSpec, stop: threading.Event) -> JobRunResult:
    """Run a job to its end; `stop` ends it early."""
    folder = cloud.workspace.run / "glue" / spec.run_id
    folder.mkdir(parents=True)
    errors = cloud.log_stream(spec.error_group, spec.run_id)
    try:
        script, libraries = _fetch(cloud, spec, folder)
        finished = _run(cloud, spec, folder, script, libraries, stop)
        lines = _read_lines(folder / "stderr")
        for line in lines:
            errors.write(line)
        return _result(cloud, spec, finished, lines)
    except LaunchError as error:
        errors.write(str(error))
        return JobRunResult("FAILED", str(error))
    finally:
        errors.flush()
        shutil.rmtree(folder, ignore_errors=True)


def _fetch(cloud: Cloud, spec: JobRunSpec, folder: Path) -> tuple[Path, list[Path]]:
    """Download the script and the libraries as the job's role.

    Raises:
        LaunchError: the role or an object is missing.
    """
    script = folder / "script.py"
    try:
        s3 = cloud.client("s3", role_arn=spec.role_arn)
    except TwinError as error:
        raise LaunchError(f"LAUNCH ERROR | {' '.join(str(error).split())}") from error
    refused = refused_modules(s3, spec.arguments)
    if refused:
        raise LaunchError(refused)
    _download(s3, spec.script_uri, script)
    given = spec.arguments.get("--extra-py-files", "").split(",")
    uris = [uri.strip() for uri in given if uri.strip()]
    libraries = [folder / f"{number}-{uri.rpartition('/')[2]}" for number, uri in enumerate(uris)]
    for uri, library in zip(uris, libraries, strict=True):
        _download(s3, uri, library)
    return script, libraries


def _download(s3: Any, uri: str, file: Path) -> None:
    source = Location.parse(uri)
    try:
        download(s3, source, file)
    except ClientError as error:
        raise LaunchError(
            f"LAUNCH ERROR | Error downloading from S3 for bucket: {source.bucket}, "
            f"key: {source.key}. {error}"
        ) from error


def _run(
    cloud: Cloud,
    spec: JobRunSpec,
    folder: Path,
    script: Path,
    libraries: list[Path],
    stop: threading.Event,
) -> Finished:
    environment = {
        "PATH": os.defpath,
        **cloud.role_environment(spec.role_arn),
        "PYTHONPATH": os.pathsep.join(map(str, libraries)),
        "PYTHONUNBUFFERED": "1",
    }
    passed = {name: text for name, text in spec.arguments.items() if name not in TAKEN_BY_GLUE}
    own = {"--JOB_NAME": spec.job, "--JOB_RUN_ID": spec.run_id}
    arguments = [part for pair in {**own, **passed}.items() for part in pair]
    return run_process(
        [*SPLIT_STDERR, str(folder / "stderr"), sys.executable, str(script), *arguments],
        cwd=folder,
        env=environment,
        log=cloud.log_stream(spec.output_group, spec.run_id),
        timeout_s=spec.timeout_s,
        cancel=stop,
    )


def _read_lines(file: Path) -> list[str]:
    if not file.exists():
        return []
    return file.read_text("utf-8", "replace").splitlines()


def _result(cloud: Cloud, spec: JobRunSpec, finished: Finished, errors: list[str]) -> JobRunResult:
    if finished.cancelled:
        return JobRunResult("STOPPED")
    if finished.timed_out:
        limit = f"{spec.timeout_s / 60:g} minutes"
        return JobRunResult("TIMEOUT", f"The job run exceeded its timeout of {limit}")
    if finished.ok:
        return JobRunResult("SUCCEEDED", fact=_fact(cloud, spec))
    last = next((line for line in reversed(errors) if line.strip()), "")
    return JobRunResult("FAILED", last or f"exit code {finished.exit_code}, nothing on stderr")


def _fact(cloud: Cloud, spec: JobRunSpec) -> str:
    """Return how many rows the dataset got, if the run was asked for a dataset."""
    request = Location.parse(spec.arguments.get("--request_uri", ""))
    manifest = request.key.removesuffix("request.json") + "manifest.json"
    try:
        found = cloud.client("s3").get_object(Bucket=request.bucket, Key=manifest)
        dataset = json.loads(found["Body"].read())
        rows = dataset["rows"]
        return f"{dataset['model']}: {rows['read']:,} rows, {rows['quarantine']:,} in quarantine"
    except Exception as error:  # noqa: BLE001 - a job that isn't the ETL has no such fact
        return shorten(f"no dataset to be seen ({type(error).__name__})", 80)
