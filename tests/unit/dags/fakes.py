"""Stand-ins for the services: a few operations each, with the refusals that the DAGs rely on."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from tests.unit.dags import builders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dags.aws import Clients


class NoSuchKeyError(ClientError):
    """S3's answer for an object that isn't there."""


class ImageNotFoundError(ClientError):
    """ECR's answer for an image that isn't there."""


class ObjectNotFoundError(ClientError):
    """Application Auto Scaling's answer for what isn't registered."""


class Exceptions:
    """What clients offer as `client.exceptions`."""

    ObjectNotFoundException = ObjectNotFoundError

    ClientError = ClientError
    NoSuchKey = NoSuchKeyError
    ImageNotFoundException = ImageNotFoundError


def refusal(
    message: str,
    code: str = "ValidationException",
    kind: type[ClientError] = ClientError,
    operation: str = "Operation",
) -> ClientError:
    """Return what a service raises."""
    answer: Any = {"Error": {"Code": code, "Message": message}}
    return kind(answer, operation)


class Paginator:
    """A list operation that answers in one page."""

    def __init__(self, answer: Callable[..., dict[str, Any]]) -> None:
        self._answer = answer

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        """Answer with the one page."""
        yield self._answer(**request)


@dataclass
class FakeS3:
    """Objects by bucket and key; raw objects carry versions."""

    exceptions = Exceptions
    objects: dict[tuple[str, str], bytes] = field(default_factory=dict[tuple[str, str], bytes])
    versions: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Return an object."""
        if (Bucket, Key) not in self.objects:
            raise refusal("The specified key does not exist.", "NoSuchKey", NoSuchKeyError)
        return {"Body": io.BytesIO(self.objects[Bucket, Key])}

    def head_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        """Return that an object is there."""
        if (Bucket, Key) not in self.objects:
            raise refusal("Not Found", "404")
        return {}

    def put_object(self, Bucket: str, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803
        """Keep an object."""
        self.objects[Bucket, Key] = Body

    def get_paginator(self, operation: str) -> Paginator:
        """Return the list of object versions."""
        assert operation == "list_object_versions"
        return Paginator(self._list_versions)

    def _list_versions(self, Bucket: str, Prefix: str) -> dict[str, Any]:  # noqa: ARG002, N803
        return {"Versions": [one for one in self.versions if one["Key"].startswith(Prefix)]}

    def put(self, key: str, document: object) -> None:
        """Keep a JSON document in the artifact bucket."""
        bucket = builders.stack_settings().artifact_bucket
        self.objects[bucket, key] = json.dumps(document).encode()

    def read(self, key: str) -> Any:
        """Return a JSON document of the artifact bucket."""
        return json.loads(self.objects[builders.stack_settings().artifact_bucket, key])

    def put_raw(
        self, key: str, version: str = "v1", *, latest: bool = True, size: int = 10
    ) -> None:
        """Keep a version of a raw object."""
        self.versions.append({"Key": key, "VersionId": version, "IsLatest": latest, "Size": size})


@dataclass
class FakeEcr:
    """One repository: digests by tag."""

    exceptions = Exceptions
    digests: dict[str, str] = field(default_factory=dict[str, str])
    asked: list[Mapping[str, Any]] = field(default_factory=list["Mapping[str, Any]"])

    def describe_images(self, **request: Any) -> dict[str, Any]:
        """Return the image under a tag."""
        self.asked.append(request)
        tag = request["imageIds"][0]["imageTag"]
        if tag not in self.digests:
            raise refusal(f"no image with tag {tag}", "ImageNotFoundException", ImageNotFoundError)
        return {"imageDetails": [{"imageDigest": self.digests[tag]}]}


@dataclass
class FakeRuntime:
    """The endpoint's answers."""

    exceptions = Exceptions
    answer: bytes | ClientError | BotoCoreError = b"9.125\n10.5\n"
    asked: list[Mapping[str, Any]] = field(default_factory=list["Mapping[str, Any]"])

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        """Answer a request, refuse it, or drop it."""
        self.asked.append(request)
        if isinstance(self.answer, bytes):
            return {"Body": io.BytesIO(self.answer)}
        raise self.answer


Scripted = list[dict[str, Any]]
"""Answers in their order; the last one stays."""


class FakeSageMaker:
    """Jobs, packages, models, configs and endpoints by name, refusing what SageMaker refuses."""

    exceptions = Exceptions

    def __init__(self) -> None:
        self.jobs: dict[str, Scripted] = {}
        self.groups: dict[str, Any] = {}
        self.packages: dict[str, dict[str, Any]] = {}
        self.models: dict[str, dict[str, Any]] = {}
        self.configs: dict[str, dict[str, Any]] = {}
        self.endpoints: dict[str, Scripted] = {}
        self.after_update: Scripted = []
        self.options: dict[str, Any] = {}
        """What the last update was asked for beside its config."""

        self.calls: list[str] = []
        self.undeletable: set[str] = set()
        self.unlisted: dict[str, Exception] = {}
        """What the operations that look for unused things answer instead."""

    # ---- training jobs

    def create_training_job(self, **request: Any) -> None:
        """Start a job; names are unique for ever."""
        self.calls.append("create_training_job")
        name = request["TrainingJobName"]
        if name in self.jobs:
            raise refusal(f"Job name must be unique: {name}", "ResourceInUse")
        self.jobs[name] = [{"TrainingJobStatus": "InProgress"}]

    def describe_training_job(self, TrainingJobName: str) -> dict[str, Any]:  # noqa: N803
        """Return a job's next state."""
        return _next(self.jobs, TrainingJobName, "Requested resource not found.")

    # ---- registry

    def create_model_package_group(self, **request: Any) -> None:
        """Create a group."""
        self.calls.append("create_model_package_group")
        self.groups[request["ModelPackageGroupName"]] = request

    def describe_model_package_group(self, ModelPackageGroupName: str) -> dict[str, Any]:  # noqa: N803
        """Return a group."""
        return _found(self.groups, ModelPackageGroupName, "ModelPackageGroup x does not exist.")

    def create_model_package(self, **request: Any) -> dict[str, str]:
        """Create the next version."""
        self.calls.append("create_model_package")
        group = request["ModelPackageGroupName"]
        version = len(self.packages) + 1
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{group}/{version}"
        self.packages[arn] = {**request, "ModelPackageArn": arn, "ModelPackageStatus": "Completed"}
        return {"ModelPackageArn": arn}

    def describe_model_package(self, ModelPackageName: str) -> dict[str, Any]:  # noqa: N803
        """Return a version, metadata included."""
        return self.packages[ModelPackageName]

    # ---- models and configs

    def create_model(self, **request: Any) -> None:
        """Create a model."""
        _create(self.models, request["ModelName"], request, "Cannot create already existing model")

    def create_endpoint_config(self, **request: Any) -> None:
        """Create a config."""
        message = "Cannot create already existing endpoint configuration"
        _create(self.configs, request["EndpointConfigName"], request, message)

    def describe_endpoint_config(self, EndpointConfigName: str) -> dict[str, Any]:  # noqa: N803
        """Return a config."""
        if error := self.unlisted.get("describe_endpoint_config"):
            raise error
        return _found(self.configs, EndpointConfigName, "Could not find endpoint configuration")

    def delete_model(self, ModelName: str) -> None:  # noqa: N803
        """Delete a model."""
        self._delete(self.models, ModelName)

    def delete_endpoint_config(self, EndpointConfigName: str) -> None:  # noqa: N803
        """Delete a config."""
        self._delete(self.configs, EndpointConfigName)

    def _delete(self, things: dict[str, dict[str, Any]], name: str) -> None:
        if name in self.undeletable:
            raise refusal(f"{name} is in use")
        del things[name]

    # ---- endpoints

    def describe_endpoint(self, EndpointName: str) -> dict[str, Any]:  # noqa: N803
        """Return an endpoint's next state; one without a status is gone."""
        found = _next(self.endpoints, EndpointName, "Could not find endpoint")
        if not found:
            raise refusal("Could not find endpoint")
        return found

    def update_endpoint(self, EndpointName: str, EndpointConfigName: str, **options: Any) -> None:  # noqa: N803
        """Change an endpoint's config."""
        self.calls.append(f"update_endpoint {EndpointConfigName}")
        self.options = options
        if EndpointConfigName not in self.configs:
            raise refusal("Could not find endpoint configuration")
        settled = {"EndpointStatus": "InService", "EndpointConfigName": EndpointConfigName}
        self.endpoints[EndpointName] = list(self.after_update) or [settled]

    def delete_endpoint(self, EndpointName: str) -> None:  # noqa: N803
        """Delete an endpoint, which takes a while."""
        self.calls.append("delete_endpoint")
        if EndpointName in self.undeletable:
            raise refusal(f"{EndpointName} is in use")
        script = _found(self.endpoints, EndpointName, "Could not find endpoint")
        config = script[0].get("EndpointConfigName", "")
        self.endpoints[EndpointName] = [
            {"EndpointStatus": "Deleting", "EndpointConfigName": config},
            {},
        ]

    def get_paginator(self, operation: str) -> Paginator:
        """Return one of the list operations."""
        if error := self.unlisted.get(operation):
            raise error
        return Paginator(
            {
                "list_model_packages": self._list_packages,
                "list_endpoint_configs": self._list_configs,
                "list_models": self._list_models,
            }[operation]
        )

    def _list_packages(self, **_: Any) -> dict[str, Any]:
        """List as SageMaker does: with descriptions, without metadata."""
        shown = ("ModelPackageArn", "ModelPackageDescription", "ModelPackageStatus")
        newest = reversed(list(self.packages.values()))
        return {
            "ModelPackageSummaryList": [
                {key: one[key] for key in shown if key in one} for one in newest
            ]
        }

    def _list_configs(self, NameContains: str) -> dict[str, Any]:  # noqa: N803
        names = [name for name in self.configs if NameContains in name]
        return {"EndpointConfigs": [{"EndpointConfigName": name} for name in names]}

    def _list_models(self, NameContains: str) -> dict[str, Any]:  # noqa: N803
        return {"Models": [{"ModelName": name} for name in self.models if NameContains in name]}


@dataclass
class FakeAutoScaling:
    """Scalable targets and their policies, by resource."""

    exceptions = Exceptions
    targets: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    policies: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    calls: list[str] = field(default_factory=list[str])

    def register_scalable_target(self, **request: Any) -> None:
        """Set a target's bounds."""
        self.calls.append("register_scalable_target")
        self.targets[request["ResourceId"]] = request

    def put_scaling_policy(self, **request: Any) -> None:
        """Set what a target scales by."""
        self.calls.append("put_scaling_policy")
        self.policies[request["ResourceId"]] = request

    def deregister_scalable_target(self, ResourceId: str, **_: Any) -> None:  # noqa: N803
        """Forget a target, with its policy."""
        self.calls.append("deregister_scalable_target")
        if ResourceId not in self.targets:
            raise refusal("No scalable target", "ObjectNotFoundException", ObjectNotFoundError)
        del self.targets[ResourceId]
        self.policies.pop(ResourceId, None)

    def describe_scalable_targets(self, ResourceIds: list[str], **_: Any) -> dict[str, Any]:  # noqa: N803
        """Return a target."""
        return {
            "ScalableTargets": [self.targets[one] for one in ResourceIds if one in self.targets]
        }

    def describe_scaling_policies(self, ResourceId: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Return a target's policy."""
        return {
            "ScalingPolicies": [self.policies[ResourceId]] if ResourceId in self.policies else []
        }


@dataclass
class FakeCloudWatch:
    """Alarms: their states by name."""

    states: dict[str, str] = field(default_factory=dict[str, str])

    def describe_alarms(self, AlarmNames: list[str], AlarmTypes: list[str]) -> dict[str, Any]:  # noqa: N803
        """Return those that are there."""
        assert AlarmTypes == ["MetricAlarm"]
        found = [name for name in AlarmNames if name in self.states]
        return {
            "MetricAlarms": [{"AlarmName": name, "StateValue": self.states[name]} for name in found]
        }


@dataclass
class FakeClients:
    """The services of one account."""

    autoscaling: FakeAutoScaling = field(default_factory=FakeAutoScaling)
    cloudwatch: FakeCloudWatch = field(default_factory=FakeCloudWatch)

    s3: FakeS3 = field(default_factory=FakeS3)
    ecr: FakeEcr = field(default_factory=FakeEcr)
    sagemaker: FakeSageMaker = field(default_factory=FakeSageMaker)
    runtime: FakeRuntime = field(default_factory=FakeRuntime)

    @property
    def typed(self) -> Clients:
        """These services, as the DAGs' code knows them."""
        return cast("Clients", self)


@dataclass
class FakeTaskInstance:
    """The task instances of one run: what each kept, and their states."""

    run_id: str = builders.RUN_ID
    dag_id: str = "retrain-abalone"
    task_id: str = "resolve"
    states: dict[str, str] = field(default_factory=dict[str, str])
    kept: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])

    def xcom_push(self, key: str, value: Any) -> None:
        """Keep a value of the task at hand."""
        self.kept[self.task_id, key] = value

    def xcom_pull(self, task_ids: str, key: str = "return_value") -> Any:
        """Return what a task kept."""
        return self.kept.get((task_ids, key))

    def get_task_states(self, dag_id: str, *, run_ids: list[str]) -> Any:  # noqa: ARG002
        """Return the states of the run."""
        return {run_ids[0]: self.states}


@dataclass
class FakeDagRun:
    """A DAG run with its conf."""

    conf: dict[str, Any] | None = None


@dataclass
class FakeClock:
    """A clock that moves only while somebody sleeps."""

    seconds: float = 0
    naps: list[float] = field(default_factory=list[float])

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.naps.append(seconds)
        self.seconds += seconds

    def now(self) -> float:
        """Return the time."""
        return self.seconds


def _found(things: Mapping[str, Any], name: str, message: str) -> Any:
    if name not in things:
        raise refusal(message)
    return things[name]


def _next(things: dict[str, Scripted], name: str, message: str) -> dict[str, Any]:
    script = cast("Scripted", _found(things, name, message))
    return script.pop(0) if len(script) > 1 else script[0]


def _create(things: dict[str, Any], name: str, request: Any, message: str) -> None:
    if name in things:
        raise refusal(f'{message} "{name}"')
    things[name] = request
