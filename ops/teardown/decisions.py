"""What of an account a stack's DAGs made, and in which order it can go; pure.

A name alone does not tell: `mlops-dev-2-wine` may be of the stack `mlops-dev-2`, or `mlops-dev-b`'s
model `wine` be called as `mlops-dev`'s model `b-wine`. So a thing is the stack's if its name begins
with the prefix *and* the tag `Stack`, which the DAGs put on whatever they make, says so. For an
endpoint the tags of its config count: an update may drop its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STACK_TAG: Final = "Stack"

RUNNING: Final = frozenset({"InProgress", "Stopping"})


class Kind(StrEnum):
    """What the DAGs make, in the order in which it goes."""

    ENDPOINT = "endpoint"
    """First: it costs money by the hour."""

    TRAINING_JOB = "running training job"
    """Costs money too, and is only stopped: SageMaker keeps every job for ever."""

    SCALABLE_TARGET = "scalable target"
    """With its scaling policies."""

    ENDPOINT_CONFIG = "endpoint config"
    MODEL = "model"
    MODEL_PACKAGE = "model package"
    PACKAGE_GROUP = "package group"
    """Last: it has to be empty."""


ORDER: Final = tuple(Kind)


@dataclass(frozen=True, order=True)
class Thing:
    """Something that is deleted by its name. `note` is what a person should know of it."""

    kind: Kind
    name: str
    note: str = ""


@dataclass(frozen=True)
class Endpoint:
    """An endpoint as it is: `tags` are those of its config, empty if that is gone."""

    name: str
    status: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Tagged:
    """A model, config or package group, with its tags."""

    name: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Job:
    """A training job; its tags are read only while it runs."""

    name: str
    status: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Package:
    """A version in a package group."""

    arn: str
    group: str


@dataclass(frozen=True)
class Found:
    """Whatever of the account has a name that begins with the stack's prefix and a hyphen."""

    endpoints: tuple[Endpoint, ...] = ()
    jobs: tuple[Job, ...] = ()
    scalable_targets: tuple[str, ...] = ()
    """Resource ids such as `endpoint/<name>/variant/AllTraffic`."""

    configs: tuple[Tagged, ...] = ()
    models: tuple[Tagged, ...] = ()
    groups: tuple[Tagged, ...] = ()
    packages: tuple[Package, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What goes, in order; what is of somebody else or unknown; how many jobs stay on record."""

    things: tuple[Thing, ...]
    kept: tuple[Thing, ...]
    ended_jobs: int


def plan(prefix: str, found: Found) -> Plan:
    """Return what of what was found is the stack's."""
    groups = _mine(prefix, found.groups)
    endpoints = {one.name: one for one in found.endpoints if _is_mine_or(prefix, one, groups)}
    stems = {*groups, *endpoints}
    things = (
        *(Thing(Kind.ENDPOINT, one.name, one.status) for one in endpoints.values()),
        *(
            Thing(Kind.TRAINING_JOB, job.name, job.status)
            for job in found.jobs
            if job.status in RUNNING and is_mine(prefix, job.name, job.tags)
        ),
        *(
            Thing(Kind.SCALABLE_TARGET, target)
            for target in found.scalable_targets
            if _endpoint_of(target) in stems
        ),
        *(Thing(Kind.ENDPOINT_CONFIG, name) for name in _mine(prefix, found.configs)),
        *(Thing(Kind.MODEL, name) for name in _mine(prefix, found.models)),
        *(Thing(Kind.MODEL_PACKAGE, one.arn) for one in found.packages if one.group in groups),
        *(Thing(Kind.PACKAGE_GROUP, name) for name in groups),
    )
    return Plan(in_order(things), _kept(prefix, found, things), _ended(found.jobs, stems))


def is_mine(prefix: str, name: str, tags: Mapping[str, str]) -> bool:
    """Tell whether the DAGs of the stack made something of this name and these tags."""
    return name.startswith(f"{prefix}-") and tags.get(STACK_TAG) == prefix


def in_order(things: Iterable[Thing]) -> tuple[Thing, ...]:
    """Return them in the order in which they can go."""
    return tuple(sorted(things, key=lambda one: (ORDER.index(one.kind), one.name)))


def _mine(prefix: str, tagged: Iterable[Tagged]) -> tuple[str, ...]:
    return tuple(one.name for one in tagged if is_mine(prefix, one.name, one.tags))


def _is_mine_or(prefix: str, endpoint: Endpoint, groups: tuple[str, ...]) -> bool:
    """An endpoint whose config is gone is known by its package group, which has the same name."""
    if endpoint.tags:
        return is_mine(prefix, endpoint.name, endpoint.tags)
    return endpoint.name in groups


def _endpoint_of(target: str) -> str:
    return target.split("/")[1] if target.count("/") > 1 else ""


def _kept(prefix: str, found: Found, things: Iterable[Thing]) -> tuple[Thing, ...]:
    """Return what has the right name and is not deleted, with the reason."""
    going = {(one.kind, one.name) for one in things}
    named = (
        *((Kind.ENDPOINT, one.name, one.tags) for one in found.endpoints),
        *((Kind.ENDPOINT_CONFIG, one.name, one.tags) for one in found.configs),
        *((Kind.MODEL, one.name, one.tags) for one in found.models),
        *((Kind.PACKAGE_GROUP, one.name, one.tags) for one in found.groups),
    )
    return in_order(
        Thing(kind, name, _why_kept(tags))
        for kind, name, tags in named
        if (kind, name) not in going and name.startswith(f"{prefix}-")
    )


def _why_kept(tags: Mapping[str, str]) -> str:
    owner = tags.get(STACK_TAG)
    return f"of the stack {owner}" if owner else f"has no tag {STACK_TAG}: nobody knows whose it is"


def _ended(jobs: Iterable[Job], stems: set[str]) -> int:
    """Count jobs by the names that the DAGs give: a model's, then twelve digits."""
    names = [re.compile(rf"{re.escape(stem)}-[0-9a-f]{{12}}(-a\d+)?") for stem in stems]
    ended = [job.name for job in jobs if job.status not in RUNNING]
    return sum(any(name.fullmatch(job) for name in names) for job in ended)
