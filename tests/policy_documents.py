"""Every IAM policy document of the stacks, whatever it hangs on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from ops.iam.documents import Statement, parse
from tests.stack_forms import ALL, stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEY: Final = "aws:kms/key:Key"
IDENTITY: Final = "aws:iam/rolePolicy:RolePolicy"
ROLE: Final = "aws:iam/role:Role"

LIMITS: Final[Mapping[str, tuple[str, int]]] = {
    IDENTITY: ("policy", 10_240),
    ROLE: ("assumeRolePolicy", 2_048),
    KEY: ("policy", 32_768),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("policy", 20_480),
    "aws:s3/bucketPolicy:BucketPolicy": ("policy", 20_480),
    "aws:sns/topicPolicy:TopicPolicy": ("policy", 30_720),
    "aws:sqs/queuePolicy:QueuePolicy": ("policy", 8_192),
}
"""Type -> where its policy lies, and how many characters of it the service takes."""


@dataclass(frozen=True)
class Document:
    """One document, and what it hangs on."""

    owner: str
    type: str
    text: str

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Its statements."""
        return parse(self.text)

    @property
    def size(self) -> int:
        """Characters that count."""
        return len(json.dumps(json.loads(self.text), separators=(",", ":")))


@cache
def documents() -> tuple[Document, ...]:
    """Return every document of every form of the stacks, the same one once."""
    return tuple(dict.fromkeys(_all()))


def _all() -> Iterator[Document]:
    for name, form in ALL:
        for resource in stack(name, form):
            place = LIMITS.get(resource.type, ("", 0))[0]
            if resource.inputs.get(place):
                yield Document(resource.name, resource.type, resource.inputs[place])


def of_type(token: str) -> tuple[Document, ...]:
    """Return the documents that hang on one type of resource."""
    return tuple(document for document in documents() if document.type == token)


def allowed() -> Iterator[tuple[Document, Statement]]:
    """Go through what is allowed, but by keys and trust (see `policy.wildcards`)."""
    for document in documents():
        if document.type not in (KEY, ROLE):
            for statement in document.statements:
                if not statement.is_deny:
                    yield document, statement
