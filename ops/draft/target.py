"""What is to be predicted: a number, or a label of a few; and why a column can be neither."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, get_args

from models.columns import NUMBERS, Column
from ops.draft.amounts import IF_CODES, amounts
from ops.draft.codes import DECLARED, is_plain, oddities
from ops.draft.decide import decide
from ops.draft.decision import Decision, in_rows
from ops.draft.shapes import GAPS, TRUE
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.draft.profile import Profile

Wanted = Literal["", "number", "label"]
"""What a user says of the target; nothing leaves it to the file."""

WANTED: Final[tuple[Wanted, ...]] = get_args(Wanted)

MOST_CLASSES: Final = DECLARED
"""Each needs rows to be learnt from and judged by, and a place in each answer."""

FEWEST_ROWS: Final = 20
"""Of a class: with fewer, three of its rows judge the model."""

_TWO: Final = 2
_SHOWN: Final = 5


def choose_target(one: Profile, others: Sequence[Profile], file: str, wanted: Wanted) -> Decision:
    """Return what the target becomes.

    Raises:
        OpsError: nothing can be predicted of it, and why.
    """
    if one.distinct == 1:
        raise OpsError(
            f"{one.name!r} is always {one.example}: there is nothing to predict",
            resource=file,
            expected="a target that varies",
            do="name another column, or a file with other rows",
        )
    found = _target(one, wanted)
    if found is None:
        raise _neither(one, others, file, wanted)
    return found


def classes_of(target: Column, one: Profile) -> dict[str, int]:
    """Return the rows of each class, in the order of probabilities; nothing of a number."""
    if target.kind == "boolean":
        return {"false": one.false, "true": one.true}
    counts = Counter(dict(one.common))
    return {value: counts[value] for value in target.values}


def _target(one: Profile, wanted: Wanted) -> Decision | None:
    as_feature = decide(one).column.kind
    if wanted == "number" or (not wanted and as_feature in NUMBERS and one.distinct > _TWO):
        return _number(one)
    if wanted == "label" or one.distinct == _TWO or as_feature in ("categorical", "boolean"):
        return _label(one) or (None if wanted else _number(one))
    return None if wanted else _number(one)


def _number(one: Profile) -> Decision | None:
    found = amounts(one)
    if found is None:
        return None
    checks = [each.replace(IF_CODES, "labels? then KIND=label") for each in found.checks]
    return _filled(replace(found, checks=tuple(checks)), one)


def _label(one: Profile) -> Decision | None:
    found = _of_true_and_false(one) or _of_words(one)
    return found and _filled(found, one).and_check(*_label_checks(found.column, one))


def _filled(found: Decision, one: Profile) -> Decision:
    """Return the decision for a column that is never empty: rows without a target are lost."""
    empty = f"c_{one.name} is null" if one.empty else ""
    return replace(
        found,
        column=replace(found.column, nullable=False),
        bad=" or ".join(f"({each})" for each in (empty, found.bad) if each),
        fault=" or ".join(filter(None, ["empty" if one.empty else "", found.fault])),
        why=f"the target; {found.why}",
    )


def _of_true_and_false(one: Profile) -> Decision | None:
    if one.true + one.false != one.filled or not one.true or not one.false:
        return None
    seen = ", ".join(f"{text} {count:,}" for text, count in one.common[:4])
    spelt = ", ".join(text for text, _ in one.common if text.lower() in TRUE)
    why = f"two classes, false and true ({spelt}); a model says how likely each is"
    return Decision(Column(one.name, "boolean"), seen, why)


def _of_words(one: Profile) -> Decision | None:
    values = tuple(text for text, _ in one.common)
    if not _TWO <= one.distinct <= MOST_CLASSES or one.filled < _TWO * one.distinct:
        return None
    if not all(map(is_plain, values)):
        return None
    seen = ", ".join(f"{text} {count:,}" for text, count in one.common[:_SHOWN])
    seen += f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    why = f"{len(values)} classes, the most frequent first; a model says how likely each is"
    if len(values) == _TWO:
        why += f", and pr_auc and f1 are about {values[1]!r}"
    return Decision(Column(one.name, "categorical", values=values), seen, why)


def _label_checks(column: Column, one: Profile) -> list[str]:
    found = list(oddities(one)) if column.kind == "categorical" else []
    gaps = [text for text, _ in one.common if text.lower() in GAPS]
    if gaps and column.kind == "categorical":
        found.append(f"does {gaps[0]!r} stand for a gap? then leave it empty in the file")
    few = [name for name, rows in classes_of(column, one).items() if 1 < rows < FEWEST_ROWS]
    if few:
        found.append(
            f"in fewer than {FEWEST_ROWS} rows: {', '.join(map(repr, few[:_SHOWN]))}; too few to"
            " learn from and judge by: get more, or join them with others in the file"
        )
    if one.numbers == one.filled:
        found.append("a label; to have it predicted as a number: KIND=number")
    return found


def _neither(one: Profile, others: Sequence[Profile], file: str, wanted: Wanted) -> OpsError:
    as_feature = decide(one)
    seen = f"{as_feature.column.kind}: {as_feature.seen}; {as_feature.why}"
    if wanted == "number":
        return OpsError(
            f"{one.name!r} cannot be predicted as a number",
            resource=file,
            found=seen,
            expected="numbers, written as 1234.56",
            do="leave KIND out, or say KIND=label",
        )
    return OpsError(
        f"{one.name!r} cannot be predicted",
        resource=file,
        found=_why_no_label(one) or seen,
        expected=f"numbers, or labels: at most {MOST_CLASSES} different ones, which recur",
        do=_instead(one, as_feature, others),
    )


def _why_no_label(one: Profile) -> str:
    odd = [text for text, _ in one.common if not is_plain(text)]
    if one.distinct <= MOST_CLASSES and odd:
        return f"{odd[0]!r}, which no model file can hold"
    recur = one.filled >= _TWO * one.distinct
    if one.distinct <= MOST_CLASSES or not recur:
        return ""
    return f"{one.distinct:,} different labels in {in_rows(one.filled)}: too many classes"


def _instead(one: Profile, found: Decision, others: Sequence[Profile]) -> str:
    if found.column.kind == "text" and found.checks:
        return found.checks[0]
    names = [each.name for each in others if each is not one and _target(each, "") is not None]
    other = f"name another column: TARGET={' or TARGET='.join(names[:_SHOWN])}" if names else ""
    if one.distinct > MOST_CLASSES and one.filled >= _TWO * one.distinct:
        join = "join rare labels under one name in the file"
        return f"{join}; or {other}" if other else join
    return other or "add a column of numbers or labels to the file"
