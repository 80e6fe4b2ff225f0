"""What the twin completes in moto's SageMaker: batch transforms that ask a model about objects.

moto's are done when they are created, and write nothing.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.sagemaker.exceptions import SagemakerClientError
from moto.sagemaker.responses import SageMakerResponse

from twin.executors.transform import MEGABYTE, TransformError, TransformSpec, run_transform
from twin.services.sagemaker_rules import answer_with, refused, require_image

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud
    from twin.executors.containers import Images

_moto_create = SageMakerResponse.create_transform_job

USUAL_MB: Final = 6
MOST_MB: Final = 100
"""Of a request, and of all that are under way at once."""


def install(cloud: Cloud, images: Images | None = None) -> None:
    """Complete moto's transform jobs for this cloud."""
    if images is None:
        from twin.images import ImageStore

        images = ImageStore(cloud.workspace)
    jobs = TransformJobs(cloud, images)
    answer_with({"create_transform_job": jobs.create, "stop_transform_job": jobs.stop})
    cloud.on_stop(jobs.stop_all)


class TransformJobs:
    """The operations on transform jobs, and the threads in which jobs run."""

    def __init__(self, cloud: Cloud, images: Images) -> None:
        self._cloud = cloud
        self._images = images
        self._lock = threading.Lock()
        self._stops: dict[str, threading.Event] = {}

    def create(self, response: Any) -> ActionResult:
        """Create a job and start it."""
        parameters = dict(response.params)
        name, backend = parameters["TransformJobName"], response.sagemaker_backend
        _check(parameters)
        try:
            model = backend.describe_model(parameters["ModelName"])
        except SagemakerClientError as error:
            raise refused(f'Could not find model "{parameters["ModelName"]}".') from error
        digest = require_image(self._cloud, model.primary_container["Image"])
        with self._lock:
            if name in backend.transform_jobs:
                raise refused(
                    "Job name must be unique within an AWS account and region, and a job with "
                    f"this name already exists ({backend.transform_jobs[name].arn})",
                    code="ResourceInUse",
                )
            answer = _moto_create(response)
            job = backend.transform_jobs[name]
            job.transform_job_status, job.transform_end_time = "InProgress", None
            self._stops[name] = threading.Event()
        spec = transform_spec(parameters, model, digest)
        self._cloud.start(f"transform {name}", lambda: self._run(job, spec))
        return answer

    def stop(self, response: Any) -> ActionResult:
        """Ask a job to end."""
        name = response.params["TransformJobName"]
        job = response.sagemaker_backend.transform_jobs.get(name)
        if job is None or job.transform_job_status != "InProgress":
            raise refused("The request was rejected because the transform job is not in progress.")
        job.transform_job_status = "Stopping"
        self._stops[name].set()
        return EmptyResult()

    def stop_all(self) -> None:
        """End what runs: the twin stops."""
        for stop in tuple(self._stops.values()):
            stop.set()

    def _run(self, job: Any, spec: TransformSpec) -> None:
        status, reason = "Failed", ""
        try:
            ended = run_transform(self._cloud, spec, self._images, self._stops[spec.name])
            status = "Completed" if ended else "Stopped"
        except TransformError as error:
            reason = str(error)
        except Exception as error:
            reason = f"InternalServerError: {error}"
            raise
        finally:
            job.failure_reason = reason[:1_024]
            job.transform_end_time = utcnow()
            job.transform_job_status = status  # last: who waits looks at it alone


def transform_spec(parameters: Mapping[str, Any], model: Any, digest: str) -> TransformSpec:
    """Freeze what a job needs. What it does not say is as our image's `/execution-parameters`."""
    source, target = parameters["TransformInput"], parameters["TransformOutput"]
    container = model.primary_container
    own: dict[str, str] = parameters.get("Environment") or {}
    processing: dict[str, str] = parameters.get("DataProcessing") or {}
    megabytes = parameters.get("MaxPayloadInMB")
    return TransformSpec(
        name=parameters["TransformJobName"],
        role_arn=model.execution_role_arn,
        image_digest=digest,
        model_uri=container["ModelDataUrl"],
        environment={**(container.get("Environment") or {}), **own},
        source=source["DataSource"]["S3DataSource"]["S3Uri"],
        target=target["S3OutputPath"],
        output_key=target.get("KmsKeyId") or "",
        content_type=source.get("ContentType") or "",
        accept=target.get("Accept") or "",
        by_line=source.get("SplitType") == "Line",
        several=parameters.get("BatchStrategy", "MultiRecord") == "MultiRecord",
        assemble_by_line=target.get("AssembleWith") == "Line",
        join_input=processing.get("JoinSource") == "Input",
        largest=(USUAL_MB if megabytes is None else megabytes or MOST_MB) * MEGABYTE,
        at_once=parameters.get("MaxConcurrentTransforms") or 1,
    )


def _check(parameters: Mapping[str, Any]) -> None:
    """Refuse what SageMaker refuses, and what the twin does not do."""
    source, target = parameters["TransformInput"], parameters["TransformOutput"]
    processing: dict[str, str] = parameters.get("DataProcessing") or {}
    megabytes = parameters.get("MaxPayloadInMB") or USUAL_MB
    if megabytes * (parameters.get("MaxConcurrentTransforms") or 1) > MOST_MB:
        raise refused(f"MaxConcurrentTransforms * MaxPayloadInMB must not exceed {MOST_MB} MB.")
    if source["DataSource"]["S3DataSource"]["S3DataType"] != "S3Prefix":
        raise refused("The twin transforms the objects of an S3Prefix alone.")
    if source.get("CompressionType", "None") != "None":
        raise refused("The twin transforms objects without CompressionType alone.")
    if source.get("SplitType", "None") not in ("None", "Line"):
        raise refused("The twin splits objects by Line or not at all (SplitType).")
    if "InputFilter" in processing or "OutputFilter" in processing:
        raise refused("The twin knows no InputFilter and no OutputFilter.")
    if processing.get("JoinSource", "None") != "None":
        lines = source.get("SplitType") == "Line" and target.get("AssembleWith") == "Line"
        csv = (source.get("ContentType"), target.get("Accept")) == ("text/csv", "text/csv")
        if not lines or not csv:
            raise refused(
                "The twin joins text/csv alone, with SplitType and AssembleWith Line, and that "
                "said by ContentType and Accept."
            )
