"""Where the workflows run and where Pulumi's state lies, as a person names it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the workflows run, and where Pulumi's state lies.

    Attributes:
        repository: `owner/name` at GitHub.
        account: The AWS account's 12 digits.
        bucket: Holds the state.
        key: ARN of the key that encrypts the secrets in it.
    """

    repository: str
    account: str
    bucket: str
    key: str


ARGUMENTS: Final = {
    "repository": (r"[\w-]+/[\w.-]+", "owner/name at GitHub"),
    "account": (r"\d{12}", "the AWS account's 12 digits"),
    "bucket": (r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "the name of the bucket of Pulumi's state"),
    "key": (
        r"arn:aws[\w-]*:kms:[\w-]+:\d{12}:key/[\w-]+",
        "ARN of the key of the secrets in it, as arn:aws:kms:REGION:ACCOUNT:key/ID",
    ),
}
"""What has to be given: how it looks, and what it is."""


def read_place(given: Mapping[str, str]) -> Place:
    """Return the place that is named.

    Raises:
        OpsError: A part is missing or cannot be one; all such parts are told together.
    """
    wrong = {
        name: what
        for name, (pattern, what) in ARGUMENTS.items()
        if not re.fullmatch(pattern, given[name])
    }
    if wrong:
        raise OpsError(
            "who may take on the roles, and what for?",
            found=", ".join(f"{name.upper()}={given[name]}" for name in wrong),
            expected="; ".join(f"{name.upper()}: {what}" for name, what in wrong.items()),
            do="name them: make --silent deploy-roles REPOSITORY=owner/name "
            "ACCOUNT=123456789012 BUCKET=my-state KEY=arn:aws:kms:...",
        )
    return Place(**given)
