"""The AWS provider of Pulumi's engine, played by the twin: the factory's other front end.

    pulumi-resource-aws -> python -m twin.provider -> the twin at AWS_ENDPOINT_URL

With it on PATH as `pulumi-resource-aws`, the real command line runs preview, up, refresh and
destroy of the unchanged program against the twin. The engine keeps the state; here each request of
its protocol becomes one call of the factory.

What it deliberately does not do: it imports nothing, and a refresh sees that something is gone, but
not that somebody changed it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import grpc
import pulumi
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental import server
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from ops.replacements import differences, replaced_by
from ops.urns import type_of
from twin.assets import resolved
from twin.clients import Clients
from twin.errors import TwinError
from twin.resources.factory import Factory
from twin.resources.inputs import Inputs, whole_numbers
from twin.resources.registry import TYPES
from twin.resources.resource import Existing
from twin.service_models import read_models_quickly
from twin.settings import ACCOUNT, endpoint_url, forget_person_credentials

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from twin.resources.resource import Clients as ClientsOfServices

    Values = Mapping[str, PropertyValue]

GIVEN = "__inputs"
"""The property of a resource's state that keeps its inputs; the SDK hides names like this one."""

NAMES = ("alarmName", "bucket", "dashboardName", "name", "repositoryName")
"""Properties by which a resource is named for good: one of the same name has to go first."""

HASHES = "__hashes"
"""The property of a request that holds the engine's hash of each file among the inputs."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
ASSET, ARCHIVE = "c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"
"""How the engine's wire format marks what is no plain value, and which of those are files."""

FIRST_REGION = "us-east-1"
LOOPBACK = ("http://127.0.0.1:", "http://localhost:")


class AwsProvider(protocol.Provider):
    """Answers the engine's requests about resources of the package `aws`."""

    def __init__(self, clients_in: Callable[[str], ClientsOfServices], root: Path) -> None:
        self._clients_in = clients_in
        self._root = root
        self._factory = self._in(FIRST_REGION)

    def _in(self, region: str) -> Factory:
        return Factory(self._clients_in(region), account=ACCOUNT, region=region)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Learn which region the stack lies in."""
        region = request.args.get("region")
        self._factory = self._in(str(region.value) if region is not None else FIRST_REGION)
        return await super().configure(request)

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """Say whose place this is; the program's own package knows the types."""
        del request
        schema = {"name": "aws", "version": version("pulumi-aws")}
        return protocol.GetSchemaResponse(json.dumps(schema))

    async def diff_config(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Find no change of the provider itself worth a replacement of everything."""
        del request
        return protocol.DiffResponse(changes=False)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse a type that the twin does not know, before anything is created."""
        failures: list[protocol.CheckFailure] = []
        token = type_of(request.urn)
        if token not in TYPES:
            reason = f"the twin does not know {token}: add it to twin/resources/registry.py"
            failures.append(protocol.CheckFailure("", reason))
        return protocol.CheckResponse(inputs=request.new_inputs, failures=failures)

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Compare inputs: what changed, and whether it can change in place."""
        old, new = _kept_inputs(request.old_state), _plain_properties(request.new_inputs)
        paths = list(differences(old, new))
        replacing = replaced_by(type_of(request.urn), old, new)
        named = any(name in new and old.get(name) == new[name] for name in NAMES)
        return protocol.DiffResponse(
            changes=bool(paths),
            replaces=sorted({_top(path) for path in replacing}),
            diffs=sorted({_top(path) for path in paths}),
            delete_before_replace=bool(replacing) and named,
            detailed_diff={path: _kind(replacing=path in replacing) for path in paths},
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Create a resource; in a preview nothing but the inputs is known of it."""
        given = request.properties
        if request.preview:
            return protocol.CreateResponse("", _own(given))
        values = self._values(given)
        created = await asyncio.to_thread(
            self._factory.create, type_of(request.urn), request.name, values, salt=uuid.uuid4().hex
        )
        return protocol.CreateResponse(created.id, self._state(given, created.outputs))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Change a resource."""
        given = request.news
        if request.preview:
            return protocol.UpdateResponse(self._expected(request))
        existing = _existing(request.resource_id, request.olds)
        updated = await asyncio.to_thread(
            self._factory.update, type_of(request.urn), request.name, existing, self._values(given)
        )
        return protocol.UpdateResponse(self._state(given, updated.outputs))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Say whether a resource is still there."""
        existing = _existing(request.resource_id, request.properties)
        found = await asyncio.to_thread(
            self._factory.exists, type_of(request.urn), request.name, existing
        )
        if not found:
            return protocol.ReadResponse("", {}, {})
        return protocol.ReadResponse(request.resource_id, request.properties, request.inputs)

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Take a resource away."""
        existing = _existing(request.resource_id, request.properties)
        await asyncio.to_thread(self._factory.delete, type_of(request.urn), request.name, existing)

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        """Answer a data source."""
        asked = _plain_properties(request.args)
        answer = await asyncio.to_thread(self._factory.look_up, request.tok, asked)
        return protocol.InvokeResponse(_properties(answer))

    # ---- values -----------------------------------------------------------------------------

    def _values(self, given: Values) -> dict[str, Any]:
        """Return inputs as the factory takes them."""
        return {name: resolved(_plain(value), self._root) for name, value in _own(given).items()}

    def _state(self, given: Values, outputs: Mapping[str, Any]) -> dict[str, PropertyValue]:
        """Return the properties of a resource: what was given, and what the service made of it.

        Of files only the hashes are kept, as the engine does.
        """
        hashes = cast("Mapping[str, PropertyValue]", given[HASHES].value)
        kept = {**_own(given), **hashes}
        decided = {
            name: _property(value)
            for name, value in outputs.items()
            if name not in kept or not kept[name].contains_secret()
        }
        readable = {name: value for name, value in kept.items() if name not in hashes}
        return {**readable, **decided, GIVEN: PropertyValue(kept)}

    def _expected(self, request: protocol.UpdateRequest) -> dict[str, PropertyValue]:
        """Return what a preview can know of an update."""
        unknown = dict.fromkeys(TYPES[type_of(request.urn)].renewed, PropertyValue(UNKNOWN))
        return {**_own(request.olds), **_own(request.news), **unknown}


def _existing(identity: str, state: Values) -> Existing:
    return Existing(identity, Inputs(_kept_inputs(state)), _plain_properties(_own(state)))


def _kept_inputs(state: Values) -> dict[str, Any]:
    return whole_numbers(_plain(state[GIVEN])) if GIVEN in state else {}


def _own(properties: Values) -> dict[str, PropertyValue]:
    """Return the properties without those that only the provider, or the SDK, knows."""
    return {name: value for name, value in properties.items() if not name.startswith("__")}


def _plain_properties(properties: Values) -> dict[str, Any]:
    return whole_numbers({name: _plain(value) for name, value in _own(properties).items()})


def _plain(value: PropertyValue) -> Any:
    """Return a property as plain JSON, and assets as they are."""
    inner: Any = value.value
    if isinstance(inner, str | pulumi.Asset | pulumi.Archive):
        return inner
    if hasattr(inner, "items"):
        parts = cast("Mapping[str, PropertyValue]", inner)
        return {name: _plain(item) for name, item in parts.items()}
    if isinstance(inner, tuple):
        return [_plain(item) for item in cast("tuple[PropertyValue, ...]", inner)]
    return inner


def _property(value: Any) -> PropertyValue:
    """Return plain JSON as a property."""
    if isinstance(value, dict):
        return PropertyValue(_properties(cast("dict[str, Any]", value)))
    if isinstance(value, list):
        return PropertyValue([_property(item) for item in cast("list[Any]", value)])
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value))
    return PropertyValue(value)


def _properties(values: Mapping[str, Any]) -> dict[str, PropertyValue]:
    return {name: _property(value) for name, value in values.items()}


def _top(path: str) -> str:
    return path.split(".")[0].split("[")[0]


def _kind(*, replacing: bool) -> protocol.PropertyDiff:
    kinds = protocol.PropertyDiffKind
    return protocol.PropertyDiff(
        kinds.UPDATE_REPLACE if replacing else kinds.UPDATE, input_diff=True
    )


class Servicer(server.ProviderServicer):
    """Serves the engine's requests; hashes stand for files where the SDK would stumble over them.

    A state holds no files, only hashes of them: inputs alone are searched. It also says what went
    wrong without Python's traceback. Its methods have the protocol's names.
    """

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: D102, N802 - see the class
        _forget_files(request.olds)
        return await super().Check(request, context)

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: D102, N802 - see the class
        _forget_files(request.news)
        return await super().Diff(request, context)

    async def Create(self, request: Any, context: Any) -> Any:  # noqa: D102, N802 - see the class
        _note_hashes(request.properties)
        return await _plainly(cast("Any", super()).Create(request, context), context)

    async def Update(self, request: Any, context: Any) -> Any:  # noqa: D102, N802 - see the class
        _note_hashes(request.news)
        return await _plainly(cast("Any", super()).Update(request, context), context)

    async def Read(self, request: Any, context: Any) -> Any:  # noqa: D102, N802 - see the class
        _forget_files(request.inputs)
        return await _plainly(cast("Any", super()).Read(request, context), context)

    async def Delete(self, request: Any, context: Any) -> Any:  # noqa: D102, N802 - see the class
        return await _plainly(cast("Any", super()).Delete(request, context), context)


async def _plainly(work: Awaitable[Any], context: Any) -> Any:
    """Do the work; what a person has to know of a failure stands in the twin's own error."""
    try:
        return await work
    except Exception as error:
        cause = error.__context__
        if isinstance(cause, TwinError):
            await context.abort(grpc.StatusCode.UNKNOWN, str(cause))
        raise


def _forget_files(properties: Any) -> None:
    """Put the engine's own hash in place of each file."""
    for name, digest in _hashes(properties).items():
        properties.fields[name].string_value = digest


def _note_hashes(properties: Any) -> None:
    """Hand on the engine's own hash of each file beside the file."""
    properties.update({HASHES: _hashes(properties)})


def _hashes(properties: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in properties.fields.items():
        parts = value.struct_value.fields
        if SIGNATURE in parts and parts[SIGNATURE].string_value in (ASSET, ARCHIVE):
            found[name] = parts["hash"].string_value
    return found


def local_endpoint(url: str) -> str:
    """Return the twin's address.

    Raises:
        TwinError: There is none, or it leads off this machine.
    """
    if url.startswith(LOOPBACK):
        return url
    raise TwinError(
        "this provider plays AWS on this machine alone",
        resource="pulumi-resource-aws",
        found=f"AWS_ENDPOINT_URL={url!r}",
        expected="the address of a twin, such as http://127.0.0.1:5000",
        do="take its folder from PATH to reach AWS, or set AWS_ENDPOINT_URL as `make up` prints it",
    )


def main() -> None:
    """Serve the engine until it ends this process."""
    try:
        url = local_endpoint(endpoint_url())
    except TwinError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the engine shows what a plugin prints
        raise SystemExit(1) from error
    forget_person_credentials()
    read_models_quickly()
    server.ProviderServicer = Servicer  # the SDK's server asks for no other
    server.main(sys.argv[1:], version("pulumi-aws"), AwsProvider(partial(Clients, url), Path.cwd()))


if __name__ == "__main__":
    main()
