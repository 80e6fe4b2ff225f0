"""Policy documents taken apart: one grant for each action on each resource, in one order. Pure.

Two documents that allow the same, written in another order or grouped otherwise, give the same set
of grants; so what is compared is what they allow.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Kind = Literal["role", "trust", "resource", "managed", "boundary"]
"""Where a grant stands: in a role's policy, in who may take a role on, in a resource's own policy,
in a policy that is kept elsewhere, or in the policy that bounds a role."""

ALL_BUT: Final = "all but "
"""What a negated part (`NotAction`) begins with here."""

LISTS: Final = (
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
)
NO_RESOURCE: Final = ("*",)
ANYONE: Final = "*"


@dataclass(frozen=True, order=True)
class Condition:
    """What else has to hold: the key's value against these, by the operator."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Grant:
    """One thing that somebody may do, or is refused.

    Attributes:
        kind: In what sort of policy it stands.
        where: What the policy belongs to, such as `role mlops-dev-etl`.
        who: The role itself, or the principal that a trust or resource policy names.
        allow: Whether it allows; otherwise it forbids.
        action: One action or pattern of actions.
        target: One resource or pattern of resources.
        conditions: Sorted.
    """

    kind: Kind
    where: str
    who: str
    allow: bool
    action: str
    target: str
    conditions: tuple[Condition, ...] = ()


def grants(document: object, *, kind: Kind, where: str, who: str = "") -> Iterator[Grant]:
    """Yield what a policy document grants and refuses.

    Args:
        document: The document; anything that is none has no grants.
        kind: In what sort of policy it stands.
        where: What the policy belongs to.
        who: Whose policy it is, where the statements name no principal.
    """
    for statement in _statements(document):
        conditions = tuple(sorted(_conditions(statement.get("Condition") or {})))
        parts = product(
            (who,) if who else _principals(statement),
            _either(statement, "Action"),
            _either(statement, "Resource") if kind != "trust" else (where,),
        )
        for principal, action, target in parts:
            yield Grant(
                kind=kind,
                where=where,
                who=principal,
                allow=statement.get("Effect") != "Deny",
                action=action,
                target=target,
                conditions=conditions,
            )


def holds_statements(value: object) -> bool:
    """Tell whether a value is a policy document."""
    return isinstance(value, dict) and "Statement" in value


def names_principals(document: object) -> bool:
    """Tell whether a document says who: then it is a resource's, else it is an identity's."""
    return any({"Principal", "NotPrincipal"} & {*one} for one in _statements(document))


def _statements(document: object) -> list[dict[str, Any]]:
    if not isinstance(document, dict):
        return []
    return _listed(cast("dict[str, Any]", document).get("Statement") or [])


def _either(statement: dict[str, Any], name: str) -> Sequence[str]:
    """Return a part's values, or the one that stands for all but its values."""
    negated = statement.get(f"Not{name}")
    if negated is not None:
        return (ALL_BUT + ", ".join(sorted(_listed(negated))),)
    return tuple(_listed(statement[name])) if name in statement else NO_RESOURCE


def _principals(statement: dict[str, Any]) -> Sequence[str]:
    negated = statement.get("NotPrincipal")
    if negated is not None:
        return (ALL_BUT + ", ".join(sorted(_named(negated))),)
    return tuple(_named(statement.get("Principal", ANYONE)))


def _named(principal: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if not isinstance(principal, dict):
        yield from _listed(principal)
        return
    for values in cast("dict[str, Any]", principal).values():
        for value in _listed(values):
            yield f"arn:aws:iam::{value}:root" if str(value).isdigit() else value


def _conditions(section: dict[str, Any]) -> Iterator[Condition]:
    for operator, keys in section.items():
        for key, values in cast("dict[str, Any]", keys).items():
            yield Condition(
                operator, key, tuple(sorted({_text(value) for value in _listed(values)}))
            )


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def covers(wide: Grant, narrow: Grant) -> bool:
    """Tell whether the first says all that the second does, and perhaps more."""
    return (
        (wide.kind, wide.where, wide.allow) == (narrow.kind, narrow.where, narrow.allow)
        and wide.who in (narrow.who, ANYONE)
        and matches(wide.action.lower(), narrow.action.lower())
        and matches(wide.target, narrow.target)
        and all(_follows(condition, narrow.conditions) for condition in wide.conditions)
    )


def matches(pattern: str, text: str) -> bool:
    """Tell whether everything that `text` matches is matched by `pattern` too."""
    if pattern == text:
        return True
    if pattern.startswith(ALL_BUT) or text.startswith(ALL_BUT):
        return False
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(
        "".join({"*": ".*", "?": "[^*]"}.get(sign, re.escape(sign)) for sign in pattern), re.DOTALL
    )


def _follows(condition: Condition, given: Sequence[Condition]) -> bool:
    """Tell whether a condition holds whenever the given ones do."""
    return condition in given or any(
        (other.operator, other.key.lower()) == (condition.operator, condition.key.lower())
        and _is_choice(condition.operator)
        and set(other.values) <= set(condition.values)
        for other in given
    )


def _is_choice(operator: str) -> bool:
    """Tell whether one of an operator's values is enough, so that fewer values ask for more."""
    return "Not" not in operator and not operator.startswith("ForAllValues")


def canonical_policy(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a policy document in one order; anything else as it is."""
    if not isinstance(value, dict) or "Statement" not in value:
        return cast("Any", value)
    document = cast("dict[str, Any]", value)
    statements = [_canonical_statement(statement) for statement in _statements(document)]
    return {**document, "Statement": sorted(statements, key=_order)}


def _canonical_statement(statement: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(statement, dict):
        return statement
    parts = cast("dict[str, Any]", statement)
    return {
        name: sorted(_listed(part), key=_order) if name in LISTS else _canonical_part(part)
        for name, part in parts.items()
    }


def _canonical_part(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return principals or conditions with each list of values in order."""
    if isinstance(part, dict):
        entries = cast("dict[str, Any]", part)
        return {name: _canonical_part(entry) for name, entry in entries.items()}
    if not isinstance(part, list):
        return part
    items = sorted(cast("list[Any]", part), key=_order)
    return items[0] if len(items) == 1 else items


def _order(value: object) -> str:
    return json.dumps(value, sort_keys=True)
