"""What a reviewer is told of a stack: changes, permissions, cost and rules together. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ops.computed import NAMED_BY_AWS, identities
from ops.cost.estimate import estimate
from ops.cost.rows import CENT
from ops.preview.comparison import compare
from ops.preview.differences import ABSENT
from ops.preview.identities import settled
from ops.preview.permissions import permission_changes
from ops.preview.violations import Broken, broken
from ops.preview.words import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ops.cost.estimate import Estimate
    from ops.preview.comparison import Comparison, ResourceChange
    from ops.preview.differences import Difference
    from ops.preview.versions import StackVersion, StackVersions
    from ops.preview.words import Sentence


@dataclass(frozen=True, kw_only=True)
class Review:
    """One stack's review.

    Attributes:
        note: What else is to be said: that a stack is new, or goes.
        permissions: What becomes possible, and what stops being so.
        violations: What the new version breaks and the old one did not.
        mended: What the old version broke and the new one does not.
        open_violations: How many the new version breaks that the old one did too.
        prefix: What the stack's names begin with.
        stand_ins: Ids that AWS alone decides, as they are here, and whose they are.
    """

    stack: str
    note: str
    comparison: Comparison
    permissions: tuple[Sentence, ...]
    cost_before: Estimate
    cost_after: Estimate
    violations: tuple[Broken, ...] = ()
    mended: tuple[Broken, ...] = ()
    open_violations: int = 0
    prefix: str = ""
    stand_ins: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def gained(self) -> int:
        """How many sentences tell of something that becomes possible."""
        return sum(sentence.allows_more for sentence in self.permissions)

    @property
    def lost(self) -> int:
        """How many sentences tell of something that stops being possible."""
        return sum(sentence.allows_less for sentence in self.permissions)

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell."""
        cost = abs(self.cost_after.monthly - self.cost_before.monthly)
        told = (self.comparison.changes, self.comparison.outputs_added)
        more = (self.comparison.outputs_removed, self.permissions, self.violations, self.mended)
        return not any((*told, *more, self.note)) and cost < CENT


def review(versions: StackVersions) -> Review:
    """Return what is to be told of one stack."""
    after = versions.after.graph
    before = settled(versions.before.graph, after)
    old, new = frozenset(broken(before)), frozenset(broken(after))
    return Review(
        stack=versions.stack,
        note=_note(versions),
        comparison=compare(before, after),
        permissions=sentences(permission_changes(before, after)),
        cost_before=_estimate(versions.before),
        cost_after=_estimate(versions.after),
        violations=tuple(sorted(new - old)),
        mended=tuple(sorted(old - new)),
        open_violations=len(new & old),
        prefix=f"{after.project or before.project}-{versions.stack}",
        stand_ins={
            identities(one.name)[1]: one.name
            for one in (*before, *after)
            if one.type in NAMED_BY_AWS
        },
    )


def _note(versions: StackVersions) -> str:
    if not versions.before.exists:
        return "The stack is new: the base has no file for it."
    return "" if versions.after.exists else "The stack's file is gone; what it made stays on AWS."


def _estimate(version: StackVersion) -> Estimate:
    return estimate(version.graph, version.settings, version.models)


def to_json(reviews: Sequence[Review], base: str, commit: str) -> dict[str, Any]:
    """Return the reviews as plain objects, for programs."""
    return {
        "base": {"ref": base, "commit": commit},
        "stacks": {one.stack: _review_to_json(one) for one in reviews},
    }


def _review_to_json(one: Review) -> dict[str, Any]:
    return {
        "note": one.note,
        "counts": dict(one.comparison.counts),
        "resources": [_change_to_json(change) for change in one.comparison.changes],
        "outputs": {
            "added": list(one.comparison.outputs_added),
            "removed": list(one.comparison.outputs_removed),
        },
        "permissions": {
            "gained": [each.text for each in one.permissions if each.allows_more],
            "lost": [each.text for each in one.permissions if each.allows_less],
        },
        "cost": {"before": one.cost_before.to_json(), "after": one.cost_after.to_json()},
        "violations": [vars(each) for each in one.violations],
        "mended": [vars(each) for each in one.mended],
        "open_violations": one.open_violations,
    }


def _change_to_json(change: ResourceChange) -> dict[str, Any]:
    return {
        **vars(change),
        "differences": [_difference_to_json(each) for each in change.differences],
    }


def _difference_to_json(difference: Difference) -> dict[str, Any]:
    """Return a difference; a side that has nothing is left out, since null is a value."""
    sides = {"before": difference.before, "after": difference.after}
    return {
        "path": difference.path,
        **{name: side for name, side in sides.items() if side is not ABSENT},
    }
