"""What the twin completes in moto's SageMaker: endpoints that really answer.

moto's endpoints are in service at once, take a name twice, cannot be updated and answer with a
canned body. Requests reach `/endpoints/<name>/invocations` with a signature (boto3, the CLI) and
get AWS's errors, or without one (curl) and get the container's own.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.sagemaker import models
from moto.sagemaker.exceptions import SagemakerClientError
from moto.sagemaker.responses import SageMakerResponse

from twin.executors.hosting import STARTUP_SECONDS, DeploymentError, Host, ServingSpec
from twin.services import sagemaker_models
from twin.services.sagemaker_deployments import require_update
from twin.services.sagemaker_invocation import Invocations
from twin.services.sagemaker_rules import answer_with, refused, require_image
from twin.services.sagemaker_training import tag
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud
    from twin.executors.containers import Images
    from twin.timeline import State

_MotoEndpoint = models.FakeEndpoint
_moto_create_endpoint = SageMakerResponse.create_endpoint

SETTLED: Final = ("InService", "Failed", "OutOfService")
DAG_PREFIX: Final = "retrain-"
"""A DAG's id is this and its model's name; an endpoint's name ends with the model's name."""


def install(cloud: Cloud, images: Images | None = None) -> None:
    """Complete moto's hosting for this cloud."""
    if images is None:
        from twin.images import ImageStore

        images = ImageStore(cloud.workspace)
    hosting = Hosting(cloud, images)
    models.FakeEndpoint = TwinEndpoint
    sagemaker_models.install(cloud)
    answer_with(
        {
            "create_endpoint": hosting.create_endpoint,
            "update_endpoint": hosting.update_endpoint,
            "delete_endpoint": hosting.delete_endpoint,
        }
    )
    invocations = Invocations(cloud, hosting.host)
    cloud.add_route(invocations.matches, invocations)
    cloud.on_stop(hosting.stop)


class TwinEndpoint(_MotoEndpoint):
    """An endpoint as moto keeps it; its status is what its container says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.endpoint_status = "Creating"
        self.failure_reason: Any = None

    def settle(self, status: str, reason: str = "") -> None:
        """End a change; the status comes last, because who waits looks at it alone."""
        self.failure_reason = reason[:1_024] or None
        self.last_modified_time = utcnow()
        self.endpoint_status = status

    def serve(self, config: Any, image: str, retained: Mapping[str, int]) -> None:
        """Take over a config whose container is live; `retained` are numbers of instances."""
        self.endpoint_config_name = config.endpoint_config_name
        self.data_capture_config = _capture_status(config.data_capture_config)
        variants = self._process_production_variants(config.production_variants)
        deployed = {"SpecifiedImage": image, "ResolvedImage": image}
        self.production_variants = [
            {**one, **retained, "DeployedImages": [deployed]} for one in variants
        ]

    def instances(self) -> dict[str, int]:
        """Return how many instances there are."""
        variant: dict[str, Any] = self.production_variants[0]
        return {name: variant[name] for name in ("CurrentInstanceCount", "DesiredInstanceCount")}


@dataclass(frozen=True)
class Change:
    """A config on its way to an endpoint."""

    backend: Any
    endpoint: TwinEndpoint
    config: Any
    retained: Mapping[str, int] = field(default_factory=dict[str, int])
    """Numbers of instances that stay what they are, whatever the config says."""


def _capture_status(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what DescribeEndpoint says of a config's data capture."""
    if not config:
        return None
    enabled = config.get("EnableCapture", True)
    return {
        "EnableCapture": enabled,
        "CaptureStatus": "Started" if enabled else "Stopped",
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config.get("KmsKeyId", ""),
    }


class Hosting:
    """The operations on endpoints, and the hosts that answer for them."""

    def __init__(self, cloud: Cloud, images: Images) -> None:
        self._cloud = cloud
        self._images = images
        self._lock = threading.RLock()
        self._hosts: dict[str, Host] = {}

    def host(self, endpoint: str) -> Host | None:
        """Return what answers for an endpoint, or `None` where there is no endpoint."""
        return self._hosts.get(endpoint)

    def stop(self) -> None:
        """End all containers: the twin stops."""
        for host in tuple(self._hosts.values()):
            host.stop()

    # ---- endpoints --------------------------------------------------------------------------

    def create_endpoint(self, response: Any) -> ActionResult:
        """Create an endpoint; it is `Creating` until its container is healthy."""
        parameters = dict(response.params)
        name, backend = parameters["EndpointName"], response.sagemaker_backend
        with self._lock:
            taken = backend.endpoints.get(name)
            if taken is not None:
                raise refused(f'Cannot create already existing endpoint "{taken.arn}".')
            config = self._config(backend, parameters)
            answer = _moto_create_endpoint(response)
            self._hosts[name] = Host(self._cloud, self._images, name)
            self._begin(Change(backend, backend.endpoints[name], config), "Creating")
        return answer

    def update_endpoint(self, response: Any) -> ActionResult:
        """Serve another config; the present one answers until then, and if that fails."""
        parameters = dict(response.params)
        backend = response.sagemaker_backend
        with self._lock:
            endpoint = self._endpoint(backend, parameters["EndpointName"])
            config = self._config(backend, parameters)
            if endpoint.endpoint_status == "Failed":
                raise refused(
                    f'Cannot update endpoint "{endpoint.arn}" in status Failed: it can only be '
                    "deleted."
                )
            served = backend.endpoint_configs.get(endpoint.endpoint_config_name)
            require_update(self._cloud, parameters, endpoint, (served, config))
            retains = parameters.get("RetainAllVariantProperties")
            retained = endpoint.instances() if retains else {}
            self._begin(Change(backend, endpoint, config, retained), "Updating")
        return ActionResult({"EndpointArn": endpoint.arn})

    def delete_endpoint(self, response: Any) -> ActionResult:
        """Delete an endpoint; it is `Deleting` until its container has ended."""
        backend = response.sagemaker_backend
        with self._lock:
            endpoint = self._endpoint(backend, response.params["EndpointName"])
            endpoint.endpoint_status = "Deleting"
        name = endpoint.endpoint_name
        self._cloud.start(f"delete {name}", lambda: self._remove(backend, name))
        return EmptyResult()

    def _remove(self, backend: Any, name: str) -> None:
        self._hosts[name].stop()
        with self._lock:
            del self._hosts[name]
            del backend.endpoints[name]

    def _endpoint(self, backend: Any, name: str) -> TwinEndpoint:
        """Return an endpoint that nothing changes at the moment."""
        endpoint = backend.endpoints.get(name)
        if endpoint is None:
            arn = models.FakeEndpoint.arn_formatter(name, self._cloud.account, self._cloud.region)
            raise refused(f'Could not find endpoint "{arn}".')
        if endpoint.endpoint_status not in SETTLED:
            raise refused(f'Cannot update in-progress endpoint "{endpoint.arn}".')
        return endpoint

    def _config(self, backend: Any, parameters: Mapping[str, Any]) -> Any:
        name = parameters["EndpointConfigName"]
        config = backend.endpoint_configs.get(name)
        if config is None:
            account, region = self._cloud.account, self._cloud.region
            arn = models.FakeEndpointConfig.arn_formatter(name, account, region)
            raise refused(f'Could not find endpoint configuration "{arn}".')
        return config

    # ---- deploying --------------------------------------------------------------------------

    def _begin(self, change: Change, status: str) -> None:
        change.endpoint.endpoint_status = status
        name = change.endpoint.endpoint_name
        run = self._run_of(change.config)
        self._record(change.endpoint, run, "started", status)
        self._cloud.start(f"deploy {name}", lambda: self._deploy(change, run))

    def _deploy(self, change: Change, run: str) -> None:
        endpoint, config = change.endpoint, change.config
        host = self._hosts[endpoint.endpoint_name]
        try:
            model = self._model(change.backend, config)
            host.deploy(self._spec(endpoint, config, model))
        except Exception as error:
            # what serves goes on serving: as after AWS's rollback, the endpoint is in service
            endpoint.settle("InService" if host.config else "Failed", str(error))
            self._record(endpoint, run, "failed", str(error))
            if not isinstance(error, DeploymentError):
                raise
        else:
            endpoint.serve(config, model.primary_container["Image"], change.retained)
            endpoint.settle("InService")
            fact = f"{endpoint.endpoint_name} serves {config.endpoint_config_name}"
            self._record(endpoint, run, "succeeded", fact)

    def _model(self, backend: Any, config: Any) -> Any:
        name = config.production_variants[0]["ModelName"]
        try:
            return backend.describe_model(name)
        except SagemakerClientError as error:
            raise DeploymentError(f"The model {name} was deleted.") from error

    def _spec(self, endpoint: TwinEndpoint, config: Any, model: Any) -> ServingSpec:
        variant, container = config.production_variants[0], model.primary_container
        startup = variant.get("ContainerStartupHealthCheckTimeoutInSeconds", STARTUP_SECONDS)
        return ServingSpec(
            endpoint=endpoint.endpoint_name,
            config=config.endpoint_config_name,
            variant=variant["VariantName"],
            role_arn=model.execution_role_arn,
            image_digest=require_image(self._cloud, container["Image"]),
            model_uri=container["ModelDataUrl"],
            environment=dict(container.get("Environment") or {}),
            startup_s=float(startup),
            capture=dict(config.data_capture_config or {}),
        )

    # ---- the timeline -----------------------------------------------------------------------

    def _run_of(self, config: Any) -> str:
        """Return the DAG run that deploys: the one under way, for a config may be older than it.

        Of several that were started all but one are waiting: those of which nothing else is told.
        """
        dag = f"{DAG_PREFIX}{tag(config.tags, 'model')}"
        under_way: list[str] = []
        for entry in self._cloud.timeline.entries():
            if entry.step is not Step.RUN:
                if entry.run in under_way:  # the one that did something last comes first
                    under_way.remove(entry.run)
                    under_way.insert(0, entry.run)
            elif entry.resource == dag and entry.state == "started":
                under_way.append(entry.run)
            elif entry.resource == dag and entry.run in under_way:
                under_way.remove(entry.run)
        return under_way[0] if under_way else tag(config.tags, "run-id")

    def _record(self, endpoint: TwinEndpoint, run: str, state: State, fact: str) -> None:
        name = endpoint.endpoint_name
        log = f"/aws/sagemaker/Endpoints/{name}"
        self._cloud.timeline.record(
            Step.DEPLOYMENT, state, run=run, resource=name, fact=fact, log=log
        )
