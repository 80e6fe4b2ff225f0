"""What the twin adds to moto's S3: events as AWS shapes them, and word of each written object.

It gives buckets no names that S3 would not give. It also lets them keep the policy that refuses
plain HTTP: the loopback address plays the part of S3's TLS endpoint. moto takes a condition that it
cannot judge for a refusal, so statements that carry one are left out here; for roles
`twin.permissions` judges them.
"""

from __future__ import annotations

import json
import time
import uuid
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from moto.core.utils import unix_time
from moto.events.models import events_backends
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3 import notifications
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, S3Backend

from twin.services.s3_names import broken_rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud

    Subscriber = Callable[[str], None]

CREATED: Final = "ObjectCreated:"
LOGGING_PRINCIPAL: Final = "logging.s3.amazonaws.com"

REASONS: Final = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}
"""EventBridge's words for what happened, by the names of S3's own notifications.

Nothing else is sent: moto reports tags and access lists with each write, which S3 does not.
"""

DELETIONS: Final = {
    "ObjectRemoved:Delete": "Permanently Deleted",
    "ObjectRemoved:DeleteMarkerCreated": "Delete Marker Created",
}

_moto_send_event = notifications.send_event
_moto_create_bucket = S3Backend.create_bucket

_subscribers: dict[str, list[Subscriber]] = {}


def install(cloud: Cloud) -> None:
    """Complete moto's S3 for this cloud; subscriptions end with it."""
    notifications.send_event = partial(_send_event, cloud)
    notifications._send_event_bridge_message = _send_to_event_bridge  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # moto offers no other seam
    S3Backend.create_bucket = _create_bucket
    FakeBucket.get_permission = _get_permission
    FakeBucket._log_permissions_enabled_policy = staticmethod(_admits_logs)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # moto's own reads policies of one form alone
    cloud.on_stop(_subscribers.clear)


def subscribe(bucket: str, callback: Subscriber) -> None:
    """Call back with the key of each object that is written to a bucket from now on.

    The callback runs before the writer gets its answer, so it should be quick. What it raises is
    reported as a crash of the twin and does not fail the writer.
    """
    _subscribers.setdefault(bucket, []).append(callback)


def _send_event(
    cloud: Cloud, account: str, event: Any, bucket: Any, key: Any
) -> None:  # moto's objects
    name = _short_name(event)
    if name == "ObjectCreated:Put" and key.multipart is not None:
        return  # moto reports a finished multipart upload as a put too
    if name.startswith(CREATED):
        for callback in tuple(_subscribers.get(bucket.name, ())):
            _tell(cloud, callback, key.name)
    _moto_send_event(account, event, bucket, key)


def _tell(cloud: Cloud, callback: Subscriber, key: str) -> None:
    try:
        callback(key)
    except Exception as error:  # noqa: BLE001  # the writer is not to blame; the twin reports it
        cloud.start(f"subscriber of {key}", partial(_raise, error))


def _raise(error: Exception) -> None:
    raise error


def _send_to_event_bridge(
    account: str, bucket: Any, event: Any, key: Any
) -> None:  # moto's objects
    name = _short_name(event)
    if name not in REASONS:
        return
    message = event_message(account, bucket, name, key)
    bus = events_backends[account][bucket.region_name].event_buses["default"]
    for rule in tuple(bus.rules.values()):
        rule.send_to_targets(message)


def event_message(
    account: str, bucket: Any, name: str, key: Any
) -> Any:  # moto's objects and its TypedDict
    """Return the event that EventBridge gets for one of `REASONS`.

    Keys are not URL-encoded here (in S3's own notifications they are), and the entity tag is
    `etag`. Reference: "EventBridge event message structure" in the S3 user guide.
    """
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": notifications._detail_type(f"s3:{name}"),  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # one table is enough
        "source": "aws.s3",
        "account": account,
        "time": unix_time(),
        "ingestion-time": unix_time(),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": _detail(account, bucket, name, key),
    }


def _detail(account: str, bucket: Any, name: str, key: Any) -> dict[str, Any]:  # moto's objects
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": _object(name, key),
        "request-id": uuid.uuid4().hex[:16].upper(),
        "requester": account,
        "source-ip-address": "127.0.0.1",
        "reason": REASONS[name],
    }
    if name in DELETIONS:
        detail["deletion-type"] = DELETIONS[name]
    return detail


def _object(name: str, key: Any) -> dict[str, Any]:  # moto's objects
    described = {"key": key.name, "sequencer": f"{time.time_ns():016X}"}
    if name.startswith(CREATED):
        described |= {"size": key.size, "etag": key.etag.replace('"', "")}
    if key.version_id not in (None, "null"):
        described["version-id"] = key.version_id
    return described


def _short_name(event: Any) -> str:  # moto's enumeration, or a text
    """Return `ObjectCreated:Put` for `s3:ObjectCreated:Put`."""
    return str(getattr(event, "value", event)).removeprefix("s3:")


def _create_bucket(
    self: S3Backend, bucket_name: str, region_name: str, bucket_namespace: str | None = None
) -> FakeBucket:
    broken = broken_rule(bucket_name, bucket_namespace)
    if broken:
        message = f"The specified bucket is not valid. ({broken}; found {bucket_name!r})"
        raise S3ClientError("InvalidBucketName", message)
    return _moto_create_bucket(self, bucket_name, region_name, bucket_namespace)


def _get_permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    policy["Statement"] = [one for one in _statements(policy) if not one.get("Condition")]
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)


def _admits_logs(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """Tell whether a bucket's policy lets S3 write access logs below a prefix."""
    if target_bucket.policy is None:
        return False
    place = f"{target_bucket.arn}/{target_prefix or ''}log"
    return any(
        one["Effect"] == "Allow"
        and one["Principal"] == {"Service": LOGGING_PRINCIPAL}
        and "s3:PutObject" in _listed(one["Action"])
        and any(fnmatchcase(place, resource) for resource in _listed(one["Resource"]))
        for one in _statements(json.loads(target_bucket.policy))
    )


def _statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    return _listed(policy["Statement"])


def _listed(value: Any) -> list[Any]:
    """Return what a policy may write as one or as a list of them."""
    return cast("list[Any]", value) if isinstance(value, list) else [value]
