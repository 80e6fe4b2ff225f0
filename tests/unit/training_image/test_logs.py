"""A line of the log is JSON, and quotes no request."""

import json
import logging
from types import TracebackType

import pytest

from training_image.logs import FIELDS, JsonFormatter

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | None


def line(extra: dict[str, object] | None = None, raised: Raised = None) -> dict[str, object]:
    record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "it %s", ("broke",), raised)
    record.__dict__.update(extra or {})
    return json.loads(JsonFormatter().format(record))


def test_fields_stand_beside_the_message() -> None:
    found = line({FIELDS: {"x-request-id": "7"}})

    assert found["message"] == "it broke"
    assert found["level"] == "error"
    assert found["x-request-id"] == "7"


def test_an_exception_is_told_without_its_message() -> None:
    with pytest.raises(ValueError, match="M") as caught:
        float("M,0.455")

    found = line(raised=(caught.type, caught.value, caught.tb))

    assert found["error"] == "ValueError"
    assert "test_logs.py" in str(found["at"])
    assert "0.455" not in json.dumps(found)
