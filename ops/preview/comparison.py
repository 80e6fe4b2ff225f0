"""Two graphs of one stack compared: what comes, changes, is replaced, moves and goes. Pure."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, cast

from ops.aliases import former_urns
from ops.preview.differences import ABSENT, Difference, differences
from ops.preview.seal import SECRET
from ops.replacements import forces_replacement, replaced_by, without_indices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ops.graph import Graph, Resource

Kind = Literal["added", "changed", "replaced", "moved", "deleted"]
KINDS: Final[tuple[Kind, ...]] = ("added", "changed", "replaced", "moved", "deleted")
OPTIONS: Final = ("protect", "retain_on_delete")
"""What a resource is registered with that a reviewer wants to see change."""

NEWLY_ADDRESSED: Final = ("aws:codeconnections/connection:Connection", "aws:kms/key:Key")
"""Types whose ARN AWS makes up; that of all others is made of the name, or has the id in it."""


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """What becomes of one resource.

    Attributes:
        urn: Its address, or the one that it had if it is deleted.
        former_urn: The address before, where an alias says that it was another one.
        differences: Where its inputs and options differ.
        forced_by: The paths that cannot be changed without replacing it.
        follows: Resources that are replaced, and whose new identity replaces this one too.
        renews: Resources that are replaced, and whose new identity this one takes up in place.
        protected: Whether it refuses to be deleted, so that replacing or deleting it fails.
        twin: A deleted resource of the same inputs, of which this may be a rename without an alias.
    """

    kind: Kind
    urn: str
    type: str
    name: str
    former_urn: str = ""
    differences: tuple[Difference, ...] = ()
    forced_by: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    renews: tuple[str, ...] = ()
    protected: bool = False
    twin: str = ""


@dataclass(frozen=True)
class Comparison:
    """Every change between two graphs, sorted by kind and address; components are left out."""

    changes: tuple[ResourceChange, ...]
    outputs_added: tuple[str, ...] = ()
    outputs_removed: tuple[str, ...] = ()

    def of_kind(self, kind: Kind) -> tuple[ResourceChange, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many changes there are of each kind."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}


def compare(before: Graph, after: Graph) -> Comparison:
    """Return what the second graph would do to what the first one made."""
    left = {resource.urn: resource for resource in before if resource.custom}
    former = former_urns(after)
    taken = frozenset(resource.urn for resource in after)
    pairs = [
        (_take(resource, left, former.get(resource.urn, frozenset()) - taken), resource)
        for resource in after
        if resource.custom
    ]
    changes = _follow({now.urn: _change(known, now) for known, now in pairs}, pairs)
    gone = {_content(resource): resource.name for resource in left.values()}
    named = (
        replace(changes[now.urn], twin=gone.get(_content(now), "") if known is None else "")
        for known, now in pairs
        if now.urn in changes
    )
    return Comparison(
        tuple(sorted((*named, *map(_deletion, left.values())), key=_order)),
        tuple(sorted({*after.outputs} - {*before.outputs})),
        tuple(sorted({*before.outputs} - {*after.outputs})),
    )


def _order(change: ResourceChange) -> tuple[int, str]:
    return KINDS.index(change.kind), change.urn


def _take(resource: Resource, left: dict[str, Resource], former: frozenset[str]) -> Resource | None:
    """Take what the resource was before out of what is left, by its address or an alias."""
    known = next((urn for urn in (resource.urn, *sorted(former)) if urn in left), None)
    return left.pop(known) if known else None


def _change(known: Resource | None, now: Resource) -> ResourceChange | None:
    """Return what becomes of a resource by itself; None for nothing."""
    if known is None:
        return ResourceChange(kind="added", urn=now.urn, type=now.type, name=now.name)
    found = (*_inputs_compared(known, now), *_options_compared(known, now))
    forced = _forced(known, now)
    moved = known.urn != now.urn
    if not found and not moved:
        return None
    return ResourceChange(
        kind="replaced" if forced else "changed" if found else "moved",
        urn=now.urn,
        type=now.type,
        name=now.name,
        former_urn=known.urn if moved else "",
        differences=found,
        forced_by=forced,
        protected=known.options.protect,
    )


def _inputs_compared(known: Resource, now: Resource) -> Iterator[Difference]:
    secrets = known.secrets | now.secrets
    ignored = now.options.ignore_changes
    for name in dict.fromkeys((*known.inputs, *now.inputs)):
        before, after = known.inputs.get(name, ABSENT), now.inputs.get(name, ABSENT)
        if name in ignored or before == after:
            continue
        if name in secrets:
            yield Difference(
                name, *(SECRET if side is not ABSENT else side for side in (before, after))
            )
        else:
            yield from (one for one in differences(before, after, name) if one.path not in ignored)


def _options_compared(known: Resource, now: Resource) -> Iterator[Difference]:
    for name in OPTIONS:
        before, after = getattr(known.options, name), getattr(now.options, name)
        if before != after:
            yield Difference(f"(option) {name}", before, after)


def _forced(known: Resource, now: Resource) -> tuple[str, ...]:
    ignored = now.options.ignore_changes
    old, new = (
        {name: value for name, value in side.inputs.items() if name not in ignored}
        for side in (known, now)
    )
    return tuple(dict.fromkeys(map(without_indices, replaced_by(now.type, old, new))))


def _follow(
    changes: Mapping[str, ResourceChange | None],
    pairs: Sequence[tuple[Resource | None, Resource]],
) -> dict[str, ResourceChange]:
    """Add what follows from replacements: who has a replaced resource's identity gets another.

    Goes on until nothing is added: what is replaced for that reason has followers of its own.
    """
    found = {urn: change for urn, change in changes.items() if change is not None}
    kept = [now for known, now in pairs if known is not None]
    known_as = {now.urn: known for known, now in pairs if known is not None}
    pending = [now for now in kept if _is_replaced(found, now)]
    while pending:
        replaced = pending.pop()
        for now in kept:
            paths = tuple(_paths_to(replaced, now))
            if not paths or now.urn == replaced.urn:
                continue
            was_replaced = _is_replaced(found, now)
            found[now.urn] = _following(found.get(now.urn), known_as[now.urn], now, replaced, paths)
            if _is_replaced(found, now) and not was_replaced:
                pending.append(now)
    return found


def _is_replaced(found: Mapping[str, ResourceChange], resource: Resource) -> bool:
    change = found.get(resource.urn)
    return change is not None and change.kind == "replaced"


def _following(
    change: ResourceChange | None,
    known: Resource,
    now: Resource,
    replaced: Resource,
    paths: Sequence[str],
) -> ResourceChange:
    base = change or ResourceChange(
        kind="changed", urn=now.urn, type=now.type, name=now.name, protected=known.options.protect
    )
    forced = tuple(without_indices(path) for path in paths if forces_replacement(now.type, path))
    if forced:
        return replace(
            base,
            kind="replaced",
            forced_by=tuple(dict.fromkeys((*base.forced_by, *forced))),
            follows=tuple(sorted({*base.follows, replaced.name})),
        )
    return replace(
        base,
        kind="changed" if base.kind == "moved" else base.kind,
        renews=tuple(sorted({*base.renews, replaced.name})),
    )


def _paths_to(replaced: Resource, follower: Resource) -> Iterator[str]:
    """Yield the paths of a resource's inputs that hold what AWS called another one."""
    identity = replaced.id
    for name, urns in follower.property_dependencies.items():
        if replaced.urn in urns and name in follower.inputs:
            for path, text in _texts(follower.inputs[name], name):
                if replaced.type in NEWLY_ADDRESSED or (identity and identity in text):
                    yield path


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in cast("dict[str, object]", value).items():
            yield from _texts(item, f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[object]", value)):
            yield from _texts(item, f"{path}[{index}]")
    elif isinstance(value, str):
        yield path, value


def _content(resource: Resource) -> str:
    return json.dumps([resource.type, resource.inputs], sort_keys=True, default=str)


def _deletion(resource: Resource) -> ResourceChange:
    return ResourceChange(
        kind="deleted",
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        protected=resource.options.protect,
    )
