"""Two stacks side by side, of which one goes: by the command that a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.ops.conftest import Operator
from tests.sagemaker_account import Account, script_images
from twin.services import sagemaker_hosting, sagemaker_registry, sagemaker_training

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloud import Cloud

OURS, THEIRS = "mlops-twin", "mlops-twin-2"
HASH = "0123456789ab"


class Deployed(Account):
    """An account in which the DAGs of two stacks have deployed a model each."""

    def deploy(self, prefix: str, model: str) -> None:
        """Make what a DAG makes, under the names and tags that it gives."""
        stem = f"{prefix}-{model}"
        tags = [{"Key": "Stack", "Value": prefix}, {"Key": "model", "Value": model}]
        self.train(f"{stem}-{HASH}", Tags=tags)
        self.add_model(f"{stem}-{HASH}", model, Tags=tags)
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": f"{stem}-{HASH}",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=f"{stem}-{HASH}", ProductionVariants=[variant], Tags=tags
        )
        self.create_endpoint(f"{stem}-{HASH}", stem)
        self._register(stem, tags)
        self.cloud.client("application-autoscaling").register_scalable_target(
            ServiceNamespace="sagemaker",
            ResourceId=f"endpoint/{stem}/variant/AllTraffic",
            ScalableDimension="sagemaker:variant:DesiredInstanceCount",
            MinCapacity=1,
            MaxCapacity=2,
        )

    def _register(self, group: str, tags: list[dict[str, str]]) -> None:
        self.sagemaker.create_model_package_group(ModelPackageGroupName=group, Tags=tags)
        archive = f"s3://twin-artifacts/models/{group.rsplit('-', 1)[-1]}/model.tar.gz"
        for _ in range(2):
            self.sagemaker.create_model_package(
                ModelPackageGroupName=group,
                InferenceSpecification={
                    "Containers": [{"Image": self.image, "ModelDataUrl": archive}],
                    "SupportedContentTypes": ["text/csv"],
                    "SupportedResponseMIMETypes": ["text/csv"],
                },
            )

    def names(self) -> set[str]:
        """Return what there is, less the jobs, which stay for ever."""
        client = self.sagemaker
        scaling = self.cloud.client("application-autoscaling")
        targets = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")
        groups = client.list_model_package_groups()["ModelPackageGroupSummaryList"]
        packages = [
            package
            for group in groups
            for package in client.list_model_packages(
                ModelPackageGroupName=group["ModelPackageGroupName"]
            )["ModelPackageSummaryList"]
        ]
        listed: list[tuple[str, list[dict[str, Any]], str]] = [
            ("endpoint", client.list_endpoints()["Endpoints"], "EndpointName"),
            ("config", client.list_endpoint_configs()["EndpointConfigs"], "EndpointConfigName"),
            ("model", client.list_models()["Models"], "ModelName"),
            ("group", groups, "ModelPackageGroupName"),
            ("package", packages, "ModelPackageArn"),
            ("target", targets["ScalableTargets"], "ResourceId"),
        ]
        return {f"{kind} {one[name]}" for kind, found, name in listed for one in found}


@pytest.fixture
def deployed(cloud: Cloud, tmp_path: Path) -> Deployed:
    images = script_images(tmp_path)
    sagemaker_training.install(cloud, images)
    sagemaker_hosting.install(cloud, images)
    sagemaker_registry.install(cloud)
    account = Deployed(cloud)
    account.deploy(OURS, "abalone")
    account.deploy(THEIRS, "wine")
    return account


@pytest.fixture
def operator(deployed: Deployed) -> Operator:
    return Operator.at(deployed.cloud.url)


def test_of_two_stacks_only_the_one_that_is_named_goes(
    deployed: Deployed, operator: Operator
) -> None:
    before = deployed.names()
    theirs = {name for name in before if "mlops-twin-2" in name}

    shown = operator("ops.teardown", "--stack", "twin", "--dry-run")
    refused = operator("ops.teardown", "--stack", "twin", typed="dev\n")
    untouched = deployed.names()
    gone = operator("ops.teardown", "--stack", "twin", typed="twin\n")

    assert len(before) == 2 * 7
    assert "endpoint         mlops-twin-abalone" in shown.stdout, shown.stdout + shown.stderr
    assert "of the stack mlops-twin-2" in shown.stdout
    assert "nothing was deleted" in refused.stdout
    assert untouched == before
    assert gone.returncode == 0, gone.stdout + gone.stderr
    assert deployed.names() == theirs
    assert deployed.invoke("1", "mlops-twin-2-wine") == "wine"
    assert "next: pulumi destroy --stack twin" in gone.stdout
    assert "1 training jobs that have ended stay on record" in gone.stdout


def test_the_same_command_goes_on_where_it_was_interrupted(
    deployed: Deployed, operator: Operator
) -> None:
    deployed.sagemaker.delete_endpoint(EndpointName="mlops-twin-abalone")
    deployed.sagemaker.delete_model(ModelName=f"mlops-twin-abalone-{HASH}")

    first = operator("ops.teardown", "--stack", "twin", "--yes")
    second = operator("ops.teardown", "--stack", "twin", "--yes")

    assert first.returncode == 0, first.stdout + first.stderr
    assert not {name for name in deployed.names() if "mlops-twin-2" not in name}
    assert second.returncode == 0, second.stdout + second.stderr
    assert "have left nothing to delete" in second.stdout


def test_a_job_that_runs_is_stopped(deployed: Deployed, operator: Operator) -> None:
    tags = [{"Key": "Stack", "Value": OURS}]
    name = f"{OURS}-abalone-{HASH}-a2"
    request = deployed.training_request(name, Tags=tags, HyperParameters={"do": "hang"})
    deployed.sagemaker.create_training_job(**request)

    ended = operator("ops.teardown", "--stack", "twin", "--yes")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"running training job {name}" in ended.stdout
    assert deployed.wait_training(name)["TrainingJobStatus"] == "Stopped"


@pytest.mark.parametrize(
    ("stack", "changes", "says"),
    [
        ("stage", {}, "there is no stack 'stage'"),
        ("dev,prod", {}, "one stack at a time"),
        ("", {}, "which stack?"),
        ("twin", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "nobody answers there"),
        ("twin", {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "who you are"),
    ],
)
def test_what_a_person_can_mend_is_said_in_one_message(
    cloud: Cloud, stack: str, changes: dict[str, str], says: str
) -> None:
    ended = Operator.at(cloud.url)("ops.teardown", "--stack", stack, "--yes", **changes)

    assert ended.returncode == 1
    assert says in ended.stderr
    assert "do:" in ended.stderr
    assert "Traceback" not in ended.stderr
