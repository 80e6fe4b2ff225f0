"""Which services may take on a role: what AWS looks at before it keeps a role that it is handed.

Conditions of a trust policy are left aside. They look at for whom and what a service acts, which is
known when it acts and not before.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from moto.iam.models import iam_backends

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PARTITION: Final = "aws"
ACTION: Final = "sts:AssumeRole"


def is_taken_on(account: str, role_arn: str, service: str) -> bool:
    """Tell whether an account has a role, and lets a service such as Glue's take it on."""
    roles: Any = iam_backends[account][PARTITION].roles
    trusts = [role.assume_role_policy_document for role in roles.values() if role.arn == role_arn]
    return any(service in trusted(json.loads(trust)) for trust in trusts)


def trusted(trust: Mapping[str, Any]) -> frozenset[str]:
    """Return the services that a trust policy allows."""
    return frozenset(_services(trust))


def _services(trust: Mapping[str, Any]) -> Iterator[str]:
    for statement in _listed(trust.get("Statement", [])):
        if statement["Effect"] == "Allow" and ACTION in _listed(statement["Action"]):
            yield from _listed(statement.get("Principal", {}).get("Service", []))


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]
