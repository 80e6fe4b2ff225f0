"""What the twin completes in moto's Glue jobs: what Glue refuses, UpdateJob, what moto forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from botocore import xform_name
from moto.glue import models
from moto.glue.exceptions import GlueClientError, JobNotFoundException
from moto.glue.responses import GlueResponse

from twin.executors.glue_jobs import SHARED_LOGS
from twin.services.json_protocol import parameters
from twin.services.roles import is_taken_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.core.responses import ActionResult

    from twin.cloud import Cloud

RESERVED: Final = ("--conf", "--debug", "--mode", "--JOB_NAME", "--endpoint")
"""Arguments that Glue keeps for itself: "do not set".

Reference: https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html
"""

PRINCIPAL: Final = "glue.amazonaws.com"
DEFAULT_TIMEOUT_MINUTES: Final = 480
"""Of Glue 5.0 and later."""

KEPT: Final = ("JobRunQueuingEnabled", "JobMode", "MaintenanceWindow")
"""Members of a job that moto forgets."""

UPDATED: Final = (
    *("Description", "LogUri", "Role", "ExecutionProperty", "Command", "DefaultArguments"),
    *("NonOverridableArguments", "Connections", "MaxRetries", "AllocatedCapacity", "Timeout"),
    *("MaxCapacity", "SecurityConfiguration", "NotificationProperty", "GlueVersion"),
    *("NumberOfWorkers", "WorkerType", "CodeGenConfigurationNodes", "ExecutionClass"),
    "SourceControlDetails",
)
"""Members of a job that UpdateJob replaces, all of them: what is not given is empty afterwards."""

_MotoJob = models.FakeJob
_moto_create_job = GlueResponse.create_job


class TwinJob(_MotoJob):
    """A job as moto keeps it, with what moto forgets of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: dict[str, Any] = {}
        self.timeout = self.timeout or DEFAULT_TIMEOUT_MINUTES

    def as_dict(self) -> dict[str, Any]:
        """Return the job as GetJob shows it."""
        shown = {**super().as_dict(), **self.kept}
        return {name: value for name, value in shown.items() if value is not None}

    @property
    def logs(self) -> str:
        """What the names of its runs' log groups begin with.

        A security configuration that encrypts logs gives a job groups of its own.
        """
        name = str(self.security_configuration or "")
        if not name:
            return SHARED_LOGS
        found = self.backend.get_security_configuration(name).configuration
        mode = found.get("CloudWatchEncryption", {}).get("CloudWatchEncryptionMode")
        role = str(self.role).rpartition("/")[2]
        return f"{SHARED_LOGS}/{name}-role/{role}" if mode == "SSE-KMS" else SHARED_LOGS

    @property
    def most_runs(self) -> int:
        """How many runs may be under way at a time."""
        return int(self.execution_property.get("MaxConcurrentRuns", 1))


class Jobs:
    """The operations on jobs that moto lacks or is too kind in."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def create_job(self, request: GlueResponse) -> ActionResult:
        """Create a job; refuse what Glue refuses."""
        sent = parameters(request)
        if sent["Name"] in request.glue_backend.jobs:
            raise GlueClientError(
                "IdempotentParameterMismatchException",
                f"Job with name {sent['Name']} already submitted with different configuration",
            )
        self._check(sent)
        answer = _moto_create_job(request)
        _keep(request.glue_backend.jobs[sent["Name"]], sent)
        return answer

    def update_job(self, request: GlueResponse, sent: dict[str, Any]) -> dict[str, Any]:
        """Replace a job's definition; its runs and tags stay."""
        backend, update = request.glue_backend, sent["JobUpdate"]
        former: Any = find_job(request, sent["JobName"])
        self._check(update)
        given: dict[str, Any] = {xform_name(name): update.get(name) for name in UPDATED}
        job = TwinJob(name=sent["JobName"], tags={}, backend=backend, **given)
        job.created_on = former.created_on
        _keep(job, update)
        backend.jobs[sent["JobName"]] = job
        return {"JobName": sent["JobName"]}

    def _check(self, sent: Mapping[str, Any]) -> None:
        if not sent.get("Command", {}).get("ScriptLocation"):
            raise _invalid("Command.ScriptLocation must be given")
        if sent.get("MaxRetries"):
            raise _invalid("The twin plays no retries of Glue's own: MaxRetries must be 0")
        for member in ("DefaultArguments", "NonOverridableArguments"):
            refuse_reserved(sent.get(member))
        self._require_role(str(sent["Role"]))

    def _require_role(self, role: str) -> None:
        """Refuse a role that does not exist or that Glue may not assume."""
        if not is_taken_on(self._cloud.account, role_arn(self._cloud, role), PRINCIPAL):
            raise _invalid(f"Role {role} should be given assume role permissions for Glue Service.")


def find_job(request: GlueResponse, name: str) -> TwinJob:
    """Return a job, or refuse as Glue does."""
    if name not in request.glue_backend.jobs:
        raise JobNotFoundException(name)
    return cast("TwinJob", request.glue_backend.jobs[name])


def role_arn(cloud: Cloud, role: str) -> str:
    """Return a role's ARN: a job may name it by its name alone."""
    return role if role.startswith("arn:") else f"arn:aws:iam::{cloud.account}:role/{role}"


def _keep(job: Any, sent: Mapping[str, Any]) -> None:
    job.kept = {name: sent[name] for name in KEPT if name in sent}


def refuse_reserved(arguments: Mapping[str, Any] | None) -> None:
    """Refuse arguments that only Glue may set."""
    found = sorted(set(arguments or ()) & set(RESERVED))
    if found:
        raise _invalid(f"Arguments {', '.join(found)} are internal to AWS Glue. Do not set them.")


def _invalid(message: str) -> GlueClientError:
    return GlueClientError("InvalidInputException", message)
