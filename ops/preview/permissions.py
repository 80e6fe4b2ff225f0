"""Which permissions one graph has and another has not. Pure.

Each grant is looked at by what it allows: something that another statement still allows is neither
gained nor lost.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ops.preview.granted import granted
from ops.preview.statements import Grant, covers, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ops.graph import Graph

Effect = Literal["gained", "lost", "widened", "narrowed", "changed"]


@dataclass(frozen=True)
class PermissionChange:
    """One way in which what is allowed changes.

    Attributes:
        effect: `gained` and `lost` have one side; the others say how the two sides compare.
        before: What was granted.
        after: What is granted now.
    """

    effect: Effect
    before: Grant | None
    after: Grant | None

    @property
    def grant(self) -> Grant:
        """What is spoken of: the new side where there is one."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of permissions has at least one side")
        return found

    @property
    def allows_more(self) -> bool:
        """Whether more is possible than before: a refusal that goes opens something too."""
        return self._goes("gained", "widened", opposite=("lost", "narrowed"))

    @property
    def allows_less(self) -> bool:
        """Whether less is possible than before."""
        return self._goes("lost", "narrowed", opposite=("gained", "widened"))

    def _goes(self, *effects: Effect, opposite: tuple[Effect, ...]) -> bool:
        meant = effects if self.grant.allow else opposite
        return self.effect in (*meant, "changed")


def permission_changes(before: Graph, after: Graph) -> tuple[PermissionChange, ...]:
    """Return what the second graph grants and the first does not, and the other way round."""
    old, new = granted(before), granted(after)
    kept_before, kept_after = _by_place(old), _by_place(new)
    removed, added = _by_place(old - new), _by_place(new - old)
    found = (
        change
        for place in sorted({*removed, *added})
        for change in _pair(removed[place], added[place])
        if _matters(change, kept_before[place], kept_after[place])
    )
    return tuple(found)


def _by_place(found: Iterable[Grant]) -> defaultdict[str, list[Grant]]:
    places: defaultdict[str, list[Grant]] = defaultdict(list)
    for grant in sorted(found):
        places[grant.where].append(grant)
    return places


def _pair(removed: Sequence[Grant], added: Sequence[Grant]) -> Iterator[PermissionChange]:
    """Yield changes: a grant that went and one that came are one, where they are about the same."""
    gone = list(removed)
    for new in added:
        old = next((grant for grant in gone if _is_about_the_same(grant, new)), None)
        if old is None:
            yield PermissionChange("gained", None, new)
            continue
        gone.remove(old)
        yield PermissionChange(_compare(old, new), old, new)
    for old in gone:
        yield PermissionChange("lost", old, None)


def _is_about_the_same(old: Grant, new: Grant) -> bool:
    if (old.kind, old.who, old.allow) != (new.kind, new.who, new.allow):
        return False
    if old.action.lower() != new.action.lower():
        return False
    return old.target == new.target or (
        old.conditions == new.conditions
        and (matches(old.target, new.target) or matches(new.target, old.target))
    )


def _compare(old: Grant, new: Grant) -> Effect:
    if covers(new, old):
        return "widened"
    return "narrowed" if covers(old, new) else "changed"


def _matters(change: PermissionChange, before: Sequence[Grant], after: Sequence[Grant]) -> bool:
    """Tell whether the change is one: not if another statement said, or still says, as much."""
    old, new = change.before, change.after
    if old is not None and new is not None and covers(old, new) and covers(new, old):
        return False  # the same in another spelling: IAM knows no case of actions and keys
    if change.effect in ("gained", "widened") and new is not None:
        return not any(covers(grant, new) for grant in before if grant != old)
    if change.effect in ("lost", "narrowed") and old is not None:
        return not any(covers(grant, old) for grant in after if grant != new)
    return True
