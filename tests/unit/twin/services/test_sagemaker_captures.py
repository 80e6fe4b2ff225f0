"""Which requests are captured, and in which form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from twin.executors.container_server import Answer
from twin.services.sagemaker_captures import captures, part, record

HEADERS = {"CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"]}
NOW = datetime(2026, 11, 24, 9, 8, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("capture", "expected"),
    [
        ({}, False),
        ({"InitialSamplingPercentage": 100}, True),
        ({"InitialSamplingPercentage": 0}, False),
        ({"InitialSamplingPercentage": 100, "EnableCapture": False}, False),
    ],
)
def test_the_percentage_decides(capture: dict[str, Any], *, expected: bool) -> None:
    assert captures(capture) is expected


@pytest.mark.parametrize(
    ("content_type", "encoding", "data"),
    [
        ("text/csv", "CSV", "1,2"),
        ("text/csv; charset=utf-8", "CSV", "1,2"),
        ("application/json", "JSON", "1,2"),
        ("image/png", "BASE64", "MSwy"),
        ("", "BASE64", "MSwy"),
    ],
)
def test_what_is_not_listed_is_kept_in_base64(content_type: str, encoding: str, data: str) -> None:
    found = part({"CaptureContentTypeHeader": HEADERS}, "Input", b"1,2", content_type)

    assert (found["encoding"], found["data"]) == (encoding, data)


def test_only_what_was_asked_for_is_kept() -> None:
    answer = Answer(200, "text/csv", b"9")

    found = record({}, {"Output"}, (b"1,2", "text/csv"), answer, NOW)

    assert set(found["captureData"]) == {"endpointOutput"}
    assert found["eventMetadata"]["inferenceTime"] == "2026-11-24T09:08:07Z"
