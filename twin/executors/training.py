"""A training job, as SageMaker runs it: channels in, a process for each host, archives out.

The story in order is in `run_training`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from botocore.exceptions import ClientError

from twin.execution import GRACE_SECONDS, Finished, run_process
from twin.executors.containers import Location, encryption, pack
from twin.executors.spot import NOTICE_SECONDS, Ending, Kept, outlive
from twin.executors.training_hosts import gather, meeting, run_hosts
from twin.executors.training_inputs import SPILLED, JobError, TrainingSpec, fetch_channel, lay_out

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from twin.cloud import Cloud
    from twin.execution import LineSink
    from twin.executors.containers import Images

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
LONGEST_REASON = 1_024

Status = Literal["Completed", "Failed", "Stopped"]
Phase = Literal["Starting", "Downloading", "Training", "Interrupted", "Uploading"]


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

    said: str = ""
    """What a comparison found, if the job was one: the same."""


def run_training(
    cloud: Cloud,
    spec: TrainingSpec,
    images: Images,
    stop: threading.Event,
    enter: Callable[[Phase], None],
) -> TrainingResult:
    """Run a job to its end; `enter` is told of each phase, `stop` ends it early."""
    base = cloud.workspace.run / "training" / spec.name
    bases = {host: base / host for host in spec.hosts}
    s3 = cloud.client("s3", role_arn=spec.role_arn)
    logs = _logs(cloud, spec)
    kept = Kept(s3, spec.checkpoints_uri, tuple(base / "checkpoints" for base in bases.values()))

    def attempt(ending: Ending) -> tuple[str, Finished]:
        enter("Downloading")
        _prepare(s3, spec, bases, kept)
        enter("Training")
        told = replace(spec, environment={**meeting(spec.hosts), **spec.environment})

        def train(host: str, cancel: threading.Event) -> Finished:
            return _train(cloud, told, images, bases[host], logs[host], cancel)

        ended = run_hosts(spec.hosts, train, ending)
        kept.keep()
        return ended

    try:
        ending = Ending(stop, kept.folders, spec.interruption)
        decided, finished = outlive(ending, attempt, enter)
        enter("Uploading")
        first = gather([*bases.values()])
        artifact = _upload(cloud, spec, first, finished)
        return _result(bases[decided], finished, artifact, _metrics(logs.values()))
    except JobError as error:
        next(iter(logs.values())).write(str(error))
        return TrainingResult("Failed", "Failed", str(error)[:LONGEST_REASON])
    finally:
        for log in logs.values():
            log.flush()
        shutil.rmtree(base, ignore_errors=True)


def _prepare(s3: Any, spec: TrainingSpec, bases: Mapping[str, Path], kept: Kept) -> None:
    for host, folder in bases.items():
        lay_out(folder, spec, host)
        for channel in spec.channels:
            fetch_channel(s3, spec, channel, folder / "input" / "data" / channel.name, host)
    kept.bring()


def _logs(cloud: Cloud, spec: TrainingSpec) -> dict[str, MetricLog]:
    return {
        host: MetricLog(cloud.log_stream(LOG_GROUP, spec.log_stream(host)), spec.metrics)
        for host in spec.hosts
    }


def _metrics(logs: Iterable[MetricLog]) -> dict[str, float]:
    return {name: value for log in logs for name, value in log.metrics.items()}


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
        "TMPDIR": str(base / SPILLED),
        "SAGEMAKER_BASE_DIR": str(base),
        "TRAINING_JOB_NAME": spec.name,
        "TRAINING_JOB_ARN": spec.arn,
    }
    return run_process(
        image.command(*spec.arguments, entrypoint=spec.entrypoint),
        cwd=image.cwd,
        env=environment,
        log=log,
        timeout_s=spec.max_runtime_s,
        cancel=stop,
        grace_s=NOTICE_SECONDS if spec.interruption else GRACE_SECONDS,
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
    try:
        with archive.open("rb") as stream:
            s3.put_object(
                Bucket=target.bucket, Key=target.key, Body=stream, **encryption(spec.output_key)
            )
    except ClientError as error:
        raise JobError(f"ClientError: Artifact upload failed: {error}") from error
    return target.uri


def _result(
    base: Path, finished: Finished, artifact: str, metrics: Mapping[str, float]
) -> TrainingResult:
    if finished.cancelled or finished.timed_out:
        secondary = "Stopped" if finished.cancelled else "MaxRuntimeExceeded"
        return TrainingResult("Stopped", secondary, artifact=artifact, metrics=metrics)
    if finished.ok:
        evaluation = _read(base / "model" / "evaluation.json")
        return TrainingResult(
            "Completed",
            "Completed",
            artifact=artifact,
            metrics=metrics,
            evaluation=evaluation,
            said=_beside(_read(base / "model" / "comparison.json")),
        )
    failure = base / "output" / "failure"
    cause = failure.read_text("utf-8", "replace") if failure.exists() else finished.last_line
    exit_code = f", exit code: {finished.exit_code}"
    reason = f"AlgorithmError: {cause}"[: LONGEST_REASON - len(exit_code)] + exit_code
    return TrainingResult("Failed", "Failed", reason, metrics=metrics)


def _beside(comparison: Mapping[str, Any]) -> str:
    if not comparison:
        return ""
    if comparison.get("not_worse") is None:
        return "not to be compared with the model in service"
    word = "not worse" if comparison["not_worse"] else "worse"
    change = comparison["difference"]["value"]
    return f"{word} than the model in service ({comparison['metric']} {change:+.3f})"


def _read(file: Path) -> Mapping[str, Any]:
    try:
        found: object = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
