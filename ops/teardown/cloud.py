"""What SageMaker has of a stack, and how each kind of it is deleted: each request in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from ops.teardown.decisions import RUNNING, Endpoint, Found, Job, Kind, Package, Tagged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ops.aws import Clients
    from ops.teardown.decisions import Thing

MISSING: Final = (
    "Could not find",
    "does not exist",
    "not found",
    "No scalable target",
    "NotFound",
)
"""SageMaker says of what is gone, in many words and one code (ValidationException), that it is."""

NO_TAGS: Final[Mapping[str, str]] = {}
DIMENSION: Final = "sagemaker:variant:DesiredInstanceCount"


class Cloud:
    """The SageMaker of one account and region, as far as one prefix goes."""

    def __init__(self, clients: Clients, prefix: str) -> None:
        self._sagemaker = clients.client("sagemaker")
        self._scaling = clients.client("application-autoscaling")
        self._start = f"{prefix}-"

    def find(self) -> Found:
        """Return whatever has a name that begins with the prefix and a hyphen."""
        groups = self._tagged("list_model_package_groups", "ModelPackageGroup")
        return Found(
            endpoints=tuple(self._endpoints()),
            jobs=tuple(self._jobs()),
            scalable_targets=tuple(self._scalable_targets()),
            configs=self._tagged("list_endpoint_configs", "EndpointConfig"),
            models=self._tagged("list_models", "Model"),
            groups=groups,
            packages=tuple(self._packages(groups)),
        )

    def status(self, endpoint: str) -> str:
        """Return an endpoint's status; empty when it is gone."""
        try:
            return str(self._sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"])
        except ClientError as error:
            if is_missing(error):
                return ""
            raise

    def delete(self, thing: Thing) -> bool:
        """Delete something; tell whether it was there."""
        client, parameter = self._sagemaker, thing.name
        delete: Mapping[Kind, Callable[[], object]] = {
            Kind.ENDPOINT: lambda: client.delete_endpoint(EndpointName=parameter),
            Kind.TRAINING_JOB: lambda: client.stop_training_job(TrainingJobName=parameter),
            Kind.SCALABLE_TARGET: lambda: self._scaling.deregister_scalable_target(
                ServiceNamespace="sagemaker", ResourceId=parameter, ScalableDimension=DIMENSION
            ),
            Kind.ENDPOINT_CONFIG: lambda: client.delete_endpoint_config(
                EndpointConfigName=parameter
            ),
            Kind.MODEL: lambda: client.delete_model(ModelName=parameter),
            Kind.MODEL_PACKAGE: lambda: client.delete_model_package(ModelPackageName=parameter),
            Kind.PACKAGE_GROUP: lambda: client.delete_model_package_group(
                ModelPackageGroupName=parameter
            ),
        }
        try:
            delete[thing.kind]()
        except ClientError as error:
            if is_missing(error):
                return False
            raise
        return True

    # ---- what is there ------------------------------------------------------------------------

    def _endpoints(self) -> Iterator[Endpoint]:
        for name, found in self._named("list_endpoints", "Endpoint"):
            yield Endpoint(name, found["EndpointStatus"], self._config_tags(name))

    def _config_tags(self, endpoint: str) -> Mapping[str, str]:
        try:
            described = self._sagemaker.describe_endpoint(EndpointName=endpoint)
            config = self._sagemaker.describe_endpoint_config(
                EndpointConfigName=described["EndpointConfigName"]
            )
        except ClientError as error:
            if is_missing(error):
                return {}
            raise
        return self._tags(config["EndpointConfigArn"])

    def _jobs(self) -> Iterator[Job]:
        for name, found in self._named("list_training_jobs", "TrainingJob", "TrainingJobSummaries"):
            status = found["TrainingJobStatus"]
            running = status in RUNNING
            yield Job(name, status, self._tags(found["TrainingJobArn"]) if running else NO_TAGS)

    def _scalable_targets(self) -> Iterator[str]:
        pages = self._scaling.get_paginator("describe_scalable_targets")
        for page in pages.paginate(ServiceNamespace="sagemaker"):
            for found in page["ScalableTargets"]:
                if found["ResourceId"].startswith(f"endpoint/{self._start}"):
                    yield found["ResourceId"]

    def _packages(self, groups: tuple[Tagged, ...]) -> Iterator[Package]:
        pages = self._sagemaker.get_paginator("list_model_packages")
        for group in groups:
            for page in pages.paginate(ModelPackageGroupName=group.name):
                for found in page["ModelPackageSummaryList"]:
                    yield Package(found["ModelPackageArn"], group.name)

    def _tagged(self, operation: str, kind: str) -> tuple[Tagged, ...]:
        members = "ModelPackageGroupSummaryList" if kind == "ModelPackageGroup" else ""
        return tuple(
            Tagged(name, self._tags(found[f"{kind}Arn"]))
            for name, found in self._named(operation, kind, members)
        )

    def _named(
        self, operation: str, kind: str, members: str = ""
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what is listed; names that only contain the prefix are left out."""
        pages = self._sagemaker.get_paginator(operation)
        for page in pages.paginate(NameContains=self._start):
            for found in page[members or f"{kind}s"]:
                if found[f"{kind}Name"].startswith(self._start):
                    yield found[f"{kind}Name"], found

    def _tags(self, arn: str) -> Mapping[str, str]:
        try:
            pages = self._sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
            return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}
        except ClientError as error:
            if is_missing(error):
                return {}
            raise


def is_missing(error: ClientError) -> bool:
    """Tell whether a refusal means that there is no such thing (any more)."""
    told = error.response.get("Error", {})
    text = f"{told.get('Code', '')} {told.get('Message', '')}".lower()
    return any(words.lower() in text for words in MISSING)
