"""Whether a resource lets a service of AWS act on it: what EventBridge asks before it delivers.

Judged are statements that name the service as principal, with the conditions on the source's ARN
and account that such statements carry. A condition that is none of these refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, cast


def allows(
    policy: Mapping[str, Any] | None, *, service: str, action: str, source_arn: str, account: str
) -> bool:
    """Tell whether a resource's policy lets a service act for a source.

    A source that the service does not tell (empty) keeps no condition that asks for it.
    """
    statements = _list((policy or {}).get("Statement"))
    context = {"aws:sourcearn": source_arn, "aws:sourceaccount": account}
    matching = [
        one
        for one in statements
        if _names(one, service) and _covers(one, action) and _holds(one, context)
    ]
    effects = {one["Effect"] for one in matching}
    return effects == {"Allow"}


def _names(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal")
    if principal == "*":
        return True
    named: Mapping[str, Any] = (
        cast("Mapping[str, Any]", principal) if isinstance(principal, Mapping) else {}
    )
    return service in _list(named.get("Service")) or "*" in _list(named.get("AWS"))


def _covers(statement: Mapping[str, Any], action: str) -> bool:
    patterns = [str(one).lower() for one in _list(statement.get("Action"))]
    return any(fnmatchcase(action.lower(), pattern) for pattern in patterns)


def _holds(statement: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    conditions = cast("Mapping[str, Mapping[str, Any]]", statement.get("Condition") or {})
    return all(
        _one_holds(operator, context.get(key.lower()), _list(values), statement["Effect"])
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _one_holds(operator: str, found: str | None, values: list[Any], effect: str) -> bool:
    """Judge one key; of conditions that are about something else, a refusal's never holds."""
    if not found:
        return False
    if operator in ("ArnEquals", "ArnLike", "StringLike"):
        return any(fnmatchcase(found, str(value)) for value in values)
    if operator == "StringEquals":
        return found in values
    return effect == "Deny"


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]
