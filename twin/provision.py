"""Provisions the twin: runs the program that deploys to AWS against the twin's own account.

    provision(cloud) -> Provisioned(outputs, resources)

This is the resource factory's in-process front end. `ops.program` runs the unchanged `__main__.py`;
each resource that the program registers is created at once, those that need nothing of each other
in parallel. It keeps no state between runs: the account is empty when it begins.
"""

from __future__ import annotations

import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pulumi.runtime import mocks

from ops.program import evaluate, plain
from twin.assets import resolved
from twin.errors import TwinError
from twin.resources.factory import Factory
from twin.service_models import read_models_quickly
from twin.settings import STACK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin.cloud import Cloud
    from twin.resources.resource import Outputs

STEP = "provision"
PROVIDER_PREFIX = "pulumi:providers:"
AT_ONCE = 4
"""Resources under way at the same time. More only queue for the interpreter, which the services
share: measured from cold, 3.2 s with 16 at once, 2.6 s with 4."""

OUR_PACKAGES = ("components", "models", "ops")
"""Packages of the program whose errors already say all that a person needs."""


class ProgramError(TwinError):
    """What the program itself refused, in its own words and in full."""

    def __str__(self) -> str:
        return self.cause


@dataclass(frozen=True)
class ProvisionedResource:
    """A resource of the program that now exists in the twin."""

    type: str
    name: str
    id: str
    outputs: Outputs


@dataclass(frozen=True)
class Provisioned:
    """The stack as it now is: its outputs, and its resources in order of creation."""

    outputs: Mapping[str, Any]
    resources: Sequence[ProvisionedResource]

    def of_type(self, token: str) -> list[ProvisionedResource]:
        """Return the resources of one type, such as `aws:s3/bucket:Bucket`."""
        return [resource for resource in self.resources if resource.type == token]


def provision(
    cloud: Cloud,
    stack: str = STACK,
    *,
    root: Path | None = None,
    values: Mapping[str, str] | None = None,
) -> Provisioned:
    """Create every resource of the program in the twin and return the stack.

    Args:
        cloud: The account, with nothing of the stack in it.
        stack: Names `Pulumi.<stack>.yaml`.
        root: The folder of the program; the workspace's own if None.
        values: Settings that win over the stack's file, under full keys (`mlops:branch`).

    Raises:
        TwinError: A resource could not be created, or the program itself failed; nothing of it is
            tried again.
    """
    root = root or cloud.workspace.root
    answering = _AnsweringCloud(cloud, root)
    read_models_quickly()
    try:
        graph = evaluate(root, stack, answering, values=values)
    except Exception as error:
        raise (answering.failure or _program_error(error, root)) from error
    return Provisioned(graph.outputs, tuple(answering.created))


class _AnsweringCloud(mocks.Mocks):
    """Answers the program's requests by creating what it registers. Called from many threads."""

    def __init__(self, cloud: Cloud, root: Path) -> None:
        self._factory = Factory(cloud.client, account=cloud.account, region=cloud.region)
        self._root = root
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(AT_ONCE)
        self.created: list[ProvisionedResource] = []
        self.failure: TwinError | None = None

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Create one resource, unless another has failed already."""
        given = cast("dict[str, Any]", args.inputs)  # pyright: ignore[reportUnknownMemberType] - a bare dict in Pulumi
        if not args.custom or args.typ.startswith(PROVIDER_PREFIX):
            return args.name, dict(given)
        if self.failure is not None:
            raise self.failure
        try:
            return self._create(args.typ, args.name, given)
        except TwinError as error:
            self._keep(error, f"{args.typ} {args.name}")
            raise

    def call(  # pyright: ignore[reportIncompatibleMethodOverride] - the monitor takes a plain dict only
        self, args: mocks.MockCallArgs
    ) -> dict[str, Any]:
        """Answer a data source."""
        try:
            asked = cast("dict[str, Any]", args.args)  # pyright: ignore[reportUnknownMemberType] - as above
            return dict(self._factory.look_up(args.token, plain(asked)))
        except TwinError as error:
            self._keep(error, args.token)
            raise

    def _create(self, token: str, name: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        values = {key: resolved(value, self._root) for key, value in plain(given).items()}
        with self._slots:
            created = self._factory.create(token, name, values)
        with self._lock:
            self.created.append(ProvisionedResource(token, name, created.id, created.outputs))
        opaque = {key: given[key] for key, value in values.items() if isinstance(value, bytes)}
        return created.id, {**created.outputs, **opaque}

    def _keep(self, error: TwinError, where: str) -> None:
        """Keep the first failure: those that follow are its echoes."""
        error.step, error.resource = error.step or STEP, error.resource or where
        with self._lock:
            self.failure = self.failure or error


def _program_error(error: Exception, root: Path) -> TwinError:
    """Return the error for a program that failed by itself."""
    if type(error).__module__.partition(".")[0] in OUR_PACKAGES:
        return ProgramError(str(error), step=STEP)
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(root) and "site-packages" not in frame.filename
    ]
    line = f"{Path(own[-1].filename).relative_to(root)}:{own[-1].lineno}" if own else "__main__.py"
    return TwinError(
        f"the program failed: {type(error).__name__}: {error}",
        step=STEP,
        resource=line,
        do="correct the program; `pulumi up` would stop at the same place",
    )
