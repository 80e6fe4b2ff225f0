"""The training job of a content: adopted where there is one, otherwise created.

Job names are unique for ever, so a job that failed leaves its name taken: the next attempt gets a
suffix. Asking before creating is what makes one job of many equal events.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from dags.aws import is_missing, is_taken
from dags.errors import PassingError, StepError
from dags.requests import Trained

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_sagemaker.client import SageMakerClient

_LONGEST_NAME: Final = 63
_ENDED_BADLY: Final = ("Failed", "Stopped")
_SERVICES_FAULT: Final = ("InternalServerError", "CapacityError")
"""How SageMaker begins the reason of a failure that was not the program's."""


@dataclass(frozen=True)
class Job:
    """What SageMaker says about a training job."""

    name: str
    status: str
    archive: str
    reason: str

    @property
    def ended(self) -> bool:
        """Whether it runs no more."""
        return self.status == "Completed" or self.status in _ENDED_BADLY


def adopt_or_create(
    client: SageMakerClient,
    request: Mapping[str, Any],
    *,
    poll_seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> Job:
    """Return the job that trains this content: one in progress, one completed, or a new one.

    A job that is being stopped is waited for: until then nobody knows how it ends.

    Raises:
        StepError: so many attempts failed that no name is left.
    """
    first = str(request["TrainingJobName"])
    attempt = 1
    while True:
        name = attempt_name(first, attempt)
        job = describe(client, name)
        while job and job.status == "Stopping":
            sleep(poll_seconds)
            job = describe(client, name)
        if job is None:
            return _create(client, {**request, "TrainingJobName": name})
        if job.status not in _ENDED_BADLY:
            return job
        attempt += 1


def attempt_name(first: str, attempt: int) -> str:
    """Return the name of an attempt."""
    name = first if attempt == 1 else f"{first}-a{attempt}"
    if len(name) > _LONGEST_NAME:
        raise StepError(
            f"training job {first}",
            found=f"{attempt - 1} attempts that failed",
            expected="one that completes",
            do="change what fails (code, settings or data) and push: a new content, a new name",
        )
    return name


def describe(client: SageMakerClient, name: str) -> Job | None:
    """Return the job, or `None` where there is none."""
    try:
        found = client.describe_training_job(TrainingJobName=name)
    except client.exceptions.ClientError as error:
        if is_missing(error):
            return None
        raise
    return Job(
        name,
        found["TrainingJobStatus"],
        found.get("ModelArtifacts", {}).get("S3ModelArtifacts", ""),
        found.get("FailureReason", ""),
    )


def wait(
    client: SageMakerClient,
    name: str,
    *,
    poll_seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> Job:
    """Ask until the job has ended. SageMaker's own time limit ends each job."""
    while not (job := existing(client, name)).ended:
        sleep(poll_seconds)
    return job


def existing(client: SageMakerClient, name: str) -> Job:
    """Return a job that was there a moment ago."""
    job = describe(client, name)
    if job is None:
        raise PassingError(
            f"training job {name}", found="nothing", expected="the job that was created", do="wait"
        )
    return job


def result(job: Job) -> Trained:
    """Return what a job made.

    Raises:
        PassingError: the service failed, so that another attempt may complete.
        StepError: the program failed, or somebody or the time limit stopped it.
    """
    if job.status == "Completed":
        return Trained(job.name, job.archive)
    fault = PassingError if job.reason.startswith(_SERVICES_FAULT) else StepError
    raise fault(
        f"training job {job.name}",
        found=f"{job.status} ({job.reason or 'no reason given'})",
        expected="Completed",
        do="read the job's log, mend what it says, push; a run of the same content tries again",
    )


def _create(client: SageMakerClient, request: dict[str, Any]) -> Job:
    name = str(request["TrainingJobName"])
    try:
        client.create_training_job(**cast("Any", request))
    except client.exceptions.ClientError as error:
        if not is_taken(error):
            raise
        # Somebody was faster, or the answer to an earlier request was lost on the way.
    return existing(client, name)
