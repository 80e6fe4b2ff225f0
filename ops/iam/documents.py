"""Policy documents as values: what each statement allows or forbids, to whom, on what."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from ops.iam.errors import UnknownInPolicyError
from ops.iam.wildcards import fits, fits_arn

if TYPE_CHECKING:
    from collections.abc import Mapping

ELEMENTS: Final = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement.

    Attributes:
        sid: Its name, for messages.
        is_deny: Whether it forbids.
        actions: Patterns such as `s3:Get*`.
        resources: Patterns of ARNs; empty in a trust policy.
        conditions: Operator -> key -> value or values.
        principals: Kind (`AWS`, `Service`) -> who; empty in an identity's policy.
    """

    sid: str
    is_deny: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Any])
    principals: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, Any])

    def names_action(self, action: str) -> bool:
        """Tell whether it speaks of an action; their names know no case."""
        return any(fits(pattern, action, ignore_case=True) for pattern in self.actions)

    def names_resource(self, arn: str) -> bool:
        """Tell whether it speaks of a resource."""
        return any(fits_arn(pattern, arn) for pattern in self.resources)


def parse(document: str | Mapping[str, Any]) -> tuple[Statement, ...]:
    """Return the statements of a document.

    Raises:
        UnknownInPolicyError: an element such as `NotAction`, which none of our policies uses.
    """
    read: Mapping[str, Any] = json.loads(document) if isinstance(document, str) else document
    found = read["Statement"]
    statements = cast("list[dict[str, Any]]", found if isinstance(found, list) else [found])
    return tuple(_statement(one) for one in statements)


def _statement(found: Mapping[str, Any]) -> Statement:
    for element in found:
        if element not in ELEMENTS:
            raise UnknownInPolicyError("element", element, list(ELEMENTS))
    return Statement(
        sid=found.get("Sid", ""),
        is_deny=found["Effect"] == "Deny",
        actions=_texts(found["Action"]),
        resources=_texts(found.get("Resource", ())),
        conditions=found.get("Condition", {}),
        principals=_principals(found.get("Principal", {})),
    )


def _principals(found: str | Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    if isinstance(found, str):
        return {"AWS": (found,)}
    return {kind: _texts(who) for kind, who in found.items()}


def _texts(found: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON: a text or a list of them
    return (found,) if isinstance(found, str) else tuple(found)
