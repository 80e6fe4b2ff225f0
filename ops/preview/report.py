"""The review as Markdown for a comment on a pull request. Pure.

It begins with a marker, by which a bot finds its own comment and updates it, and is never longer
than GitHub takes: what does not fit is counted. What may hurt comes first and unfolded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from ops.cost.rows import CENT
from ops.graph import short_type
from ops.preview.comparison import KINDS
from ops.preview.differences import ABSENT
from ops.preview.losses import is_grave, loss
from ops.preview.markdown import MASKED_ACCOUNT, code, details, value, values
from ops.preview.seal import SECRET
from ops.preview.sections import ALL, Section, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ops.cost.estimate import Estimate
    from ops.preview.comparison import ResourceChange
    from ops.preview.differences import Difference
    from ops.preview.review import Review
    from ops.preview.violations import Broken

MARKER: Final = "<!-- mlops-preview -->"
LIMIT: Final = 60_000
"""Bytes of a comment; GitHub takes 65,536 characters, and who posts it may want to add some."""

ENTRIES: Final = (100_000, 200, 60, 20, 8, 3)
"""How many entries a section shows, tried until all fits."""

LARGE: Final = 0.5
"""Dollars from which on a resource's change of cost has a line of its own."""


def report(reviews: Sequence[Review], base: str, limit: int = LIMIT) -> str:
    """Return the comment.

    Args:
        reviews: One of each stack.
        base: What is compared with, in words.
        limit: How many bytes it may have.
    """
    if all(review.is_quiet for review in reviews):
        stacks = ", ".join(review.stack for review in reviews)
        costs = ", ".join(dollars(review.cost_after.monthly) for review in reviews)
        return (
            f"{MARKER}\nNo change in resources, permissions or cost of {stacks} "
            f"(compared with {code(base)}; {costs} a month).\n"
        )
    text = ""
    for entries in ENTRIES:
        text = _report(reviews, base, entries)
        if size(text) <= limit:
            return text
    kept = text.encode()[: limit - size(CUT)].decode(errors="ignore")
    return kept.rpartition("\n")[0] + CUT


def size(text: str) -> int:
    """Return how many bytes a text is on its way."""
    return len(text.encode())


CUT: Final = f"\n\n… cut here: `{ALL}` shows all of it.\n"


def _report(reviews: Sequence[Review], base: str, entries: int) -> str:
    told = {review.stack: _sections(review) for review in reviews}
    first = next((one for one in reviews if not one.is_quiet), reviews[0])
    known = Told(first.stack, first.prefix, told[first.stack])
    blocks = [
        MARKER,
        "## What this changes on AWS",
        _headline(reviews),
        *(
            block
            for review in reviews
            for block in _stack(
                review, told[review.stack], known if review is not first else None, entries
            )
        ),
        _foot(reviews, base),
    ]
    return _named_keys("\n\n".join(blocks) + "\n", reviews)


def _named_keys(text: str, reviews: Sequence[Review]) -> str:
    """Return the text with the program's own name for each key, whose id AWS alone decides."""
    for review in reviews:
        for stand_in, name in review.stand_ins.items():
            text = text.replace(stand_in, f"<{name}>")
    return text


def _headline(reviews: Sequence[Review]) -> str:
    rows = [
        f"| stack | {' | '.join(KINDS)} | permissions | cost a month |",
        f"|---|{'--:|' * len(KINDS)}---|--:|",
    ]
    for review in reviews:
        counts = (_number(review.comparison.counts[kind]) for kind in KINDS)
        permissions = ", ".join(
            f"{number} {word}"
            for number, word in ((review.gained, "gained"), (review.lost, "lost"))
            if number
        )
        cost = _cost_change(review.cost_before.monthly, review.cost_after.monthly)
        cells = (f"**{review.stack}**", *counts, permissions or "-", cost)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _number(count: int) -> str:
    return f"**{count}**" if count else "-"


def _cost_change(before: float, after: float) -> str:
    if abs(after - before) < CENT:
        return dollars(after)
    return f"{dollars(before)} → {dollars(after)} (**{_signed(after - before)}**)"


def _signed(amount: float) -> str:
    return f"{'-' if amount < 0 else '+'}{dollars(abs(amount))}"


def dollars(amount: float) -> str:
    """Return an amount of US dollars."""
    return f"${amount:,.2f}"


def _stack(
    review: Review, sections: Sequence[Section], known: Told | None, entries: int
) -> Iterator[str]:
    yield f"### {review.stack}"
    if review.is_quiet:
        yield "No change."
        return
    if review.note:
        yield f"**{review.note}**"
    left = [known.rest(one, review.prefix) if known else one for one in sections]
    yield from (one.render(entries) for one in left if one.items)
    shared = [one for one in left if not one.items]
    if known and shared:
        yield known.refer(shared, review.prefix)


def _sections(review: Review) -> tuple[Section, ...]:
    """Return what is to be told of a stack, the gravest first."""
    comparison = review.comparison
    gained = [each.text for each in review.permissions if each.allows_more]
    lost = [each.text for each in review.permissions if not each.allows_more]
    outputs = [f"{code(name)} is new" for name in comparison.outputs_added]
    outputs += [f"{code(name)} is gone" for name in comparison.outputs_removed]
    found = (
        Section("Rules that this breaks", tuple(_told(review.violations))),
        Section("Rules that this mends", tuple(_told(review.mended))),
        *_losing("Replaced", comparison.of_kind("replaced"), _replaced),
        *_losing("Deleted", comparison.of_kind("deleted"), _deleted),
        Section("Permissions gained", tuple(gained)),
        Section("Permissions lost", tuple(lost)),
        Section("Changed", tuple(map(_changed, comparison.of_kind("changed")))),
        Section("Added", tuple(map(_added, comparison.of_kind("added")))),
        Section("Moved", tuple(map(_moved, comparison.of_kind("moved")))),
        Section("Outputs of the stack", tuple(outputs)),
        Section("Cost", tuple(_cost(review.cost_before, review.cost_after))),
    )
    return tuple(section for section in found if section.items)


def _losing(
    title: str, changes: Sequence[ResourceChange], tell: Callable[[ResourceChange], str]
) -> Iterator[Section]:
    """Yield first what costs data or hours; then what goes without that."""
    grave = tuple(tell(one) for one in changes if is_grave(one.type))
    light = tuple(tell(one) for one in changes if not is_grave(one.type))
    yield Section(f"{title}, with a loss", grave, is_grave=True)
    yield Section(title, light)


def _told(violations: Sequence[Broken]) -> list[str]:
    return [
        f"{code(one.rule)}, {code(one.resource)}: found {value(one.found)}, "
        f"expected {value(one.expected)}; do: {code(one.do)}"
        for one in violations
    ]


def _named(change: ResourceChange) -> str:
    return f"{code(change.name)} ({short_type(change.type)})"


def _added(change: ResourceChange) -> str:
    if not change.twin:
        return _named(change)
    return (
        f"{_named(change)}: has the inputs of {code(change.twin)}, which is deleted; if only its "
        "name or parent is another, give it an alias"
    )


def _moved(change: ResourceChange) -> str:
    return f"{_named(change)} was {code(change.former_urn.split('::', 2)[-1])}; an alias says so"


def _deleted(change: ResourceChange) -> str:
    return f"{_named(change)}{_consequences(change)}"


def _consequences(change: ResourceChange) -> str:
    words = [loss(change.type)]
    if change.protected:
        words.append("**it is protected, so `pulumi up` refuses**")
    told = "; ".join(word for word in words if word)
    return f": {told}" if told else ""


def _replaced(change: ResourceChange) -> str:
    forced = " and ".join(code(path) for path in change.forced_by)
    follows = f", as {_are(change.follows)} replaced" if change.follows else ""
    head = f"{_named(change)} because of {forced}{follows}{_consequences(change)}"
    return "\n".join((head, *_differences(change.differences)))


def _are(names: Sequence[str]) -> str:
    return f"{', '.join(code(name) for name in names)} {'is' if len(names) == 1 else 'are'}"


def _changed(change: ResourceChange) -> str:
    notes: list[str] = []
    if change.former_urn:
        notes.append(f"was {code(change.former_urn.split('::', 2)[-1])}")
    if change.renews:
        notes.append(f"takes up what is new, as {_are(change.renews)} replaced")
    note = f": {'; '.join(notes)}" if notes else ""
    return "\n".join((f"{_named(change)}{note}", *_differences(change.differences)))


def _differences(differences: Sequence[Difference]) -> Iterator[str]:
    """Yield a line for each, but one for all statements of a policy that come or go whole."""
    statements: dict[str, list[Difference]] = {}
    for one in differences:
        if _is_whole_statement(one):
            statements.setdefault(one.path.rpartition("[")[0], []).append(one)
        else:
            yield f"  - {code(one.path)}: {_sides(one.before, one.after)}"
    for path, found in statements.items():
        yield f"  - {code(path)}: {_statements(found)} (see the permissions)"


def _is_whole_statement(one: Difference) -> bool:
    if not one.path.endswith("]") or ABSENT not in (one.before, one.after):
        return False
    content = one.after if one.before is ABSENT else one.before
    return isinstance(content, dict) and {"Effect", "Action"} <= {*content}


def _statements(found: Sequence[Difference]) -> str:
    parts: list[str] = []
    for word, side in (("with", "before"), ("without", "after")):
        names = [
            code(one.path.rpartition("[")[2].removesuffix("]"))
            for one in found
            if getattr(one, side) is ABSENT
        ]
        if names:
            parts.append(f"{word} {', '.join(names)}")
    return ", ".join(parts)


def _sides(before: object, after: object) -> str:
    if before is ABSENT or after is ABSENT:
        return f"{value(after)} is new" if before is ABSENT else f"{value(before)} is gone"
    if isinstance(before, list) and isinstance(after, list):
        return _lists(cast("list[object]", before), cast("list[object]", after))
    if before == after == SECRET:
        return f"{value(SECRET)}, another one than before"
    return " → ".join(values(before, after))


def _lists(before: list[object], after: list[object]) -> str:
    """Return what a list of plain values gained and lost."""
    come = [value(item) for item in after if item not in before]
    gone = [value(item) for item in before if item not in after]
    if not come and not gone:
        return f"{value(before)} → {value(after)}"
    parts = [f"with {', '.join(come)}"] if come else []
    return ", ".join([*parts, *([f"without {', '.join(gone)}"] if gone else [])])


def _cost(before: Estimate, after: Estimate) -> Iterator[str]:
    old, new = before.by_resource, after.by_resource
    more = {name: new.get(name, 0.0) - old.get(name, 0.0) for name in {*old, *new}}
    told = sorted(
        (name for name in more if abs(more[name]) >= CENT), key=lambda one: -abs(more[one])
    )
    large = [name for name in told if abs(more[name]) >= LARGE]
    for name in large:
        yield f"{code(name)}: {_cost_change(old.get(name, 0.0), new.get(name, 0.0))}"
    small = [more[name] for name in told if name not in large]
    if small:
        yield f"{len(small)} other{'s' * (len(small) > 1)}: {_signed(sum(small))}"
    yield from _doubts(after)


def _doubts(after: Estimate) -> Iterator[str]:
    """Yield where the estimate may be too low, and that it is above the stack's budget."""
    for one in after.lines:
        if not one.known:
            yield f"{code(one.resource)}: {one.what}"
    if after.unpriced:
        yield f"not counted, as nobody has priced it: {', '.join(map(code, after.unpriced))}"
    if after.is_over_budget:
        yield f"**more than the stack's budget** of {dollars(after.budget)} (`monthlyBudget`)"


def _foot(reviews: Sequence[Review], base: str) -> str:
    old = sum(review.open_violations for review in reviews)
    rules = f" {old} broken rules are as old as the base." if old else ""
    return (
        f"Compared with {code(base)}, without credentials: what somebody changed by hand on AWS, "
        f"and what AWS alone decides, is not in it; {code(MASKED_ACCOUNT)} is the account that it "
        f"is deployed to.{rules}\n\n"
        f"{details('What the cost rests on', chr(10).join(_assumptions(reviews)))}"
    )


def _assumptions(reviews: Sequence[Review]) -> Iterator[str]:
    """Yield what the costs of all stacks rest on, then what those of single ones do."""
    stated = {review.stack: review.cost_after.assumptions for review in reviews}
    for sentence in dict.fromkeys(each for one in stated.values() for each in one):
        stacks = [stack for stack, sentences in stated.items() if sentence in sentences]
        yield (
            f"- {sentence}" if len(stacks) == len(stated) else f"- {', '.join(stacks)}: {sentence}"
        )
