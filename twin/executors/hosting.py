"""An endpoint, as SageMaker hosts it: a container serves, the next one replaces it unnoticed.

An endpoint has one container here, whatever its config's instance count is.
"""

from __future__ import annotations

import http.client
import shutil
import threading
import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.errors import TwinError
from twin.executors.container_server import Answer, ContainerServer
from twin.executors.containers import Images, ModelError, fetch_model

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin.cloud import Cloud
    from twin.execution import LineSink

STARTUP_SECONDS = 60.0
"""How long a container may take to answer /ping, when its config does not say."""

RESTART_SECONDS = (0.2, 1.0, 5.0, 30.0)
"""How long to wait before each restart of a container that crashed; the last one goes on."""

STABLE_SECONDS = 60.0
"""A container that ran for so long is restarted at once when it crashes."""


@dataclass(frozen=True)
class ServingSpec:
    """Everything that serving a config needs; frozen when the deployment began."""

    endpoint: str
    config: str
    variant: str
    role_arn: str
    image_digest: str
    model_uri: str
    environment: Mapping[str, str]
    startup_s: float = STARTUP_SECONDS
    capture: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What is kept of requests and answers; empty for nothing."""


class DeploymentError(Exception):
    """A config cannot be served; the text is the endpoint's FailureReason."""


class NotServingError(Exception):
    """There is no container that could answer just now; the text says why."""


@dataclass(frozen=True)
class _Live:
    """A spec, the container that serves it, and its files."""

    spec: ServingSpec
    server: ContainerServer
    base: Path


class Host:
    """What answers for one endpoint.

    `deploy` starts the next container before it takes the old one away: a failure changes nothing.
    """

    def __init__(self, cloud: Cloud, images: Images, endpoint: str) -> None:
        self.log_group = f"/aws/sagemaker/Endpoints/{endpoint}"
        self._cloud = cloud
        self._images = images
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._live: _Live | None = None
        self._closed = threading.Event()

    @property
    def config(self) -> str:
        """The config that is being served, or an empty text."""
        live = self._live
        return live.spec.config if live else ""

    @property
    def spec(self) -> ServingSpec | None:
        """What is being served."""
        live = self._live
        return live.spec if live else None

    def deploy(self, spec: ServingSpec) -> None:
        """Serve a config, and drain what was served before in the background.

        Raises:
            DeploymentError: its model cannot be fetched, or its container never became healthy.
        """
        live = self._bring_up(spec)
        with self._lock:
            previous, self._live = self._live, live
        self._cloud.start(f"watch {self._endpoint}", lambda: self._watch(live))
        if previous is not None:
            self._cloud.start(f"drain {self._endpoint}", lambda: _retire(previous))

    def ask(self, body: bytes, headers: Mapping[str, str]) -> tuple[str, Answer]:
        """Send a request to the container that is live; return its variant and its answer.

        Raises:
            NotServingError: no container answers; one that crashed is being restarted.
        """
        with ExitStack() as stack:
            live = self._take(stack)
            try:
                return live.spec.variant, live.server.ask(body, headers)
            except (OSError, http.client.HTTPException) as error:
                ended = live.server.exited.wait(0.1)
                cause = live.server.how_it_ended if ended else f"{type(error).__name__}: {error}"
                raise NotServingError(self._down(cause)) from error

    def stop(self) -> None:
        """End everything; the endpoint is deleted, or the twin stops."""
        self._closed.set()
        with self._lock:
            live, self._live = self._live, None
        if live is not None:
            live.server.stop()
            shutil.rmtree(live.base, ignore_errors=True)

    # ---- bringing a container up ------------------------------------------------------------

    def _bring_up(self, spec: ServingSpec) -> _Live:
        name = uuid.uuid4().hex[:12]
        base = self._cloud.workspace.run / "hosting" / spec.endpoint / name
        log = self._cloud.log_stream(self.log_group, f"{spec.variant}/i-{name}")
        try:
            self._fetch_model(spec, base)
            server = self._container(spec, base, log)
            server.start()
            self._require_health(spec, server)
        except BaseException:
            log.flush()
            shutil.rmtree(base, ignore_errors=True)
            raise
        return _Live(spec, server, base)

    def _fetch_model(self, spec: ServingSpec, base: Path) -> None:
        s3 = self._cloud.client("s3", role_arn=spec.role_arn)
        try:
            fetch_model(s3, spec.model_uri, base)
        except ModelError as error:
            raise DeploymentError(
                f"Failed to download model data for container {spec.variant} from "
                f"{spec.model_uri}: {error}"
            ) from error

    def _container(self, spec: ServingSpec, base: Path, log: LineSink) -> ContainerServer:
        try:
            image = self._images.find(spec.image_digest)
        except TwinError as error:
            raise DeploymentError(f"The image {spec.image_digest} is not there: {error}") from error
        environment = {
            **self._cloud.role_environment(spec.role_arn),
            **image.environment,
            **spec.environment,
        }
        return ContainerServer(image, base, environment, log)

    def _require_health(self, spec: ServingSpec, server: ContainerServer) -> None:
        if server.wait_healthy(spec.startup_s, self._closed):
            return
        cause = server.how_it_ended
        server.stop()
        raise DeploymentError(
            f"The primary container for production variant {spec.variant} did not pass the ping "
            f"health check within {spec.startup_s:.0f} s ({cause}). Please check CloudWatch logs "
            f"for this endpoint: {self.log_group}."
        )

    # ---- keeping it up ----------------------------------------------------------------------

    def _take(self, stack: ExitStack) -> _Live:
        """Return the live container and count the request, so that nobody ends it meanwhile."""
        with self._lock:
            live = self._live
            if live is not None:
                live.server.begin()
                stack.enter_context(live.server.counted())
        if live is None:
            raise NotServingError(self._down("no container was started"))
        return live

    def _down(self, cause: str) -> str:
        return (
            f"endpoint {self._endpoint}: its container does not answer ({cause}); it is restarted "
            f"if it crashed; see the log group {self.log_group}"
        )

    def _watch(self, live: _Live) -> None:
        """Restart a container that crashes, for as long as it is the one to serve."""
        attempt, began = 0, time.monotonic()
        while True:
            live.server.exited.wait()
            if not self._is_live(live):
                return
            attempt = 0 if time.monotonic() - began > STABLE_SECONDS else attempt
            self._closed.wait(RESTART_SECONDS[min(attempt, len(RESTART_SECONDS) - 1)])
            attempt, began = attempt + 1, time.monotonic()
            live = self._restart(live) or live

    def _restart(self, crashed: _Live) -> _Live | None:
        try:
            fresh = self._bring_up(crashed.spec)
        except (DeploymentError, TwinError):
            return None  # the container's log says why; the next attempt comes later
        with self._lock:
            if self._live is crashed:
                self._live = fresh
                shutil.rmtree(crashed.base, ignore_errors=True)
                return fresh
        fresh.server.stop()
        return None

    def _is_live(self, live: _Live) -> bool:
        with self._lock:
            return self._live is live and not self._closed.is_set()


def _retire(live: _Live) -> None:
    live.server.drain_and_stop()
    shutil.rmtree(live.base, ignore_errors=True)
