"""A training job, as SageMaker runs it: channels in, one process, archives out.

The story in order is in `run_training`. It runs one host, whatever the job's instance type is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from botocore.exceptions import ClientError

from twin.execution import Finished, run_process
from twin.executors.containers import Location, download, list_keys, pack

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from twin.cloud import Cloud
    from twin.execution import LineSink
    from twin.executors.containers import Images

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
LONGEST_REASON = 1_024
HOST = "algo-1"

Status = Literal["Completed", "Failed", "Stopped"]
Phase = Literal["Downloading", "Training", "Uploading"]


@dataclass(frozen=True)
class Channel:
    """One input of a job."""

    name: str
    kind: str
    """`S3Prefix` or `ManifestFile`."""

    uri: str


@dataclass(frozen=True)
class TrainingSpec:
    """Everything that a job needs to know; frozen when it was created."""

    name: str
    arn: str
    role_arn: str
    image_digest: str
    hyperparameters: Mapping[str, str]
    channels: tuple[Channel, ...]
    output_uri: str
    output_key: str | None
    """KMS key of what the job writes."""

    environment: Mapping[str, str]
    max_runtime_s: float
    instance_type: str
    metrics: tuple[tuple[str, str], ...]
    """Names and regular expressions of the metric definitions."""

    @property
    def log_stream(self) -> str:
        """The job's log stream."""
        return f"{self.name}/{HOST}"


@dataclass(frozen=True)
class TrainingResult:
    """How a job ended."""

    status: Status
    secondary: str
    """`Completed`, `Failed`, `Stopped` or `MaxRuntimeExceeded`."""

    reason: str = ""
    artifact: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])
    evaluation: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The model's `evaluation.json`, if it has one: for the one fact that people see."""


class JobError(Exception):
    """The job cannot go on; the text is its FailureReason."""


def run_training(
    cloud: Cloud,
    spec: TrainingSpec,
    images: Images,
    stop: threading.Event,
    enter: Callable[[Phase], None],
) -> TrainingResult:
    """Run a job to its end; `enter` is told of each phase, `stop` ends it early."""
    base = cloud.workspace.run / "training" / spec.name
    log = MetricLog(cloud.log_stream(LOG_GROUP, spec.log_stream), spec.metrics)
    s3 = cloud.client("s3", role_arn=spec.role_arn)
    try:
        enter("Downloading")
        lay_out(base, spec)
        for channel in spec.channels:
            fetch_channel(s3, spec, channel, base / "input" / "data" / channel.name)
        enter("Training")
        finished = _train(cloud, spec, images, base, log, stop)
        enter("Uploading")
        artifact = _upload(cloud, spec, base, finished)
        return _result(base, finished, artifact, log)
    except JobError as error:
        log.write(str(error))
        return TrainingResult("Failed", "Failed", str(error)[:LONGEST_REASON])
    finally:
        log.flush()
        shutil.rmtree(base, ignore_errors=True)


class MetricLog:
    """Passes lines on to the job's log and keeps the last value of each metric."""

    def __init__(self, log: LineSink, definitions: tuple[tuple[str, str], ...]) -> None:
        self._log = log
        self._patterns = [(name, re.compile(pattern)) for name, pattern in definitions]
        self.metrics: dict[str, float] = {}

    def write(self, line: str) -> None:
        """Take one line."""
        self._log.write(line)
        for name, pattern in self._patterns:
            found = pattern.search(line)
            if found:
                self._keep(name, found.group(1))

    def flush(self) -> None:
        """Pass on what waits."""
        self._log.flush()

    def _keep(self, name: str, text: str) -> None:
        try:
            self.metrics[name] = float(text)
        except ValueError:
            return  # as SageMaker does: what is no number is no metric


def lay_out(base: Path, spec: TrainingSpec) -> None:
    """Make the folders and configuration files that a container finds."""
    shutil.rmtree(base, ignore_errors=True)
    config = base / "input" / "config"
    for folder in (config, base / "input" / "data", base / "model", base / "output" / "data"):
        folder.mkdir(parents=True)
    channels = {
        channel.name: {"TrainingInputMode": "File", "S3DistributionType": "FullyReplicated"}
        for channel in spec.channels
    }
    resources = {
        "current_host": HOST,
        "current_instance_type": spec.instance_type,
        "hosts": [HOST],
        "network_interface_name": "lo",
    }
    for name, document in (
        ("hyperparameters", spec.hyperparameters),
        ("inputdataconfig", channels),
        ("resourceconfig", resources),
    ):
        (config / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


def fetch_channel(s3: Any, spec: TrainingSpec, channel: Channel, folder: Path) -> None:
    """Download a channel's objects, as SageMaker's File mode lays them out.

    Raises:
        JobError: there is nothing, or an object cannot be read.
    """
    folder.mkdir(parents=True)
    try:
        found = _objects(s3, channel)
        for source, name in found:
            download(s3, source, folder / name)
    except ClientError as error:
        raise JobError(f"ClientError: Data download failed: {error}") from error
    if not found:
        raise JobError(
            f'ClientError: Data download failed: No S3 objects found under S3 URL "{channel.uri}" '
            f'given in input data source of channel "{channel.name}". Please ensure that objects '
            f'exist under that S3 prefix, and that the role "{spec.role_arn}" may list them.'
        )


def _objects(s3: Any, channel: Channel) -> list[tuple[Location, str]]:
    """Return a channel's objects and the names that their files get."""
    place = Location.parse(channel.uri)
    if channel.kind == "ManifestFile":
        return _listed(s3, place)
    folder = place.key.rpartition("/")[0]
    return [
        (Location(place.bucket, key), key.removeprefix(folder).lstrip("/"))
        for key in list_keys(s3, place)
    ]


def _listed(s3: Any, place: Location) -> list[tuple[Location, str]]:
    """Read a manifest: a JSON array of one prefix and the keys below it."""
    content = s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
    try:
        first, *names = json.loads(content)
        prefix = str(first["prefix"])
        relative = [str(name) for name in names]
    except (ValueError, TypeError, KeyError) as error:
        raise JobError(
            f"ClientError: Data download failed: the manifest {place.uri} is not a JSON array of "
            f'{{"prefix": ...}} and keys: {error}'
        ) from error
    return [(Location.parse(prefix + name), name) for name in relative]


def _train(
    cloud: Cloud,
    spec: TrainingSpec,
    images: Images,
    base: Path,
    log: MetricLog,
    stop: threading.Event,
) -> Finished:
    image = images.find(spec.image_digest)
    environment = {
        "PATH": os.defpath,
        **cloud.role_environment(spec.role_arn),
        **image.environment,
        **spec.environment,
        "SAGEMAKER_BASE_DIR": str(base),
        "TRAINING_JOB_NAME": spec.name,
        "TRAINING_JOB_ARN": spec.arn,
    }
    return run_process(
        image.command("train"),
        cwd=image.cwd,
        env=environment,
        log=log,
        timeout_s=spec.max_runtime_s,
        cancel=stop,
    )


def _upload(cloud: Cloud, spec: TrainingSpec, base: Path, finished: Finished) -> str:
    """Upload the model and the job's other output; return the model's address.

    A job that failed leaves no model. One that was stopped does: what it had by then.
    """
    s3 = cloud.client("s3", role_arn=spec.role_arn)
    target = Location.parse(f"{spec.output_uri.rstrip('/')}/{spec.name}/output/")
    archives = [("output.tar.gz", base / "output" / "data")]
    if finished.ok or finished.timed_out or finished.cancelled:
        archives.append(("model.tar.gz", base / "model"))
    uploaded = [
        _upload_archive(s3, spec, folder, Location(target.bucket, target.key + name))
        for name, folder in archives
        if any(folder.iterdir()) or (name == "model.tar.gz" and finished.ok)
    ]
    return next((uri for uri in uploaded if uri.endswith("/model.tar.gz")), "")


def _upload_archive(s3: Any, spec: TrainingSpec, folder: Path, target: Location) -> str:
    archive = folder.with_suffix(".tar.gz")
    pack(folder, archive)
    key = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": spec.output_key}
    try:
        with archive.open("rb") as stream:
            s3.put_object(
                Bucket=target.bucket,
                Key=target.key,
                Body=stream,
                **(key if spec.output_key else {}),
            )
    except ClientError as error:
        raise JobError(f"ClientError: Artifact upload failed: {error}") from error
    return target.uri


def _result(base: Path, finished: Finished, artifact: str, log: MetricLog) -> TrainingResult:
    if finished.cancelled or finished.timed_out:
        secondary = "Stopped" if finished.cancelled else "MaxRuntimeExceeded"
        return TrainingResult("Stopped", secondary, artifact=artifact, metrics=log.metrics)
    if finished.ok:
        evaluation = _read_evaluation(base / "model" / "evaluation.json")
        return TrainingResult(
            "Completed",
            "Completed",
            artifact=artifact,
            metrics=log.metrics,
            evaluation=evaluation,
        )
    failure = base / "output" / "failure"
    cause = failure.read_text("utf-8", "replace") if failure.exists() else finished.last_line
    exit_code = f", exit code: {finished.exit_code}"
    reason = f"AlgorithmError: {cause}"[: LONGEST_REASON - len(exit_code)] + exit_code
    return TrainingResult("Failed", "Failed", reason, metrics=log.metrics)


def _read_evaluation(file: Path) -> Mapping[str, Any]:
    try:
        found: object = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
