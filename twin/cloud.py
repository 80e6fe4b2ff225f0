"""The AWS account that the twin plays: moto's state behind one loopback address.

The services that moto completes are moto's; what it lacks is added by `twin.services`, each module
through its `install(cloud)`. The cost of the design is that state lives and dies with this process.
"""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import sys
import threading
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from werkzeug.serving import make_server

from twin.clients import CONFIG, new_session
from twin.errors import TwinError
from twin.logs import LogStream
from twin.service_models import read_models_quickly
from twin.settings import ACCOUNT, inherited_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from werkzeug.serving import BaseWSGIServer

    from twin.calls.gate import Guard
    from twin.settings import Workspace
    from twin.timeline import Timeline
    from twin.wsgi import Route, WsgiApplication, WsgiEnvironment

LOOPBACK = "127.0.0.1"
"""Nothing of the twin listens anywhere else."""

STOP_LATENCY_SECONDS = 0.02
"""How long the server may take to notice that it should stop."""


def free_port(preferred: int | None = None) -> int:
    """Return a port on loopback that is free now: the preferred one if it is."""
    for port in (preferred, 0):
        if port is None:
            continue
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOOPBACK, port))
            return int(probe.getsockname()[1])
    raise TwinError(
        "no free port on loopback",
        resource=LOOPBACK,
        do="end programs that listen on many ports, then try again",
    )


class Cloud:
    """Address, clients, log streams, events and background work of the twin's account.

    It knows no single service: services are installed into it, executors get it handed in.
    """

    account = ACCOUNT

    def __init__(
        self, workspace: Workspace, timeline: Timeline, *, region: str = "us-east-1"
    ) -> None:
        self.workspace = workspace
        self.timeline = timeline
        self.region = region
        self.url = ""
        self.stopping = threading.Event()
        self._routes: list[Route] = []
        self._on_stop: list[Callable[[], None]] = []
        self._clients: dict[tuple[str, str], Any] = {}
        self._roles: dict[str, str] = {}
        self._guard: Guard | None = None
        self._lock = threading.RLock()
        self._server: BaseWSGIServer | None = None
        self._log_streams: dict[tuple[str, str], LogStream] = {}
        self._session = new_session(region)

    # ---- the address ------------------------------------------------------------------------

    def serve(self, *, port: int | None = None) -> None:
        """Start to answer AWS requests on loopback, on the preferred port if it is free."""
        from moto.moto_server.werkzeug_app import (
            DomainDispatcherApplication,
            MotoRequestHandler,
            create_backend_app,
        )

        from twin.calls.gate import Gate

        class Handler(MotoRequestHandler):
            """Keeps connections open, and answers `Expect: 100-continue` as HTTP/1.1 demands."""

            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

        read_models_quickly()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        moto = DomainDispatcherApplication(create_backend_app)
        gate = Gate(self._dispatch(moto), lambda: self._guard)
        server = make_server(
            LOOPBACK, free_port(port), gate, threaded=True, request_handler=Handler
        )
        self._server = server
        self.url = f"http://{LOOPBACK}:{server.server_port}"
        serve = partial(server.serve_forever, poll_interval=STOP_LATENCY_SECONDS)
        threading.Thread(target=serve, name="aws", daemon=True).start()

    def _dispatch(self, moto: WsgiApplication) -> WsgiApplication:
        def application(environ: WsgiEnvironment, start_response: Any) -> Iterable[bytes]:
            for matches, app in self._routes:
                if matches(environ):
                    return app(environ, start_response)
            return moto(environ, start_response)

        return application

    def add_route(self, matches: Callable[[WsgiEnvironment], bool], app: WsgiApplication) -> None:
        """Let a WSGI application answer the requests that match, before moto sees them."""
        self._routes.append((matches, app))

    def guard_with(self, guard: Guard) -> None:
        """Have each call that a role makes judged from now on."""
        self._guard = guard

    def role_of(self, access_key: str) -> str | None:
        """Return the ARN of the role that was given an access key; None if it is nobody's."""
        return self._roles.get(access_key)

    # ---- clients ----------------------------------------------------------------------------

    def client(self, service: str, *, role_arn: str | None = None) -> Any:
        """Return a boto3 client at this twin, shared between threads.

        With a role it carries that role's credentials.

        Raises:
            TwinError: IAM does not know the role.
        """
        key = (service, role_arn or "")
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._make_client(service, role_arn)
            return self._clients[key]

    def _make_client(self, service: str, role_arn: str | None) -> Any:
        if role_arn is None:
            return self._session.client(service, endpoint_url=self.url, config=CONFIG)
        variables = self.role_environment(role_arn)
        return self._session.client(
            service,
            endpoint_url=self.url,
            config=CONFIG,
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=variables["AWS_SESSION_TOKEN"],
        )

    def role_environment(self, role_arn: str) -> dict[str, str]:
        """Return the environment that a service gives to a program that runs as a role.

        It holds this twin's address, the region, temporary credentials and the few harmless
        variables of the person's shell; `PATH` is up to the caller.

        Raises:
            TwinError: IAM does not know the role.
        """
        self._require_role(role_arn)
        answer = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="twin")
        credentials = answer["Credentials"]
        self._roles[credentials["AccessKeyId"]] = role_arn
        return {
            **inherited_environment(),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _require_role(self, role_arn: str) -> None:
        try:
            role = self.client("iam").get_role(RoleName=role_arn.rsplit("/", 1)[-1])["Role"]
        except ClientError as error:
            raise _no_role(role_arn, str(error)) from error
        if role["Arn"] != role_arn:
            raise _no_role(role_arn, f"{role['Arn']}, of the same name")

    # ---- logs, events, background work ------------------------------------------------------

    def log_stream(self, group: str, stream: str) -> LogStream:
        """Return the stream of a log group; both are made with the first line."""
        with self._lock:
            key = (group, stream)
            if key not in self._log_streams:
                self._log_streams[key] = LogStream(
                    lambda: self.client("logs"), group, stream, self.workspace.last / "logs"
                )
            return self._log_streams[key]

    def emit(
        self,
        source: str,
        detail_type: str,
        detail: Mapping[str, Any],
        resources: Sequence[str] = (),
    ) -> None:
        """Put an event of a service on EventBridge's default bus, as that service would.

        Once the cloud has stopped there is no bus any more, and nobody who would mind.
        """
        if self.stopping.is_set():
            return
        self.client("events").put_events(
            Entries=[
                {
                    "Source": source,
                    "DetailType": detail_type,
                    "Detail": json.dumps(detail),
                    "Resources": list(resources),
                }
            ]
        )

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Do work in a thread of its own; what it raises is shown, never lost."""
        threading.Thread(target=self.attempt, args=(name, work), name=name, daemon=True).start()

    def attempt(self, name: str, work: Callable[[], None]) -> None:
        """Do work now; what it raises is shown, and goes no further."""
        try:
            work()
        except Exception:  # noqa: BLE001 - the last line before the thread would swallow it
            if not self.stopping.is_set():
                self._report_crash(name, traceback.format_exc())

    def _report_crash(self, name: str, trace: str) -> None:
        file = self.workspace.last / "crashes.log"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f"{name}\n{trace}\n")
        cause = trace.strip().splitlines()[-1]
        print(f"twin: {name} crashed: {cause} (see {file})", file=sys.stderr)  # noqa: T201 - the terminal is the place

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Call the callback when the twin stops, last registered first."""
        self._on_stop.append(callback)

    def stop(self) -> None:
        """Stop background work, then the address; safe to call twice."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        for callback in reversed(self._on_stop):
            with contextlib.suppress(Exception):
                callback()
        for stream in tuple(self._log_streams.values()):
            with contextlib.suppress(Exception):
                stream.flush()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


def _no_role(role_arn: str, found: str) -> TwinError:
    return TwinError(
        "the role does not exist",
        resource=role_arn,
        found=found,
        expected="a role that the program created",
        do="give the resource the ARN of a role of this stack",
    )
