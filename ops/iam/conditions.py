"""Whether a statement's conditions hold in the context of a request.

Reference: "IAM JSON policy elements: Condition operators" in IAM's user guide. A key that the
request does not have fails a condition, save one that negates (it holds then), ends in `IfExists`
or begins with `ForAllValues:`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from ops.iam.errors import UnknownInPolicyError
from ops.iam.wildcards import fits, fits_arn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Context = Mapping[str, Sequence[str]]
    Compare = Callable[[str, str], bool]

NEGATED: Final = "Not"
IF_EXISTS: Final = "IfExists"
ALL: Final = "ForAllValues:"
ANY: Final = "ForAnyValue:"

OPERATORS: Final[dict[str, Compare]] = {
    "StringEquals": lambda wanted, found: wanted == found,
    "StringEqualsIgnoreCase": lambda wanted, found: wanted.lower() == found.lower(),
    "StringLike": fits,
    "ArnEquals": fits_arn,  # IAM's own words: it behaves as ArnLike
    "ArnLike": fits_arn,
    "Bool": lambda wanted, found: wanted.lower() == found.lower(),
    "NumericEquals": lambda wanted, found: float(found) == float(wanted),
    "NumericLessThan": lambda wanted, found: float(found) < float(wanted),
    "NumericLessThanEquals": lambda wanted, found: float(found) <= float(wanted),
    "NumericGreaterThan": lambda wanted, found: float(found) > float(wanted),
    "NumericGreaterThanEquals": lambda wanted, found: float(found) >= float(wanted),
}
"""How a policy's value is compared with the request's; `Not` in a name turns it round."""

NEGATIONS: Final = {
    name.replace(kind, f"{kind}{NEGATED}"): name
    for kind in ("String", "Arn", "Numeric")
    for name in OPERATORS
    if name.startswith(kind) and name[len(kind) :] in ("Equals", "EqualsIgnoreCase", "Like")
}
"""`StringNotLike` -> `StringLike`, and so on."""


def unmet(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> list[str]:
    """Return which conditions do not hold, in words; none if the statement applies.

    Args:
        conditions: Operator -> key -> value or values, as a statement has them.
        context: What is known of the request; keys in lower case.

    Raises:
        UnknownInPolicyError: an operator, or a variable in a value.
    """
    return [
        f"{operator} {key} {_as_list(values)} (found {list(context.get(key.lower(), ()))})"
        for operator, keys in conditions.items()
        for key, values in keys.items()
        if not _holds(operator, context.get(key.lower()), _as_list(values))
    ]


def lower_keys(context: Mapping[str, str | Sequence[str]]) -> Context:
    """Return a context as `unmet` takes it: keys know no case, and have a list each."""
    return {
        key.lower(): [value] if isinstance(value, str) else list(value)
        for key, value in context.items()
    }


def _holds(operator: str, found: Sequence[str] | None, wanted: Sequence[str]) -> bool:
    quantifier = next((one for one in (ALL, ANY) if operator.startswith(one)), "")
    plain = operator.removeprefix(quantifier)
    name = plain.removesuffix(IF_EXISTS)
    for value in wanted:
        if "${" in value:
            raise UnknownInPolicyError("value", value, "values without variables")
    if name == "Null":
        return any((value == "true") == (not found) for value in wanted)
    if not found:
        return quantifier != ANY and (name in NEGATIONS or plain != name or quantifier == ALL)
    return _compare(name, quantifier, found, wanted)


def _compare(name: str, quantifier: str, found: Sequence[str], wanted: Sequence[str]) -> bool:
    """Compare: any of the policy's values is enough, and none may fit where it negates."""
    compare = OPERATORS.get(NEGATIONS.get(name, name))
    if compare is None:
        raise UnknownInPolicyError("operator", name, sorted({*OPERATORS, *NEGATIONS, "Null"}))
    is_negated = name in NEGATIONS
    each = [any(compare(value, one) for value in wanted) != is_negated for one in found]
    # Without a quantifier a key has one value; were it more, nothing less than all is safe
    return any(each) if quantifier == ANY else all(each)


def _as_list(values: Any) -> list[str]:  # noqa: ANN401 - JSON
    found = cast("list[object]", values if isinstance(values, list) else [values])
    return [_as_text(one) for one in found]


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
