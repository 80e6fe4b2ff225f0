"""Whether policies allow something, as IAM decides it. Pure.

A deny wins, then an allow; nothing else does. Conditions are evaluated with what is known of the
request. An operator that is not known here never holds, so what only it allows counts as refused:
a false alarm rather than a false promise.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Context = Mapping[str, str]
    """Condition key -> value, such as `aws:PrincipalArn`."""

    Statement = Mapping[str, Any]
    Document = Mapping[str, Any]


def allows(
    documents: Iterable[Document],
    action: str,
    resource: str,
    context: Context | None = None,
    *,
    principals: frozenset[str] | None = None,
) -> bool:
    """Tell whether policies allow an action.

    Args:
        documents: All policies that have a say of the same kind.
        action: Such as `s3:GetObject`.
        resource: An ARN, or `*` for actions that know none.
        context: What else is known of the request.
        principals: By what names a resource's own policy may mean the caller; none for the policies
            of an identity, which mean their owner.
    """
    effects = {
        statement.get("Effect")
        for document in documents
        for statement in _statements(document)
        if _applies(statement, action, resource, context or {}, principals)
    }
    return "Allow" in effects and "Deny" not in effects


def _statements(document: Document) -> Iterator[Statement]:
    found: Any = document.get("Statement") or []
    yield from found if isinstance(found, list) else [found]


def _applies(
    statement: Statement,
    action: str,
    resource: str,
    context: Context,
    principals: frozenset[str] | None,
) -> bool:
    return (
        _means(statement, "Action", action, fold=True)
        and _means(statement, "Resource", resource)
        and (principals is None or _means_one_of(statement, principals))
        and _conditions_hold(statement.get("Condition") or {}, context)
    )


def _means(statement: Statement, element: str, value: str, *, fold: bool = False) -> bool:
    """Tell whether `Action` or `Resource`, or the opposite of its `Not...`, means a value."""
    if element in statement:
        return any(matches(pattern, value, fold=fold) for pattern in texts(statement[element]))
    opposite = statement.get(f"Not{element}")
    return opposite is not None and not any(
        matches(pattern, value, fold=fold) for pattern in texts(opposite)
    )


def _means_one_of(statement: Statement, principals: frozenset[str]) -> bool:
    named = set(_names(statement.get("Principal"), None))
    return "*" in named or bool(named & principals)


def _names(principal: Any, kind: str | None) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Go through the principals of one kind, such as `Service`, or of all kinds."""
    if isinstance(principal, str):
        yield principal
    elif isinstance(principal, dict):
        for name, values in cast("dict[str, Any]", principal).items():
            if kind in (None, name):
                yield from texts(values)


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    return all(
        _holds(operator, texts(wanted), context.get(key) if key in context else _same(context, key))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _same(context: Context, key: str) -> str | None:
    """Return a key's value whatever its case, as IAM reads keys."""
    return next((value for name, value in context.items() if name.lower() == key.lower()), None)


def _holds(operator: str, wanted: list[str], found: str | None) -> bool:
    plain = operator.split(":")[-1]  # ForAnyValue: and ForAllValues: of one value are the same
    if_exists = plain.endswith("IfExists")
    plain = plain.removesuffix("IfExists")
    if plain == "Null":
        return wanted == [str(found is None).lower()]
    compare = OPERATORS.get(plain.replace("Not", ""))
    if compare is None:
        return False
    negated = "Not" in plain
    if found is None:
        return if_exists or negated
    return any(compare(value, found) for value in wanted) != negated


def _equal(pattern: str, value: str) -> bool:
    return pattern == value


def _equal_ignoring_case(pattern: str, value: str) -> bool:
    return pattern.lower() == value.lower()


def matches(pattern: str, value: str, *, fold: bool = False) -> bool:
    """Tell whether a pattern with `*` and `?` means a value."""
    return (
        _compiled(pattern.lower() if fold else pattern).fullmatch(value.lower() if fold else value)
        is not None
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(translated, re.DOTALL)


OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": _equal_ignoring_case,
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _equal_ignoring_case,
    "StringLike": matches,
}
"""Operator -> whether one wanted value and the found one agree; `...Not...` is the opposite."""


def texts(value: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """Return one value or a list of them as texts, booleans as JSON writes them."""
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]


def trusted_services(document: Document, context: Context) -> set[str]:
    """Return the services that a trust policy lets take on its role, in this context."""
    return {
        name
        for statement in _statements(document)
        if statement.get("Effect") == "Allow"
        and _means(statement, "Action", "sts:AssumeRole", fold=True)
        and _conditions_hold(statement.get("Condition") or {}, context)
        for name in _names(statement.get("Principal"), "Service")
    }
