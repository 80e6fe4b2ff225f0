"""What the twin completes in moto's SageMaker: training jobs that run, end, fail and stop.

moto's are done when they are created, forget their environment and metric definitions, and take a
name twice.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.sagemaker import models
from moto.sagemaker.responses import SageMakerResponse

from twin.executors.training import LOG_GROUP, TrainingResult, run_training
from twin.executors.training_inputs import Channel, TrainingSpec
from twin.services.sagemaker_networks import require_network
from twin.services.sagemaker_rules import (
    answer_with,
    refuse_volume_key,
    refused,
    require_image,
    require_role,
)
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud
    from twin.executors.containers import Images
    from twin.executors.training import Phase
    from twin.timeline import State

_MotoTrainingJob = models.FakeTrainingJob
_moto_create_training_job = SageMakerResponse.create_training_job

CHECKPOINTS: Final = "/opt/ml/checkpoints"

RUNNING: Final = ("InProgress", "Stopping")

MESSAGES: Final[Mapping[str, str]] = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading the input data",
    "Training": "Training image download completed. Training in progress.",
    "Interrupted": "The managed spot training instances were interrupted",
    "Uploading": "Uploading generated training model",
    "Stopping": "Stopping the training job",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
}


def install(cloud: Cloud, images: Images | None = None, interruption: str = "") -> None:
    """Complete moto's training jobs for this cloud.

    `interruption` says when those on spot capacity lose their machines: after so many seconds, at
    their first `checkpoint`, or, if it is empty, never.
    """
    if images is None:
        from twin.images import ImageStore

        images = ImageStore(cloud.workspace)
    jobs = TrainingJobs(cloud, images, interruption)
    models.FakeTrainingJob = TwinTrainingJob
    answer_with(
        {
            "create_training_job": jobs.create,
            "describe_training_job": jobs.describe,
            "stop_training_job": jobs.stop,
        }
    )
    cloud.on_stop(jobs.stop_all)


class TwinTrainingJob(_MotoTrainingJob):
    """A job as moto keeps it, with the state that its executor gives it.

    Every attribute becomes a member of the answer to DescribeTrainingJob.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        definitions = list(kwargs["algorithm_specification"].get("MetricDefinitions") or ())
        super().__init__(*args, **kwargs)
        self.algorithm_specification["MetricDefinitions"] = definitions
        self.environment: dict[str, str] = {}
        self.training_job_status = "InProgress"
        self.model_artifacts: Any = None
        self.training_start_time: Any = None
        self.training_end_time: Any = None
        self.final_metric_data_list: list[dict[str, Any]] = []
        self.secondary_status_transitions: list[dict[str, Any]] = []
        self.enter("Starting")

    def enter(self, status: str) -> None:
        """Begin a secondary status, which ends the one before."""
        now = utcnow()
        if self.secondary_status_transitions:
            self.secondary_status_transitions[-1]["EndTime"] = now
        if status == "Training":
            self.training_start_time = self.training_start_time or now
        self.secondary_status = status
        self.last_modified_time = now
        self.secondary_status_transitions.append(
            {"Status": status, "StartTime": now, "StatusMessage": MESSAGES[status]}
        )

    def finish(self, result: TrainingResult) -> None:
        """Take over how the executor says that it ended; the status comes last."""
        self.enter(result.secondary)
        now = utcnow()
        self.secondary_status_transitions[-1]["EndTime"] = now
        self.training_end_time = now
        self.training_start_time = self.training_start_time or now
        self.training_time_in_seconds = int((now - self.training_start_time).total_seconds())
        self.billable_time_in_seconds = self.training_time_in_seconds
        if result.artifact:
            self.model_artifacts = {"S3ModelArtifacts": result.artifact}
        if result.reason:
            self.failure_reason = result.reason
        self.final_metric_data_list = [
            {"MetricName": name, "Value": value, "Timestamp": now}
            for name, value in result.metrics.items()
        ]
        self.training_job_status = result.status


class TrainingJobs:
    """The operations on training jobs, and the threads in which jobs run."""

    def __init__(self, cloud: Cloud, images: Images, interruption: str) -> None:
        self._interruption = interruption
        self._cloud = cloud
        self._images = images
        self._lock = threading.Lock()
        self._stops: dict[str, threading.Event] = {}

    def create(self, response: SageMakerResponse) -> ActionResult:
        """Create a job and start it."""
        parameters = dict(response.params)
        digest = self._check(parameters)
        name = parameters["TrainingJobName"]
        with self._lock:
            self._refuse_taken(response, name)
            answer = _moto_create_training_job(response)
            self._stops[name] = threading.Event()
        job: Any = response.sagemaker_backend.training_jobs[name]
        job.environment = dict(parameters.get("Environment") or {})
        spec = training_spec(job, digest, self._interruption)
        self._record(job, "started", f"{name} on {spec.instance_type}")
        self._cloud.start(f"training {name}", lambda: self._run(job, spec))
        return answer

    def describe(self, response: SageMakerResponse) -> ActionResult:
        """Return what there is to say about a job."""
        return ActionResult(_find(response).response_object)

    def stop(self, response: SageMakerResponse) -> ActionResult:
        """Ask a job to end; what it has by then is uploaded."""
        job = _find(response)
        with self._lock:
            if job.training_job_status != "InProgress":
                raise refused(
                    "The request was rejected because the training job is in status "
                    f"{job.training_job_status}."
                )
            job.training_job_status = "Stopping"
            job.enter("Stopping")
            self._stops[job.training_job_name].set()
        return EmptyResult()

    def stop_all(self) -> None:
        """End what runs: the twin stops."""
        for stop in tuple(self._stops.values()):
            stop.set()

    # ---- refusals ---------------------------------------------------------------------------

    def _check(self, parameters: Mapping[str, Any]) -> str:
        """Return the image's digest, or refuse what SageMaker refuses."""
        resources = parameters["ResourceConfig"]
        instance_type = resources.get("InstanceType", "")
        refuse_volume_key(resources.get("VolumeKmsKeyId"), instance_type, "VolumeKmsKeyId")
        _check_waiting(parameters)
        _check_checkpoints(parameters)
        require_role(self._cloud, parameters["RoleArn"])
        require_network(self._cloud, parameters.get("VpcConfig"))
        image = parameters["AlgorithmSpecification"].get("TrainingImage")
        if not image:
            raise refused("The twin trains with TrainingImage alone: AlgorithmName is not there.")
        return require_image(self._cloud, image)

    def _refuse_taken(self, response: SageMakerResponse, name: str) -> None:
        taken: Any = response.sagemaker_backend.training_jobs.get(name)
        if taken is not None:
            raise refused(
                "Training job names must be unique within an AWS account and region, and a "
                f"training job with this name already exists ({taken.arn})",
                code="ResourceInUse",
            )

    # ---- running ----------------------------------------------------------------------------

    def _run(self, job: TwinTrainingJob, spec: TrainingSpec) -> None:
        def enter(phase: Phase) -> None:
            if job.training_job_status == "InProgress":
                job.enter(phase)

        try:
            stop = self._stops[spec.name]
            result = run_training(self._cloud, spec, self._images, stop, enter)
        except Exception as error:
            reason = f"InternalServerError: {error}"[:1_024]
            self._finish(job, spec, TrainingResult("Failed", "Failed", reason))
            raise
        self._finish(job, spec, result)

    def _finish(self, job: TwinTrainingJob, spec: TrainingSpec, result: TrainingResult) -> None:
        with self._lock:
            job.finish(result)
        state: State = "succeeded" if result.status == "Completed" else "failed"
        how = _how(job, spec) if state == "succeeded" else ""
        self._record(job, state, f"{_fact(spec, result)}{how}")
        self._announce(job)

    def _announce(self, job: TwinTrainingJob) -> None:
        """Tell EventBridge how the job ended."""
        detail = {
            "TrainingJobName": job.training_job_name,
            "TrainingJobArn": job.arn,
            "TrainingJobStatus": job.training_job_status,
            "SecondaryStatus": job.secondary_status,
            "FailureReason": getattr(job, "failure_reason", None) or "",
        }
        kind = "SageMaker Training Job State Change"
        self._cloud.emit("aws.sagemaker", kind, detail, [job.arn])

    def _record(self, job: TwinTrainingJob, state: State, fact: str) -> None:
        self._cloud.timeline.record(
            Step.TRAINING,
            state,
            run=tag(job.tags, "run-id"),
            resource=job.training_job_name,
            fact=fact,
            log=f"{LOG_GROUP}/{job.training_job_name}/algo-1",
        )


def training_spec(job: Any, digest: str, interruption: str = "") -> TrainingSpec:
    """Freeze what a job needs from moto's state."""
    algorithm = job.algorithm_specification
    return TrainingSpec(
        name=job.training_job_name,
        arn=job.arn,
        role_arn=job.role_arn,
        image_digest=digest,
        hyperparameters=dict(job.hyper_parameters or {}),
        channels=tuple(_channel(channel) for channel in job.input_data_config or ()),
        output_uri=job.output_data_config["S3OutputPath"],
        output_key=job.output_data_config.get("KmsKeyId") or None,
        environment=dict(job.environment),
        max_runtime_s=job.stopping_condition.get("MaxRuntimeInSeconds", 86_400),
        instance_type=job.resource_config.get("InstanceType", ""),
        metrics=tuple((one["Name"], one["Regex"]) for one in algorithm["MetricDefinitions"]),
        entrypoint=tuple(algorithm.get("ContainerEntrypoint") or ()),
        arguments=tuple(algorithm.get("ContainerArguments") or ("train",)),
        instances=job.resource_config.get("InstanceCount", 1),
        checkpoints_uri=str(job.checkpoint_config["S3Uri"]) if job.checkpoint_config else "",
        interruption=interruption if job.enable_managed_spot_training else "",
    )


def tag(tags: list[dict[str, str]], key: str) -> str:
    """Return the value of a tag, or an empty text."""
    return next((one["Value"] for one in tags if one["Key"] == key), "")


def _channel(channel: Mapping[str, Any]) -> Channel:
    source = channel["DataSource"]["S3DataSource"]
    sharded = source.get("S3DataDistributionType") == "ShardedByS3Key"
    return Channel(channel["ChannelName"], source["S3DataType"], source["S3Uri"], sharded)


def _check_waiting(parameters: Mapping[str, Any]) -> None:
    condition = parameters["StoppingCondition"]
    wait = condition.get("MaxWaitTimeInSeconds")
    if parameters.get("EnableManagedSpotTraining"):
        if wait is None or wait < condition.get("MaxRuntimeInSeconds", 86_400):
            raise refused(
                "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
                "MaxRuntimeInSeconds"
            )
    elif wait is not None:
        raise refused("MaxWaitTimeInSeconds is only supported for managed spot training jobs")


def _check_checkpoints(parameters: Mapping[str, Any]) -> None:
    place = parameters.get("CheckpointConfig", {}).get("LocalPath", CHECKPOINTS)
    if place.rstrip("/") != CHECKPOINTS:
        raise refused(f"The twin keeps what is in {CHECKPOINTS}: LocalPath must be that.")


def _find(response: SageMakerResponse) -> TwinTrainingJob:
    name = response.params["TrainingJobName"]
    found: Any = response.sagemaker_backend.training_jobs.get(name)
    if found is None:
        raise refused("Requested resource not found.")
    return found


def _how(job: TwinTrainingJob, spec: TrainingSpec) -> str:
    """Return what was out of the ordinary about a job's machines."""
    hosts = f", on {spec.instances} hosts" if spec.instances > 1 else ""
    before = {one["Status"] for one in job.secondary_status_transitions}
    return f"{hosts}, after an interruption" if "Interrupted" in before else hosts


def _fact(spec: TrainingSpec, result: TrainingResult) -> str:
    """Return the one fact that people want: the test metric and its interval, or the failure."""
    if result.status != "Completed":
        return result.reason or MESSAGES[result.secondary]
    metrics = result.evaluation.get("metrics", {})
    if not metrics:
        return result.said or f"{spec.name} completed"
    name, found = next(iter(metrics.items()))
    word = {"rmse": "RMSE", "log_loss": "log loss"}.get(name, name)
    return (
        f"{word} {found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f}) on the test rows"
    )
