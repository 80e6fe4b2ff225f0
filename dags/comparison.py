"""The comparison of a new model with the one in service: a training job that trains nothing.

It is named after both models and after what is asked, so equal questions are one job. It runs the
image of the new model, in its mode `evaluate`, on the test rows of the new model's dataset.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from dags import identity, requests
from dags.aws import is_missing
from dags.records import read_deployed

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

    from dags.aws import Clients
    from dags.plan import Plan
    from dags.requests import Trained
    from dags.settings import StackSettings

ENTRYPOINT: Final = ("python", "-m", "training_image")
"""The image's own: a job that names arguments has to name it, too."""

MODE: Final = "evaluate"
COMPARISON: Final = "comparison.json"
MOST_MINUTES: Final = 60

_CHANNELS: Final = ("test", "dataset")
"""Of training that it reads, too."""


def champion(clients: Clients, settings: StackSettings, plan: Plan, trained: Trained) -> str:
    """Return the address of the archive in service; empty where there is none to compare with.

    There is none where the model file asks for no comparison, nothing is deployed, what is deployed
    was deleted from the registry, or it is the new model itself.
    """
    if plan.model.evaluation.not_worse_at is None:
        return ""
    deployed = read_deployed(clients.s3, settings.artifact_bucket, plan.pinned.model)
    archive = _archive(clients.sagemaker, deployed.model_package_arn) if deployed else ""
    return "" if archive == trained.archive else archive


def _archive(client: SageMakerClient, package: str) -> str:
    try:
        found = client.describe_model_package(ModelPackageName=package)
    except client.exceptions.ClientError as error:
        if is_missing(error):
            return ""
        raise
    containers = found.get("InferenceSpecification", {}).get("Containers", [])
    return containers[0].get("ModelDataUrl", "") if containers else ""


def request(plan: Plan, settings: StackSettings, trained: Trained, archive: str) -> dict[str, Any]:
    """Return the job that compares, under the name of its first attempt."""
    base = requests.training_request(plan, settings)
    question = {
        "metric": plan.model.evaluation.metric,
        "level": json.dumps(plan.model.evaluation.not_worse_at),
    }
    key = identity.comparison_key(trained.archive, archive, question)
    runtime = min(MOST_MINUTES * 60, base["StoppingCondition"]["MaxRuntimeInSeconds"])
    for one in ("CheckpointConfig", "EnableInterContainerTrafficEncryption"):
        base.pop(one, None)
    return {
        **base,
        # no training job's name begins its last part so: digests have no v
        "TrainingJobName": f"{requests.endpoint_name(settings, plan.pinned.model)}-v{key}",
        "AlgorithmSpecification": {
            "TrainingImage": requests.image(plan, settings),
            "TrainingInputMode": "File",
            "ContainerEntrypoint": list(ENTRYPOINT),
            "ContainerArguments": [MODE],
        },
        "HyperParameters": question,
        "InputDataConfig": [
            *(one for one in base["InputDataConfig"] if one["ChannelName"] in _CHANNELS),
            requests.archive_channel("ours", trained.archive),
            requests.archive_channel("theirs", archive),
        ],
        "ResourceConfig": {**base["ResourceConfig"], "InstanceCount": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": runtime},
        "EnableManagedSpotTraining": False,
    }
