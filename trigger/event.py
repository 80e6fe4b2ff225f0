"""What an event says, as typed values; pure.

Anybody may send a function anything, so an event is believed only where it is exactly what
EventBridge sends for our own repository and bucket. The rest is ignored with a reason: it is
counted, and not retried.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, cast

from trigger.errors import UnusableEventError
from trigger.settings import Settings

COMMIT: Final = re.compile(r"[0-9a-f]{40}")
DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
MODEL: Final = re.compile(r"[a-z]([a-z0-9-]{0,28}[a-z0-9])?")
RAW_KEY: Final = re.compile(r"raw/([^/]*)/(?!\.\.?(/|$))(?!.*/\.\.?(/|$)).+")
"""A file of a model; `.` and `..` as parts are refused, as the DAG refuses them."""

RECONCILIATION: Final = {"reconcile": "current"}
"""All that the schedule says; it is the stack's own, so there is nothing more to believe."""

_LONGEST_FACT: Final = 200


class Reason(StrEnum):
    """Why an event is ignored; each is a dimension of the metric."""

    MALFORMED = "malformed"
    FOREIGN = "foreign"
    """Another account, region, repository, bucket or prefix."""

    UNKNOWN_KIND = "unknown-kind"
    """Neither an image push nor a written object."""

    FAILED_PUSH = "failed-push"
    NO_COMMIT = "no-commit"
    """A tag that names no commit, such as the one of an image's content."""

    FOLDER = "folder"
    """A marker that consoles write for an empty folder."""

    UNKNOWN_MODEL = "unknown-model"
    NOTHING_CURRENT = "nothing-current"
    """No push went through yet; the first one reads all raw data anyway."""


@dataclass(frozen=True)
class Ignored:
    """An event that asks for nothing, and why."""

    reason: Reason
    fact: str


@dataclass(frozen=True)
class ImagePushed:
    """A commit's tag was put on an image of our repository."""

    commit: str
    image_digest: str


@dataclass(frozen=True)
class RawObjectWritten:
    """A raw file of a model was written to our data bucket."""

    model: str
    key: str
    version: str


@dataclass(frozen=True)
class Reconciliation:
    """It is time to look for what no event told of."""


Parsed = ImagePushed | RawObjectWritten | Reconciliation | Ignored


def parse_event(event: object, settings: Settings) -> Parsed:
    """Tell what an event asks for.

    Raises:
        UnusableEventError: it is ours and lacks what its run needs.
    """
    if event == RECONCILIATION:
        return Reconciliation()
    fields = _mapping(event)
    detail = _mapping(fields.get("detail"))
    if not detail:
        return _ignore(Reason.MALFORMED, "an event without detail")
    for field, ours in (("account", settings.account_id), ("region", settings.region)):
        if fields.get(field) != ours:
            return _ignore(Reason.FOREIGN, f"{field} {fields.get(field)!r}")
    kind = f"{fields.get('source')}: {fields.get('detail-type')}"
    parse = _PARSERS.get(kind)
    return parse(detail, settings) if parse else _ignore(Reason.UNKNOWN_KIND, kind)


def _parse_image(detail: Mapping[str, object], settings: Settings) -> Parsed:
    if detail.get("repository-name") != settings.image_repository:
        return _ignore(Reason.FOREIGN, f"repository {detail.get('repository-name')!r}")
    action, result = detail.get("action-type"), detail.get("result")
    if (action, result) != ("PUSH", "SUCCESS"):
        return _ignore(Reason.FAILED_PUSH, f"action {action!r} with result {result!r}")
    tag, digest = detail.get("image-tag"), detail.get("image-digest")
    if not isinstance(tag, str) or not COMMIT.fullmatch(tag):
        return _ignore(Reason.NO_COMMIT, f"tag {tag!r}")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise _unusable(f"{settings.image_repository}:{tag}", "image-digest", digest)
    return ImagePushed(commit=tag, image_digest=digest)


def _parse_object(detail: Mapping[str, object], settings: Settings) -> Parsed:
    bucket = _mapping(detail.get("bucket")).get("name")
    if bucket != settings.data_bucket:
        return _ignore(Reason.FOREIGN, f"bucket {bucket!r}")
    written = _mapping(detail.get("object"))
    key, version = written.get("key"), written.get("version-id")
    if not isinstance(key, str):
        return _ignore(Reason.MALFORMED, f"key {key!r}")
    model = model_of(key)
    if isinstance(model, Reason):
        return _ignore(model, f"key {key!r}")
    if not isinstance(version, str) or not version:
        raise _unusable(f"s3://{settings.data_bucket}/{key}", "version-id", version)
    return RawObjectWritten(model=model, key=key, version=version)


def model_of(key: str) -> str | Reason:
    """Return whose raw file a key is; a reason where it is nobody's."""
    if key.endswith("/"):
        return Reason.FOLDER
    match = RAW_KEY.fullmatch(key)
    if match is None:
        return Reason.FOREIGN
    return match[1] if MODEL.fullmatch(match[1]) else Reason.UNKNOWN_MODEL


_PARSERS: Final = {
    "aws.ecr: ECR Image Action": _parse_image,
    "aws.s3: Object Created": _parse_object,
}


def _unusable(resource: str, field: str, found: object) -> UnusableEventError:
    return UnusableEventError(
        f"the event lacks {field}",
        resource=resource,
        found=repr(found),
        do="switch versioning on for the data bucket, or look at what sent the event",
    )


def _ignore(reason: Reason, fact: str) -> Ignored:
    return Ignored(reason, fact[:_LONGEST_FACT])


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}
