"""Finds the handler of a type, calls it, and turns what goes wrong into one clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from twin.errors import TwinError
from twin.resources.inputs import Inputs, whole_numbers
from twin.resources.refusals import refused, unknown_type, unused_properties
from twin.resources.registry import LOOKUPS, TYPES
from twin.resources.resource import Context, Created

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.resources.resource import Clients, Outputs, ResourceType

Answer = TypeVar("Answer")


class Factory:
    """Creates resources and answers data sources; safe to call from several threads at once.

    It keeps no record of what it made: that is the account's matter, or its front end's.
    """

    def __init__(self, clients: Clients, *, account: str, region: str) -> None:
        self._clients = clients
        self._account = account
        self._region = region

    def create(self, token: str, name: str, values: Mapping[str, Any]) -> Created:
        """Create a resource and return its id with every output property.

        Args:
            token: Its type, such as `aws:s3/bucket:Bucket`.
            name: The program's own name for it.
            values: Its inputs under camelCase names: JSON values; bytes for assets and archives.

        Raises:
            TwinError: The type is unknown, a property is wrong or not carried out by the twin, or
                the service refused the request.
        """
        known = TYPES.get(token)
        if known is None:
            raise unknown_type(token, name, TYPES.keys(), _module("<service>"))
        inputs = Inputs(whole_numbers(values))
        created = _explained(
            lambda: known.create(inputs, self._context(token, name)), f"{token} {name}", values
        )
        _refuse_unused(known, name, inputs)
        return Created(created.id, self._outputs(known, values, created.outputs))

    def look_up(self, token: str, values: Mapping[str, Any]) -> Outputs:
        """Answer a data source, such as `aws:index/getRegion:getRegion`.

        Raises:
            TwinError: The data source is unknown, or the service did not answer.
        """
        known = LOOKUPS.get(token)
        if known is None:
            raise unknown_type(token, "", LOOKUPS.keys(), _module("lookups"))
        inputs = Inputs(whole_numbers(values))
        return _explained(lambda: known(inputs, self._context(token, "")), token, values)

    def _context(self, token: str, name: str) -> Context:
        return Context(self._clients, self._account, self._region, token, name)

    def _outputs(
        self, known: ResourceType, values: Mapping[str, Any], decided: Outputs
    ) -> dict[str, Any]:
        outputs = {name: value for name, value in values.items() if not isinstance(value, bytes)}
        if known.tagged:
            outputs["tagsAll"] = dict(values.get("tags") or {})
        if known.regional:
            outputs["region"] = self._region
        return {**outputs, **decided}


def _refuse_unused(known: ResourceType, name: str, inputs: Inputs) -> None:
    inputs.ignore("tags" if known.tagged else "", "region")
    unused = inputs.unused()
    if unused:
        module = known.create.__module__.rsplit(".", 1)[-1]
        raise unused_properties(f"{known.token} {name}", unused, _module(module))


def _explained(work: Callable[[], Answer], where: str, values: Mapping[str, Any]) -> Answer:
    try:
        return work()
    except TwinError as error:
        error.resource = error.resource or where
        raise
    except (ClientError, BotoCoreError) as error:
        raise refused(error, where, values) from error


def _module(name: str) -> str:
    return f"twin/resources/{name}.py"
