"""Evaluates the Pulumi program in this process into a graph of plain data.

    evaluate(root, "dev", StandInCloud()) -> Graph

The same `__main__.py` that `pulumi up` runs is run here against a monitor of our own: no engine, no
command-line tool, no credentials. What answers for the cloud is passed in: `StandInCloud` creates
nothing, the twin's creates each resource in its own AWS.

The price: this module is the one place that knows parts of `pulumi.runtime` which are not public
(the monitor's protocol, the stack's start). They are held by tests and by an exact version.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import runpy
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pulumi
from pulumi.runtime import mocks, rpc, set_all_config
from pulumi.runtime.settings import reset_options, set_root_resource
from pulumi.runtime.stack import run_in_stack

from ops.computed import ACCOUNT, computed_outputs, identities
from ops.graph import Graph, Options, Resource
from ops.interrupts import broken_off_by_ctrl_c
from ops.stack_files import StackConfig, read_stack_config
from ops.urns import STACK_TYPE, head_of, join_urn, types_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Graph", "Options", "Resource", "StandInCloud", "evaluate", "plain"]

PARALLEL = 16
"""How many resources may be under way at once; the engine's own default is of this order."""

CALLER_IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity"
AVAILABILITY_ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"


class StandInCloud(mocks.Mocks):
    """Answers every request as a cloud would that has room for everything; creates nothing.

    Subclasses replace `new_resource` to create something. `preview` leaves ids and whatever the
    program did not name itself unknown, as the engine's first preview does.
    """

    def __init__(
        self, *, account: str = ACCOUNT, region: str = "us-east-1", preview: bool = False
    ) -> None:
        self.account = account
        self.region = region
        self.preview = preview

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Return id and outputs of a resource that does not exist."""
        inputs = cast("dict[str, Any]", args.inputs)  # pyright: ignore[reportUnknownMemberType] - a bare dict
        if self.preview or not args.custom:
            return "", inputs
        computed = computed_outputs(
            args.typ, args.name, inputs, region=self.region, account=self.account
        )
        return identities(args.name)[0], {**computed, **inputs}

    def call(  # pyright: ignore[reportIncompatibleMethodOverride] - the monitor takes a plain dict only
        self, args: mocks.MockCallArgs
    ) -> dict[str, Any]:
        """Answer a data source: who is calling, and which zones there are."""
        if args.token == CALLER_IDENTITY:
            return {"accountId": self.account, "id": self.account, "arn": "", "userId": ""}
        if args.token == AVAILABILITY_ZONES:
            zones = [f"{self.region}{zone}" for zone in "abc"]
            return {"names": zones, "id": self.region, "region": self.region}
        raise LookupError(
            f"The program calls {args.token}, which {type(self).__name__} cannot answer"
        )


def evaluate(
    root: Path,
    stack: str,
    cloud: mocks.Mocks,
    *,
    preview: bool = False,
    values: Mapping[str, str] | None = None,
) -> Graph:
    """Run the program below `root` for one stack and return what it asked for.

    Args:
        root: The folder of `Pulumi.yaml` and `__main__.py`.
        stack: Names `Pulumi.<stack>.yaml`.
        cloud: Creates resources and answers data sources. Its `new_resource` is called from
            several threads at once, each time after everything the resource depends on exists.
        preview: Whether the program is told that this is a preview.
        values: Settings that win over the stack's file, under full keys (`mlops:branch`).

    Raises:
        StackFileError: The project's or the stack's file cannot be used.
        Exception: What the program, or the cloud, raised.
    """
    config = read_stack_config(root, stack)
    config = replace(config, values={**config.values, **(values or {})})
    # The runtime keeps all its state in context variables: in a context of its own, an evaluation
    # neither sees an earlier one nor leaves anything behind.
    return contextvars.copy_context().run(_evaluate, root, stack, config, cloud, preview)


def _evaluate(
    root: Path,
    stack: str,
    config: StackConfig,
    cloud: mocks.Mocks,
    preview: bool,  # noqa: FBT001 - private
) -> Graph:
    recorder = _Recorder(cloud)
    with _workers() as executor, _event_loop(executor) as loop, broken_off_by_ctrl_c(loop):
        loop.run_until_complete(_run(root, stack, config, recorder, executor, preview))
    resources = sorted(recorder.recorded, key=lambda resource: resource.urn)
    return Graph(config.project, stack, tuple(resources), recorder.outputs)


async def _run(
    root: Path,
    stack: str,
    config: StackConfig,
    recorder: _Recorder,
    executor: ThreadPoolExecutor,
    preview: bool,  # noqa: FBT001 - private
) -> None:
    asyncio.get_running_loop().set_default_executor(executor)
    reset_options(project=config.project, stack=stack)  # nothing under way of an earlier evaluation
    set_all_config(dict(config.values), sorted(config.secrets))
    # Where there is no stack, set_mocks makes one; its outputs, none at all, may come last.
    set_root_resource(cast("Any", object()))
    mocks.set_mocks(
        recorder.mocks,
        project=config.project,
        stack=stack,
        preview=preview,
        monitor=recorder,
        organization="organization",
    )
    set_root_resource(cast("Any", None))
    with _importable(root), _collecting_nothing():
        await run_in_stack(lambda: _execute(root))


def _execute(root: Path) -> None:
    with warnings.catch_warnings():
        # Each module of pulumi_aws warns of its own old classes whenever it is imported.
        warnings.filterwarnings(
            "ignore", r"\S+ has been deprecated in favor of", DeprecationWarning
        )
        runpy.run_path(str(root / "__main__.py"), run_name="__main__")


@contextmanager
def _importable(root: Path) -> Iterator[None]:
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Leave garbage alone meanwhile: a million lasting objects are made here, and next to none.

    Looking through them takes a third of the time, and their last inspection when the process ends
    another; frozen, they are never looked at again.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_collecting:
            gc.enable()


@contextmanager
def _workers() -> Iterator[ThreadPoolExecutor]:
    """Threads with an event loop each, which the monitor needs, and which are closed at the end."""
    loops: list[asyncio.AbstractEventLoop] = []

    def open_loop() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    try:
        with ThreadPoolExecutor(PARALLEL, "pulumi", initializer=open_loop) as executor:
            yield executor
    finally:
        for loop in loops:
            loop.close()


@contextmanager
def _event_loop(executor: ThreadPoolExecutor) -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop for one evaluation; after Ctrl-C nobody waits for what is still to be done."""
    runner = asyncio.Runner()
    loop = runner.get_loop()
    try:
        yield loop
    except KeyboardInterrupt:
        executor.shutdown(cancel_futures=True)
        loop.close()
        raise
    finally:
        if not loop.is_closed():
            runner.close()


class _Recorder(mocks.MockMonitor):
    """A monitor that writes down what is registered with it, and lets `mocks` create it.

    Its methods have the names of the monitor's protocol, whose messages have no types.
    """

    def __init__(self, cloud: mocks.Mocks) -> None:
        super().__init__(cloud)
        self.recorded: list[Resource] = []
        self.outputs: dict[str, Any] = {}
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def RegisterResource(self, request: Any) -> Any:  # noqa: ANN401, N802 - see the class
        monitor = cast("Any", super())
        if request.type == STACK_TYPE:
            return monitor.RegisterResource(request)
        urn = self.make_urn(request.parent, request.type, request.name)
        self._claim(urn)
        answer = monitor.RegisterResource(request)
        self.recorded.append(_resource(urn, answer.id, request))
        return answer

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: ANN401, N802 - see the class
        if types_of(request.urn) == STACK_TYPE:
            self.outputs = plain(rpc.deserialize_properties(request.outputs, keep_unknowns=True))
        return cast("Any", super()).RegisterResourceOutputs(request)

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Return the URN that the engine gives: with the types of all the parents but the stack.

        The SDK's own, for tests alone, has no more than the nearest parent.
        """
        head = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}"
        return join_urn(head, parent, type_, name)

    def _claim(self, urn: str) -> None:
        """Refuse what the engine refuses and the monitor of the mocks does not: two of one URN."""
        with self._lock:
            if urn in self._seen:
                raise ValueError(f"Two resources are registered as {urn}; give one another name")
            self._seen.add(urn)


def _resource(urn: str, resource_id: str, request: Any) -> Resource:  # noqa: ANN401 - protobuf has no types
    raw = cast("dict[str, Any]", rpc.deserialize_properties(request.object, keep_unknowns=True))
    return Resource(
        urn=urn,
        type=request.type,
        name=request.name,
        id=resource_id,
        custom=request.custom,
        inputs=plain(raw),
        secrets=frozenset(name for name, value in raw.items() if _holds_secret(value)),
        parent=request.parent,
        dependencies=frozenset(request.dependencies),
        property_dependencies={
            name: frozenset(value.urns) for name, value in request.propertyDependencies.items()
        },
        options=_options(urn, request),
    )


def _options(urn: str, request: Any) -> Options:  # noqa: ANN401 - protobuf has no types
    return Options(
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=request.deleteBeforeReplace,
        ignore_changes=tuple(request.ignoreChanges),
        aliases=tuple(_alias(urn, alias, request) for alias in request.aliases),
        create_timeout=request.customTimeouts.create,
        update_timeout=request.customTimeouts.update,
        delete_timeout=request.customTimeouts.delete,
    )


def _alias(urn: str, alias: Any, request: Any) -> str:  # noqa: ANN401 - protobuf has no types
    """Return the URN that a resource had before: what an alias leaves out is as it is now."""
    if alias.urn:
        return str(alias.urn)
    spec = alias.spec
    parent = "" if spec.noParent else spec.parentUrn or request.parent
    return join_urn(head_of(urn), parent, spec.type or request.type, spec.name or request.name)


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON, and assets
    """Return the value without the marks that secrets carry."""
    if rpc.is_rpc_secret(value):
        return plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {key: plain(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [plain(item) for item in cast("list[Any]", value)]
    return value


def _holds_secret(value: Any) -> bool:  # noqa: ANN401 - any JSON, and assets
    if rpc.is_rpc_secret(value):
        return True
    if isinstance(value, dict):
        return any(_holds_secret(item) for item in cast("dict[str, Any]", value).values())
    return isinstance(value, list) and any(_holds_secret(item) for item in cast("list[Any]", value))
