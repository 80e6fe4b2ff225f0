"""A stack's whole life under the real engine, from nothing to nothing: the story in order.

    for step in Journey(...).steps(): print(step.title, step.fact)

Each step says what it found, or raises what did not hold. The cost of the design: a step builds on
the one before, so after a failure there is no use in going on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ops.urns import name_of
from twin.engine.expectations import Expectations, key_of
from twin.engine.setting_changes import FIRST, SECOND
from twin.errors import TwinError, shorten
from twin.resources.factory import Factory
from twin.resources.inputs import Inputs
from twin.resources.resource import Existing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from twin.cloud import Cloud
    from twin.engine.account import Refusals
    from twin.engine.command import Pulumi, Ran
    from twin.engine.setting_changes import Form

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
BUCKET = "aws:s3/bucket:Bucket"
REGISTRY = "build-images"
DATA_KEY = "keys-data"
MANIFEST = (
    '{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}'
)
REFUSED = "AmazonEC2ContainerRegistry_V20150921.CreateRepository"
"""What the service refuses in the middle of an up: much needs nothing of it, and some does."""

NAMES_SHOWN = 4


@dataclass(frozen=True)
class Step:
    """One step of the story, as it was found to hold."""

    title: str
    fact: str
    seconds: float


@dataclass
class Journey:
    """One stack's life; `root` is the project that the engine's program is a copy of.

    A short one changes one group of settings of each form, and ends without a second life.
    """

    pulumi: Pulumi
    stack: str
    root: Path
    cloud: Cloud
    refusals: Refusals
    short: bool = False
    planned: Mapping[str, str] = field(default_factory=dict[str, str])
    existing: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    settings: dict[str, str] = field(default_factory=dict[str, str])

    def steps(self) -> Iterator[Step]:
        """Go through the story.

        Raises:
            TwinError: Something did not hold; says in which step, what was expected, what found.
        """
        self.pulumi.start(self.stack)
        self._set(FIRST.beside)
        for title, tell in self._story():
            began = time.monotonic()
            try:
                fact = tell()
            except TwinError as error:
                error.step = error.step or f"{self.stack}, {title}"
                raise
            yield Step(title, fact, time.monotonic() - began)

    def _story(self) -> Iterator[tuple[str, Callable[[], str]]]:
        yield "preview from nothing", self._preview_nothing
        yield "up from nothing", self._up
        yield "preview again", self._preview_again
        if any(one.get("protect") for one in self.existing):
            yield "destroy of what is protected", self._destroy_protected
            yield "up without protection", self._unprotect
        yield from self._previews(FIRST)
        yield "up with other settings", self._up_changed
        yield from self._previews(SECOND)
        yield "refresh after a deletion behind its back", self._refresh
        yield "up brings it back", self._bring_back
        yield "destroy with data in a bucket", self._destroy_full
        yield "destroy of what is empty", self._destroy
        if not self.short:
            yield "up that fails in its middle", self._up_broken
            yield "the next up", self._up_again
            yield "destroy", self._destroy

    # ---- up ---------------------------------------------------------------------------------

    def _preview_nothing(self) -> str:
        ran = self._run("preview")
        self.planned = ran.of()
        self._require_same(ran, self._expectations.creations(self.settings))
        _require(ran.steps == ran.of("create"), ran, "nothing but creations")
        return f"{len(self.planned)} to create"

    def _up(self) -> str:
        ran = self._run("up")
        self.existing = self.pulumi.resources(self.stack)
        _require(ran.of() == self.planned, ran, f"the {len(self.planned)} of the preview")
        return f"{len(ran.of())} created, {len(self.existing)} of them on AWS"

    def _preview_again(self) -> str:
        ran = self._run("preview")
        _require(not ran.of(), ran, "no change")
        return f"no change of {len(ran.steps)}"

    # ---- settings ---------------------------------------------------------------------------

    @property
    def _expectations(self) -> Expectations:
        return Expectations(self.root, self.stack, self.cloud.account, self.cloud.region)

    def _set(self, values: Mapping[str, str]) -> None:
        """Give the stack settings that stay."""
        changed = {key_of(name): value for name, value in values.items()}
        self.settings.update(changed)
        self.pulumi.project.set(self.stack, changed)

    def _previews(self, form: Form) -> Iterator[tuple[str, Callable[[], str]]]:
        for group in form.groups[:1] if self.short else form.groups:
            yield f"preview with {len(group)} other settings", partial(self._preview_with, group)

    def _preview_with(self, names: Sequence[str]) -> str:
        """Preview other values of some settings, and go back to those that the stack has."""
        others = self._expectations.others(names, self.settings)
        before = self._expectations.given(self.settings)
        self.pulumi.project.set(self.stack, others)
        ran = self._run("preview")
        self.pulumi.project.set(self.stack, {key: before[key] for key in others})
        expected = self._expectations.changes(self.settings, {**self.settings, **others})
        self._require_same(ran, expected)
        return f"{len(expected)} resources: {', '.join(names)}"

    def _up_changed(self) -> str:
        before = dict(self.settings)
        self._set(SECOND.beside)
        ran = self._run("up")
        expected = self._expectations.changes(before, self.settings)
        self._require_same(ran, expected)
        self.existing = self.pulumi.resources(self.stack)
        return f"{len(expected)} changed on AWS, those of `make preview`"

    def _require_same(self, ran: Ran, expected: Mapping[str, str]) -> None:
        found = ran.on_aws()
        if found != expected:
            raise TwinError(
                "the engine and `make preview` do not name the same",
                found=f"by the engine alone: {_told(found, expected)}",
                expected=f"by `make preview` alone: {_told(expected, found)}",
            )

    # ---- in its middle ----------------------------------------------------------------------

    def _up_broken(self) -> str:
        with self.refusals.of(REFUSED):
            ran = self.pulumi.run("up", self.stack)
        made = len(self.pulumi.resources(self.stack))
        _require(not ran.ok and len(ran.failed) == 1, ran, "a failure at one resource")
        _require(made > 0, ran, "what was created before the failure, in the state")
        return f"{made} exist, it stopped at {_names(ran.failed)}: {_cause(ran)}"

    def _up_again(self) -> str:
        made = len(self.pulumi.resources(self.stack))
        self._run("up")
        self.existing = self.pulumi.resources(self.stack)
        self._preview_again()
        return f"the other {len(self.existing) - made} created, then no change"

    # ---- behind its back --------------------------------------------------------------------

    def _refresh(self) -> str:
        self._delete_a_log_group()
        ran = self._run("refresh")
        gone = len(self.existing) - len(self.pulumi.resources(self.stack))
        _require(gone == 1, ran, "one resource gone")
        return "found that it is gone"

    def _delete_a_log_group(self) -> None:
        group = next(one["id"] for one in self.existing if one["type"] == LOG_GROUP)
        self.cloud.client("logs").delete_log_group(logGroupName=group)

    def _bring_back(self) -> str:
        ran = self._run("up")
        created = ran.of("create")
        _require(len(created) == 1, ran, "one creation")
        return f"{_names(created)} created"

    # ---- down -------------------------------------------------------------------------------

    def _destroy_protected(self) -> str:
        ran = self.pulumi.run("destroy", self.stack)
        _require(not ran.ok and "protected" in " ".join(ran.errors), ran, "a refusal")
        left = self.pulumi.resources(self.stack)
        _require(len(left) == len(self.existing), ran, "everything still there")
        return (
            f"refused, nothing deleted: {sum(bool(one.get('protect')) for one in left)} protected"
        )

    def _unprotect(self) -> str:
        self._set({"protect": "false"})
        ran = self._run("up")
        self.existing = self.pulumi.resources(self.stack)
        left = [one["urn"] for one in self.existing if one.get("protect")]
        _require(not left, ran, "nothing protected any more")
        return "by the setting `protect`, which lets images go with their registry"

    def _destroy_full(self) -> str:
        bucket = next(one["id"] for one in self.existing if one["id"].endswith(self._data_bucket))
        self.cloud.client("s3").put_object(Bucket=bucket, Key="raw/abalone/a.csv", Body=b"M,1")
        self._put_image()
        ran = self.pulumi.run("destroy", self.stack)
        left = {name_of(one["urn"]): one["id"] for one in self.pulumi.resources(self.stack)}
        _require(not ran.ok and bucket in left.values(), ran, "the bucket kept")
        _require(DATA_KEY in left, ran, "the key kept that opens what it holds")
        return f"kept what holds something, and its key: {_names(ran.failed)}"

    def _put_image(self) -> None:
        """Put an image where builds put them: it may not keep a destroy from its end."""
        registry = next(one["id"] for one in self.existing if name_of(one["urn"]) == REGISTRY)
        self.cloud.client("ecr").put_image(
            repositoryName=registry, imageManifest=MANIFEST, imageTag="0123456789ab"
        )

    @property
    def _data_bucket(self) -> str:
        return f"-data-{self.cloud.account}-{self.cloud.region}"

    def _destroy(self) -> str:
        """Empty all buckets, then destroy; that of the access logs fills up meanwhile."""
        ran = self._empty_and_destroy()
        if not ran.ok:
            ran = self._empty_and_destroy()
        _require(ran.ok, ran, "`pulumi destroy` of empty buckets to succeed")
        left = self.left()
        if left:
            raise TwinError(
                "destroy left something",
                found=", ".join(left),
                expected="nothing of the stack in the account",
            )
        keys = sum(one["type"] == "aws:kms/key:Key" for one in self.existing)
        return f"nothing left; {keys} keys wait for their deletion, as KMS has it"

    def _empty_and_destroy(self) -> Ran:
        for one in self.existing:
            if one["type"] == BUCKET:
                self._empty(one["id"])
        return self.pulumi.run("destroy", self.stack)

    def left(self) -> list[str]:
        """Return which resources of the stack the account still has."""
        factory = Factory(self.cloud.client, account=self.cloud.account, region=self.cloud.region)
        return [
            one["urn"] for one in self.existing if factory.exists(one["type"], "", _as_was(one))
        ]

    def _empty(self, bucket: str) -> None:
        """Delete every version of every object, as a person does before a bucket can go."""
        client = self.cloud.client("s3")
        try:
            pages = list(client.get_paginator("list_object_versions").paginate(Bucket=bucket))
        except ClientError:
            return
        for page in pages:
            for found in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                client.delete_object(Bucket=bucket, Key=found["Key"], VersionId=found["VersionId"])

    def _run(self, verb: str) -> Ran:
        ran = self.pulumi.run(verb, self.stack)
        _require(ran.ok, ran, f"`pulumi {verb}` to succeed")
        return ran


def _as_was(one: Mapping[str, Any]) -> Existing:
    outputs = one.get("outputs", {})
    return Existing(one["id"], Inputs(outputs.get("__inputs", {})), outputs)


def _require(holds: bool, ran: Ran, expected: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        said = "; ".join(ran.errors) or _names(ran.of()) or shorten(ran.output)
        raise TwinError("the engine did otherwise", found=said, expected=expected)


def _told(one: Mapping[str, str], other: Mapping[str, str]) -> str:
    steps = {f"{step} {name_of(urn)}" for urn, step in one.items() if other.get(urn) != step}
    return ", ".join(sorted(steps)) or "nothing"


def _cause(ran: Ran) -> str:
    return ran.errors[0].splitlines()[0].partition(": ")[2] if ran.errors else ""


def _names(urns: Mapping[str, str] | tuple[str, ...]) -> str:
    """Return the program's own names, the first few of them."""
    found = sorted(name_of(urn) for urn in urns)
    more = f" and {len(found) - NAMES_SHOWN} more" if len(found) > NAMES_SHOWN else ""
    return ", ".join(found[:NAMES_SHOWN]) + more
