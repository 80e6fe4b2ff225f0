"""Stand-ins for the services and for Airflow: what the DAGs ask of each, and no more."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from tests.unit.dags import builders
from tests.unit.dags.answers import (
    Exceptions,
    ImageNotFoundError,
    NoSuchKeyError,
    ObjectNotFoundError,
    Paginator,
    refusal,
)
from tests.unit.dags.fake_sagemaker import FakeSageMaker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.exceptions import BotoCoreError, ClientError

    from dags.aws import Clients


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
