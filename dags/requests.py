"""What is asked of Glue and SageMaker: request bodies, built from plan and settings alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from dags import hosting
from dags.instances import volume_key
from dags.store import uri
from models.objectives import metrics_of
from models.training import hyperparameter_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dags.gate import Verdict
    from dags.identity import RawObject
    from dags.plan import Plan
    from dags.settings import Network, StackSettings

SPLITS: Final = ("train", "validation", "test")
SHARED: Final = "train"
"""The split whose files several instances share; each gets all files of the others."""

MEDIA: Final = {"csv": "text/csv", "parquet": "application/x-parquet"}
"""What datasets are, by how the model has them written."""

CONTENT_TYPES: Final = ("text/csv", "application/json", "application/jsonlines")

STACK_TAG: Final = "Stack"
"""What Pulumi's own resources carry too (`components/naming.py`); teardown goes by it."""

_SPOT_PATIENCE: Final = 3
"""A job on spot capacity may take this many times as long, waiting included."""


@dataclass(frozen=True)
class Trained:
    """A training job that completed."""

    job: str
    archive: str
    """Address of the model archive."""

    def to_json(self) -> dict[str, str]:
        """As it travels between tasks."""
        return asdict(self)


def dataset_key(plan: Plan, name: str) -> str:
    """Return the key of a document of the run's dataset."""
    return f"datasets/{plan.pinned.model}/{plan.names.dataset_id}/{name}"


def evaluation_key(plan: Plan, job: str) -> str:
    """Return the key of a training job's evaluation."""
    return f"evaluations/{plan.pinned.model}/{job}.json"


def comparison_key(plan: Plan, job: str) -> str:
    """Return the key of what a training job's model is beside the one in service."""
    return f"evaluations/{plan.pinned.model}/{job}-comparison.json"


def endpoint_name(settings: StackSettings, model: str) -> str:
    """Return the name of a model's endpoint, which is its package group's name too."""
    return f"{settings.name_prefix}-{model}"


def dataset_request(
    plan: Plan, settings: StackSettings, etl_tree: str, sources: Iterable[RawObject]
) -> dict[str, Any]:
    """Return what the ETL is asked to make; the same identity gives the same document."""
    return {
        "format": 1,
        "model": plan.pinned.model,
        "dataset_id": plan.names.dataset_id,
        "etl_tree": etl_tree,
        "artifact_bucket": settings.artifact_bucket,
        "sources": [
            {"bucket": settings.data_bucket, **asdict(source)} for source in sorted(sources)
        ],
        "contract": plan.model.data.to_json(),
    }


def etl_arguments(plan: Plan, settings: StackSettings) -> dict[str, str]:
    """Return the arguments of the Glue job run; the job itself belongs to Pulumi."""
    commit = plan.pinned.commit
    return {
        "--request_uri": uri(settings.artifact_bucket, dataset_key(plan, "request.json")),
        "--extra-py-files": uri(settings.artifact_bucket, f"code/{commit}/etl.zip"),
        "--commit": commit,
        "--run_id": plan.run_id,
    }


def training_request(plan: Plan, settings: StackSettings) -> dict[str, Any]:
    """Return the training job under the name of its first attempt."""
    training = plan.model.training
    job = plan.names.training_job
    output = uri(settings.artifact_bucket, f"models/{plan.pinned.model}")
    instance_type = settings.training_instance_type or training.instance_type
    request = {
        "TrainingJobName": job,
        "AlgorithmSpecification": {
            "TrainingImage": image(plan, settings),
            "TrainingInputMode": "File",
            "MetricDefinitions": _metric_definitions(training.objective),
        },
        "RoleArn": settings.training_role_arn,
        "HyperParameters": hyperparameters(plan),
        "InputDataConfig": _channels(plan, settings),
        "OutputDataConfig": {"S3OutputPath": output, "KmsKeyId": settings.kms_key_arn},
        "ResourceConfig": {
            "InstanceType": instance_type,
            "InstanceCount": training.instance_count,
            "VolumeSizeInGB": training.volume_gb,
            **volume_key(instance_type, settings.kms_key_arn, field="VolumeKmsKeyId"),
        },
        "VpcConfig": _vpc_config(settings.training_network),
        "EnableNetworkIsolation": True,
        "StoppingCondition": {"MaxRuntimeInSeconds": training.max_runtime_minutes * 60},
        "EnableManagedSpotTraining": training.spot,
        "Tags": tags(plan, settings),
    }
    if training.instance_count > 1:
        request = _on_several(request)
    return _on_spot(request, f"{output}/{job}/checkpoints") if training.spot else request


def _on_several(request: dict[str, Any]) -> dict[str, Any]:
    """Give each instance its share of the training rows; what they tell each other is encrypted."""
    channels = [
        _shared(channel) if channel["ChannelName"] == SHARED else channel
        for channel in request["InputDataConfig"]
    ]
    return {
        **request,
        "InputDataConfig": channels,
        "EnableInterContainerTrafficEncryption": True,
    }


def _shared(channel: dict[str, Any]) -> dict[str, Any]:
    source = channel["DataSource"]["S3DataSource"]
    shared = {**source, "S3DataDistributionType": "ShardedByS3Key"}
    return {**channel, "DataSource": {"S3DataSource": shared}}


def _on_spot(request: dict[str, Any], checkpoints: str) -> dict[str, Any]:
    runtime = request["StoppingCondition"]["MaxRuntimeInSeconds"]
    return {
        **request,
        "StoppingCondition": {
            "MaxRuntimeInSeconds": runtime,
            "MaxWaitTimeInSeconds": runtime * _SPOT_PATIENCE,
        },
        "CheckpointConfig": {"S3Uri": checkpoints},
    }


def image(plan: Plan, settings: StackSettings) -> str:
    """Return the training image by digest: a tag could come to mean something else."""
    return f"{settings.image_repository}@{plan.pinned.image_digest}"


def hyperparameters(plan: Plan) -> dict[str, str]:
    """Return them as SageMaker takes them: texts, here of JSON where the model file has values."""
    return hyperparameter_texts(plan.model.training)


def _channels(plan: Plan, settings: StackSettings) -> list[dict[str, Any]]:
    media = MEDIA[plan.model.data.output]
    splits = [
        _channel(
            split, "ManifestFile", _dataset_uri(plan, settings, f"channels/{split}.manifest"), media
        )
        for split in SPLITS
    ]
    address = _dataset_uri(plan, settings, "manifest.json")
    return [*splits, _channel("dataset", "S3Prefix", address, "application/json")]


def archive_channel(name: str, archive: str) -> dict[str, Any]:
    """Return a channel with one model archive."""
    return _channel(name, "S3Prefix", archive, "application/x-tar")


def _channel(name: str, kind: str, address: str, media: str) -> dict[str, Any]:
    return {
        "ChannelName": name,
        "ContentType": media,
        "InputMode": "File",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": kind,
                "S3Uri": address,
                "S3DataDistributionType": "FullyReplicated",
            }
        },
    }


def _dataset_uri(plan: Plan, settings: StackSettings, name: str) -> str:
    return uri(settings.artifact_bucket, dataset_key(plan, name))


def _metric_definitions(objective: str) -> list[dict[str, str]]:
    """Lines such as `metric rmse=2.1234 split=validation` in the job's log become metrics."""
    return [
        {
            "Name": f"{split}:{metric}",
            "Regex": f"metric {metric}=([-+0-9.eE]+) split={split}",
        }
        for split in SPLITS
        for metric in metrics_of(objective)
    ]


def package_group_request(plan: Plan, settings: StackSettings) -> dict[str, Any]:
    """Return the group that holds the versions of a model."""
    model = plan.pinned.model
    return {
        "ModelPackageGroupName": endpoint_name(settings, model),
        "ModelPackageGroupDescription": f"Versions of the model {model}",
        "Tags": _tags({"model": model, STACK_TAG: settings.name_prefix}),
    }


def package_request(
    plan: Plan, settings: StackSettings, trained: Trained, verdict: Verdict
) -> dict[str, Any]:
    """Return the model package; what passed the gate is approved."""
    evaluation = uri(settings.artifact_bucket, evaluation_key(plan, trained.job))
    return {
        "ModelPackageGroupName": endpoint_name(settings, plan.pinned.model),
        "ModelPackageDescription": package_description(plan, verdict),
        "InferenceSpecification": {
            "Containers": [_container(plan, settings, trained)],
            "SupportedContentTypes": list(CONTENT_TYPES),
            "SupportedResponseMIMETypes": list(CONTENT_TYPES),
        },
        "ModelApprovalStatus": "Approved",
        "ModelMetrics": {
            "ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": evaluation}}
        },
        "CustomerMetadataProperties": {
            **lineage(plan),
            "identity": plan.names.package_key,
            "training-job": trained.job,
            "metric": verdict.metric,
            "metric-value": f"{verdict.value:.6g}",
        },
        "ClientToken": plan.names.package_key,
    }


def package_description(plan: Plan, verdict: Verdict) -> str:
    """Return the description; it ends with the identity, which lists show and metadata do not."""
    return f"{verdict.metric} {verdict.value:.6g}, identity {plan.names.package_key}"


def model_request(
    plan: Plan, settings: StackSettings, trained: Trained, package_arn: str
) -> dict[str, Any]:
    """Return the SageMaker model: archive and image, ready to be served."""
    return {
        "ModelName": plan.names.sagemaker_model,
        "PrimaryContainer": _container(plan, settings, trained),
        "ExecutionRoleArn": settings.hosting_role_arn,
        "VpcConfig": _vpc_config(settings.hosting_network),
        "EnableNetworkIsolation": True,
        "Tags": _serving_tags(plan, settings, trained, package_arn),
    }


def endpoint_config_request(
    plan: Plan, settings: StackSettings, trained: Trained, package_arn: str
) -> dict[str, Any]:
    """Return what the endpoint will serve. It carries the lineage: updates drop endpoint tags."""
    section = hosting.config_section(plan.model.endpoint.to_json(), settings)
    return {
        "EndpointConfigName": plan.names.endpoint_config,
        "ProductionVariants": [
            {
                "VariantName": hosting.VARIANT,
                "ModelName": plan.names.sagemaker_model,
                "InitialInstanceCount": section["instance_count"],
                "InstanceType": section["instance_type"],
                "InitialVariantWeight": 1.0,
            }
        ],
        **hosting.data_capture(plan.pinned.model, plan.model.endpoint, settings),
        **volume_key(section["instance_type"], settings.kms_key_arn, field="KmsKeyId"),
        "Tags": _serving_tags(plan, settings, trained, package_arn),
    }


def endpoint_request(plan: Plan, settings: StackSettings) -> dict[str, str]:
    """Return the endpoint, created or updated."""
    return {
        "EndpointName": endpoint_name(settings, plan.pinned.model),
        "EndpointConfigName": plan.names.endpoint_config,
    }


def _vpc_config(network: Network) -> dict[str, list[str]]:
    return {
        "SecurityGroupIds": list(network.security_group_ids),
        "Subnets": list(network.subnet_ids),
    }


def _container(plan: Plan, settings: StackSettings, trained: Trained) -> dict[str, Any]:
    return {"Image": image(plan, settings), "ModelDataUrl": trained.archive}


def lineage(plan: Plan) -> dict[str, str]:
    """Return where a resource comes from."""
    return {
        "model": plan.pinned.model,
        "commit": plan.pinned.commit,
        "image-digest": plan.pinned.image_digest,
        "dataset-id": plan.names.dataset_id,
        "run-id": plan.run_id,
    }


def tags(plan: Plan, settings: StackSettings) -> list[dict[str, str]]:
    """Return the lineage as tags, and whose it is: a name may look like another stack's too."""
    return _tags({**lineage(plan), STACK_TAG: settings.name_prefix})


def _serving_tags(
    plan: Plan, settings: StackSettings, trained: Trained, package_arn: str
) -> list[dict[str, str]]:
    origin = {"training-job": trained.job, "model-package": package_arn}
    return [*tags(plan, settings), *_tags(origin)]


def _tags(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]
