"""What a resource type is to the factory: its token and the functions that carry it out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from twin.resources.inputs import Inputs

Clients = Callable[[str], Any]
"""Gives the boto3 client of a service; the same one each time, shared between threads."""

Outputs = Mapping[str, Any]
"""Properties under the provider's camelCase names, as plain JSON values."""


@dataclass(frozen=True)
class Created:
    """A resource that now exists.

    `outputs` holds what the service decided; the factory adds the inputs, which the provider
    gives back as well.
    """

    id: str
    outputs: Outputs = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Existing:
    """A resource as it was when it was last created or updated."""

    id: str
    inputs: Inputs
    outputs: Outputs


@dataclass(frozen=True)
class Context:
    """What surrounds the creation of one resource: the account, and the program's name for it.

    Attributes:
        clients: Of the account's services.
        account: Its id.
        region: Its region.
        token: The type.
        name: The program's own name for it.
        salt: Makes names that the program left open differ from those of another creation.
    """

    clients: Clients
    account: str
    region: str
    token: str
    name: str
    salt: str = ""

    def client(self, service: str) -> Any:
        """Return the client of a service."""
        return self.clients(service)

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def physical_name(self, inputs: Inputs, name: str = "name") -> str:
        """Return the name that the service shall know it by.

        One that the program left open is made as Pulumi does it, from the resource's own name and
        seven hex digits; with the same salt they are the same in each run.
        """
        given = inputs.optional(name)
        if given is not None:
            return given
        digits = hashlib.sha256(f"{self.token} {self.name}{self.salt}".encode()).hexdigest()
        return f"{self.name}-{digits[:7]}"


Create = Callable[[Inputs, Context], Created]
"""Carries out one resource. What the service refuses reaches the factory as botocore's error."""

Delete = Callable[["Existing", Context], object]
"""Takes one resource away. One that is gone already is none of its business."""

Exists = Callable[["Existing", Context], object]
"""Asks the service for one resource: gone if it answers with an error that says so, or falsely."""

Update = Callable[["Existing", Inputs, Context], Created]
"""Changes one resource to other inputs; outputs that it doesn't name stay what they were."""

Look = Callable[[Inputs, Context], Outputs]
"""Answers one data source."""


@dataclass(frozen=True)
class ResourceType:
    """A type that the twin can create, change and take away.

    Attributes:
        token: Pulumi's name of the type.
        create: Makes one.
        delete: Takes one away.
        exists: Asks for one.
        update: Changes one; `again(create)` where creating is a put that may be repeated. None:
            every change of one is a new one (`ops.replacements` says the same).
        renewed: Outputs that each update decides anew, so that a preview can't know them.
        tagged: Whether AWS keeps tags for it (the provider then answers `tagsAll`).
        regional: Whether it lies in a region (the provider then answers `region`).
    """

    token: str
    create: Create
    tagged: bool = False
    regional: bool = True
    _: KW_ONLY
    delete: Delete | None = None
    exists: Exists | None = None
    update: Update | None = None
    renewed: tuple[str, ...] = ()


def again(create: Create) -> Update:
    """Return the update of a type whose creation is a put: it is put again."""
    return lambda _existing, inputs, context: create(inputs, context)


def renewed(create: Create, delete: Delete) -> Update:
    """Return the update of a type that the twin's service can't change: another in its place."""

    def update(existing: Existing, inputs: Inputs, context: Context) -> Created:
        delete(existing, context)
        return create(inputs, context)

    return update


def nothing(existing: Existing, context: Context) -> None:
    """Do nothing: what lies in another resource, or in the account from the start, goes with it."""
    del existing, context
