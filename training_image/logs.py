"""Lines of JSON on standard output: what happened, never what was in a request."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any, Final

FIELDS: Final = "fields"
"""The attribute of a record that holds further fields: `extra={FIELDS: {...}}`."""


class JsonFormatter(logging.Formatter):
    """Renders a record as one line of JSON.

    Of an exception it tells the class and where it came from, not its message: that may quote a
    request.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        document: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "process": record.process,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info and record.exc_info[1]:
            document["error"] = type(record.exc_info[1]).__name__
            document["at"] = _place(record.exc_info[1])
        return json.dumps(document)


def log_as_json() -> None:
    """Send every logger's lines, and Python's warnings, to standard output, as JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.ERROR)  # it warns of each request that is no HTTP


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return f"{code.co_filename}:{trace.tb_lineno} in {code.co_name}"
