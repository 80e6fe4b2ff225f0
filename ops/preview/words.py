"""Changes of permissions as sentences, those that differ in one part alone put together. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ops.preview.markdown import code
from ops.preview.statements import ALL_BUT, ANYONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.preview.permissions import PermissionChange
    from ops.preview.statements import Condition, Grant

OPERATORS: Final = {
    "StringEquals": "is",
    "StringEqualsIgnoreCase": "is, in any case,",
    "StringNotEquals": "is not",
    "StringLike": "is like",
    "StringNotLike": "is not like",
    "ArnEquals": "is",
    "ArnLike": "is like",
    "ArnNotEquals": "is not",
    "ArnNotLike": "is not like",
    "Bool": "is",
    "NumericEquals": "is",
    "NumericLessThan": "is below",
    "NumericLessThanEquals": "is at most",
    "NumericGreaterThan": "is above",
    "NumericGreaterThanEquals": "is at least",
    "DateLessThan": "is before",
    "DateGreaterThan": "is after",
    "IpAddress": "is in",
    "NotIpAddress": "is not in",
}
SETS: Final = {"ForAnyValue:": "any of ", "ForAllValues:": "all of "}


@dataclass(frozen=True)
class Sentence:
    """One sentence about permissions, in Markdown.

    Attributes:
        allows_more: Whether it tells of something that becomes possible.
        allows_less: Whether it tells of something that stops being possible.
    """

    text: str
    allows_more: bool
    allows_less: bool


def sentences(changes: Iterable[PermissionChange]) -> tuple[Sentence, ...]:
    """Return the changes in words, what becomes possible first."""
    together: defaultdict[object, list[PermissionChange]] = defaultdict(list)
    for change in changes:
        together[_but_for_the_action(change)].append(change)
    wider: defaultdict[object, list[list[PermissionChange]]] = defaultdict(list)
    for key, group in together.items():
        wider[_but_for_the_target(group) or key].append(group)
    found = [_sentence(groups) for groups in wider.values()]
    return tuple(sorted(found, key=lambda one: (not one.allows_more, one.text)))


def _but_for_the_action(change: PermissionChange) -> object:
    before, after = change.before, change.after
    return (
        change.effect,
        *(
            (side.kind, side.where, side.who, side.allow, side.target, side.conditions)
            if side
            else None
            for side in (before, after)
        ),
    )


def _but_for_the_target(group: Sequence[PermissionChange]) -> object:
    """Return what groups of the same actions share; None where two targets are compared."""
    change = group[0]
    if change.effect not in ("gained", "lost"):
        return None
    grant = change.grant
    actions = tuple(one.grant.action for one in group)
    return (
        change.effect,
        grant.kind,
        grant.where if _says_where(grant) else "",
        grant.who,
        grant.allow,
        actions,
        grant.conditions,
    )


def _says_where(grant: Grant) -> bool:
    """Tell whether whose policy it is cannot be seen from what the statement names."""
    return grant.kind != "resource" or grant.where.rpartition(" ")[2] not in grant.target


def _sentence(groups: Sequence[Sequence[PermissionChange]]) -> Sentence:
    change = groups[0][0]
    actions = [one.grant.action for one in groups[0]]
    targets = [group[0].grant.target for group in groups]
    if change.effect in ("gained", "lost"):
        text = _one_sided(change, actions, targets)
    else:
        text = _two_sided(change, actions)
    return Sentence(text, change.allows_more, change.allows_less)


def _one_sided(change: PermissionChange, actions: Sequence[str], targets: Sequence[str]) -> str:
    grant, now = change.grant, change.effect == "gained"
    if grant.kind == "boundary":
        return f"{_who(grant)} is {'now' if now else 'no longer'} bounded by {_codes(targets)}"
    if grant.kind == "managed":
        verb = "may now do" if now else "may no longer do"
        return f"{_who(grant)} {verb} what the policy {_codes(targets)} allows"
    if grant.allow:
        verb = "may now" if now else "may no longer"
    else:
        verb = "is now refused" if now else "is no longer refused"
    return " ".join(
        (_who(grant), verb, _what(grant, actions, targets), *_when(grant.conditions))
    ).replace(" ,", ",")


def _two_sided(change: PermissionChange, actions: Sequence[str]) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        raise ValueError(f"a permission that is {change.effect} has two sides")
    head = f"{_who(after)} {'may' if after.allow else 'is refused'}"
    if before.target != after.target:
        where = f"{_codes([after.target])} instead of {_codes([before.target])}"
        size = "more" if change.effect == "widened" else "less"
        return " ".join(
            (head, f"{_actions(actions)}{_in(after)} on {size}: {where}", *_when(after.conditions))
        ).replace(" ,", ",")
    what = _what(after, actions, [after.target])
    return f"{head} {what}, {_conditions_compared(before, after)}"


def _conditions_compared(before: Grant, after: Grant) -> str:
    gone = _all(condition for condition in before.conditions if condition not in after.conditions)
    come = _all(condition for condition in after.conditions if condition not in before.conditions)
    if gone and come:
        return f"now when {come} instead of when {gone}"
    return f"now only when {come}" if come else f"no longer only when {gone}"


def _who(grant: Grant) -> str:
    who = grant.who
    if who == ANYONE:
        return "**anyone**"
    if who.startswith(ALL_BUT):
        return f"**anyone but** {code(who.removeprefix(ALL_BUT))}"
    if who.startswith("arn:") and who.endswith(":root"):
        return f"**whoever IAM allows in account** {code(who.split(':')[4])}"
    noun, _, name = who.rpartition(" ")
    return f"**{noun}** {code(name)}".replace("**** ", "")


def _what(grant: Grant, actions: Sequence[str], targets: Sequence[str]) -> str:
    if grant.kind == "trust":
        noun, _, name = grant.where.partition(" ")
        taken_on = [action for action in actions if action != "sts:AssumeRole"]
        extra = f" ({_actions(taken_on)})" if taken_on else ""
        return f"take on {noun} {code(name)}{extra}"
    return f"{_actions(actions)} on {_targets(grant, targets)}{_in(grant)}"


def _in(grant: Grant) -> str:
    """Return which resource's policy it is, where the statement does not name that resource."""
    noun, _, name = grant.where.rpartition(" ")
    if grant.kind != "resource" or noun.startswith("whoever") or name in grant.target:
        return ""
    if noun == "endpoint":
        return f" through {noun} {code(name)}"
    return "" if grant.target == ANYONE else f" ({noun} {code(name)})"


def _targets(grant: Grant, targets: Sequence[str]) -> str:
    if grant.kind == "resource" and list(targets) in ([ANYONE], [grant.where]):
        noun, _, name = grant.where.rpartition(" ")
        return "everything" if noun == "endpoint" else f"{noun} {code(name)}"
    return _codes(targets)


def _actions(actions: Sequence[str]) -> str:
    return _codes(sorted(actions))


def _codes(values: Sequence[str]) -> str:
    return ", ".join(
        f"{ALL_BUT}{code(value.removeprefix(ALL_BUT))}"
        if value.startswith(ALL_BUT)
        else code(value)
        for value in values
    )


def _when(conditions: Sequence[Condition]) -> tuple[str, ...]:
    if not conditions:
        return ()
    return (f", when {_all(conditions)}",)


def _all(conditions: Iterable[Condition]) -> str:
    return " and ".join(_condition(condition) for condition in conditions)


def _condition(condition: Condition) -> str:
    operator, quantity, present = condition.operator, "", ""
    for prefix, words in SETS.items():
        if operator.startswith(prefix):
            operator, quantity = operator.removeprefix(prefix), words
    if operator.endswith("IfExists"):
        operator, present = operator.removesuffix("IfExists"), " (where it is given)"
    if operator == "Null":
        state = "absent" if condition.values == ("true",) else "given"
        return f"{code(condition.key)} is {state}"
    verb = OPERATORS.get(operator, operator)
    values = " or ".join(code(value) for value in condition.values)
    return f"{quantity}{code(condition.key)} {verb} {values}{present}"
