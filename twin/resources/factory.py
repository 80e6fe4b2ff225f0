"""Finds the functions of a type, calls them, and turns what goes wrong into one clear error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from twin.errors import TwinError
from twin.resources.inputs import Inputs, whole_numbers
from twin.resources.refusals import refused, unknown_type, unused_properties
from twin.resources.registry import LOOKUPS, TYPES
from twin.resources.resource import Context, Created, Existing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.resources.resource import Clients, Outputs, ResourceType

Answer = TypeVar("Answer")

GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|^404$")
"""What the codes of all services have in common that say: there is no such thing."""


class Factory:
    """Creates, changes and deletes resources; safe to call from several threads at once.

    It keeps no record of what it made: that is the account's matter, or its front end's.
    """

    def __init__(self, clients: Clients, *, account: str, region: str) -> None:
        self._clients = clients
        self._account = account
        self._region = region

    def create(
        self, token: str, name: str, values: Mapping[str, Any], *, salt: str = ""
    ) -> Created:
        """Create a resource and return its id with every output property.

        Args:
            token: Its type, such as `aws:s3/bucket:Bucket`.
            name: The program's own name for it.
            values: Its inputs under camelCase names: JSON values; bytes for assets and archives.
            salt: Makes a name that the program left open differ from that of another creation.

        Raises:
            TwinError: The type is unknown, a property is wrong or not carried out by the twin, or
                the service refused the request.
        """
        known = _known(token, name)
        inputs = Inputs(whole_numbers(values))
        created = _explained(
            lambda: known.create(inputs, self._context(token, name, salt)),
            f"{token} {name}",
            values,
        )
        _refuse_unused(known, name, inputs)
        return Created(created.id, self._outputs(known, values, created.outputs))

    def update(
        self, token: str, name: str, existing: Existing, values: Mapping[str, Any]
    ) -> Created:
        """Change a resource to other inputs and return it with every output property.

        Raises:
            TwinError: The type can't be changed, a property that changed is not carried out by the
                twin, or the service refused the request.
        """
        known = _known(token, name)
        if known.update is None:
            raise _lacks(known, name, "update")
        update, inputs = known.update, Inputs(whole_numbers(values))
        updated = _explained(
            lambda: update(existing, inputs, self._context(token, name)), f"{token} {name}", values
        )
        _refuse_unused(known, name, inputs, changed=existing.inputs.differing(inputs))
        kept = {key: value for key, value in existing.outputs.items() if key not in values}
        return Created(updated.id, {**kept, **self._outputs(known, values, updated.outputs)})

    def delete(self, token: str, name: str, existing: Existing) -> None:
        """Take a resource away; one that is gone already is fine.

        Raises:
            TwinError: The type can't be deleted, or the service refused the request.
        """
        known = _known(token, name)
        if known.delete is None:
            raise _lacks(known, name, "delete")
        delete = known.delete
        _unless_gone(lambda: delete(existing, self._context(token, name)), f"{token} {name}")

    def exists(self, token: str, name: str, existing: Existing) -> bool:
        """Say whether a resource is still there.

        Raises:
            TwinError: The type can't be asked for, or the service refused the request.
        """
        known = _known(token, name)
        if known.exists is None:
            raise _lacks(known, name, "exists")
        exists = known.exists
        where = f"{token} {name}"
        return bool(_unless_gone(lambda: exists(existing, self._context(token, name)), where))

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

    def _context(self, token: str, name: str, salt: str = "") -> Context:
        return Context(self._clients, self._account, self._region, token, name, salt)

    def _outputs(
        self, known: ResourceType, values: Mapping[str, Any], decided: Outputs
    ) -> dict[str, Any]:
        outputs = {name: value for name, value in values.items() if not isinstance(value, bytes)}
        if known.tagged:
            outputs["tagsAll"] = dict(values.get("tags") or {})
        if known.regional:
            outputs["region"] = self._region
        return {**outputs, **decided}


def _known(token: str, name: str) -> ResourceType:
    known = TYPES.get(token)
    if known is None:
        raise unknown_type(token, name, TYPES.keys(), _module("<service>"))
    return known


def _lacks(known: ResourceType, name: str, what: str) -> TwinError:
    return TwinError(
        f"the twin knows no {what} for this type",
        resource=f"{known.token} {name}",
        expected=f"a type with {what} in its ResourceType",
        do=f"add it in {_module_of(known)}",
    )


def _module_of(known: ResourceType) -> str:
    return _module(known.create.__module__.rsplit(".", 1)[-1])


def _refuse_unused(
    known: ResourceType, name: str, inputs: Inputs, changed: set[str] | None = None
) -> None:
    """Refuse properties that were not carried out: all given ones, or those that changed."""
    inputs.ignore("tags" if known.tagged and changed is None else "", "region")
    unused = [
        path
        for path in inputs.unused()
        if changed is None or re.split(r"[.\[]", path)[0] in changed
    ]
    if unused:
        raise unused_properties(f"{known.token} {name}", unused, _module_of(known))


def _explained(work: Callable[[], Answer], where: str, values: Mapping[str, Any]) -> Answer:
    try:
        return work()
    except TwinError as error:
        error.resource = error.resource or where
        raise
    except (ClientError, BotoCoreError) as error:
        raise refused(error, where, values) from error


def _unless_gone(work: Callable[[], Answer], where: str) -> Answer | None:
    try:
        return _explained(work, where, {})
    except TwinError as error:
        if _says_gone(error.__cause__):
            return None
        raise


def _says_gone(cause: BaseException | None) -> bool:
    if not isinstance(cause, ClientError):
        return False
    return GONE.search(cause.response.get("Error", {}).get("Code", "")) is not None


def _module(name: str) -> str:
    return f"twin/resources/{name}.py"
