"""Data capture: requests and answers that an endpoint keeps, in SageMaker's own format.

SageMaker gathers records for some minutes; here each request is a file of its own, so that it is
there at once. Reference: "View captured data" in SageMaker's developer guide.
"""

from __future__ import annotations

import base64
import json
import random
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from twin.executors.containers import Location, encryption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud
    from twin.executors.container_server import Answer
    from twin.executors.hosting import ServingSpec

WHOLE: Final = 100
DEFAULT_TYPE: Final = "application/octet-stream"


def captures(capture: Mapping[str, Any]) -> bool:
    """Tell whether this one of many requests is kept."""
    if not capture or capture.get("EnableCapture") is False:
        return False
    # Which requests are sampled is nobody's secret.
    return random.random() * WHOLE < capture["InitialSamplingPercentage"]  # noqa: S311


def keep(
    cloud: Cloud, spec: ServingSpec, request: tuple[bytes, str], answer: Answer, now: datetime
) -> None:
    """Write one record as the endpoint's role.

    Args:
        cloud: Has the bucket.
        spec: What is served, and what of it is captured.
        request: Body and content type.
        answer: Of the container.
        now: When it answered.
    """
    body, content_type = request
    place = Location.parse(spec.capture["DestinationS3Uri"])
    key = "/".join(
        (
            place.key.strip("/"),
            spec.endpoint,
            spec.variant,
            now.strftime("%Y/%m/%d/%H"),
            f"{now.strftime('%M-%S-%f')[:-3]}-{uuid.uuid4()}.jsonl",
        )
    )
    modes = {one["CaptureMode"] for one in spec.capture["CaptureOptions"]}
    kept = record(spec.capture, modes, (body, content_type), answer, now)
    cloud.client("s3", role_arn=spec.role_arn).put_object(
        Bucket=place.bucket,
        Key=key,
        Body=json.dumps(kept) + "\n",
        **encryption(spec.capture.get("KmsKeyId", "")),
    )


def record(
    capture: Mapping[str, Any],
    modes: set[str],
    request: tuple[bytes, str],
    answer: Answer,
    now: datetime,
) -> dict[str, Any]:
    """Return what is kept of one request."""
    parts = {
        "Input": ("endpointInput", *request),
        "Output": ("endpointOutput", answer.body, answer.content_type),
    }
    return {
        "captureData": {
            name: part(capture, mode, body, content_type)
            for mode, (name, body, content_type) in parts.items()
            if mode in modes
        },
        "eventMetadata": {
            "eventId": str(uuid.uuid4()),
            "inferenceTime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "eventVersion": "0",
    }


def part(
    capture: Mapping[str, Any], mode: str, body: bytes, content_type: str | None
) -> dict[str, str]:
    """Return one side of it, as text where its content type is listed."""
    kind = (content_type or DEFAULT_TYPE).partition(";")[0].strip()
    headers: Mapping[str, Any] = capture.get("CaptureContentTypeHeader") or {}
    encoding = next(
        (
            name
            for name, listed in (("CSV", "CsvContentTypes"), ("JSON", "JsonContentTypes"))
            if kind in (headers.get(listed) or ())
        ),
        "BASE64",
    )
    text = base64.b64encode(body).decode() if encoding == "BASE64" else body.decode("utf-8")
    return {
        "observedContentType": content_type or DEFAULT_TYPE,
        "mode": mode.upper(),
        "data": text,
        "encoding": encoding,
    }
