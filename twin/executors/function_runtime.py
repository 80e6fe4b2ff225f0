"""What runs inside a function's process: loads its handler once, then serves one event a line.

Started as a script, with the code's folder, the handler and a marker as arguments. Each line on
standard input is a request. What the function prints goes to standard output as it is; answers go
there too, on lines that begin with the marker, so that logs and answers keep their order.
Standard library only: nothing of the twin gets into the function.
"""

from __future__ import annotations

import importlib
import io
import json
import logging
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

Handler = Callable[[Any, Any], Any]


class Context:
    """What Lambda tells a handler about the invocation, under Lambda's names."""

    def __init__(self, facts: dict[str, Any], deadline: float) -> None:
        self.aws_request_id: str = facts["aws_request_id"]
        self.invoked_function_arn: str = facts["invoked_function_arn"]
        self.function_name: str = facts["function_name"]
        self.function_version: str = facts["function_version"]
        self.memory_limit_in_mb: str = facts["memory_limit_in_mb"]
        self.log_group_name: str = facts["log_group_name"]
        self.log_stream_name: str = facts["log_stream_name"]
        self._deadline = deadline

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left until the function's timeout."""
        return max(0, int((self._deadline - time.time()) * 1000))


class Protocol:
    """Requests from and answers to the twin, on descriptors that the function doesn't see."""

    def __init__(self, marker: str) -> None:
        self._marker = marker
        self._requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
        self._answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        # Line by line, as in Lambda: standard error is on the same pipe.
        sys.stdout = io.TextIOWrapper(
            os.fdopen(1, "wb", closefd=False), encoding="utf-8", line_buffering=True
        )
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)

    def requests(self) -> Iterator[dict[str, Any]]:
        """Yield requests until the twin hangs up."""
        for line in self._requests:
            yield json.loads(line)

    def answer(self, **facts: object) -> None:
        """Send an answer, after everything that the function printed."""
        sys.stdout.flush()
        sys.stderr.flush()
        self._answers.write(f"\n{self._marker}{json.dumps(facts)}\n")
        self._answers.flush()


def load(folder: str, name: str) -> Handler:
    """Import a handler such as `package.module.function`."""
    sys.path.insert(0, folder)
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)


def load_failure(error: BaseException, name: str) -> dict[str, Any]:
    """Say why the handler could not be loaded, as Lambda says it."""
    module, _, function = name.rpartition(".")
    kind, message = type(error).__name__, str(error)
    if isinstance(error, ImportError):
        kind, message = "Runtime.ImportModuleError", f"Unable to import module '{module}': {error}"
    elif isinstance(error, SyntaxError):
        kind, message = "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}"
    elif isinstance(error, AttributeError) and function in message:
        kind, message = "Runtime.HandlerNotFound", f"Handler '{function}' missing on '{module}'"
    return failure(error, kind, message)


def failure(error: BaseException, kind: str = "", message: str = "") -> dict[str, Any]:
    """Log an error and return Lambda's description of it."""
    kind, message = kind or type(error).__name__, message or str(error)
    trace = "".join(traceback.format_exception(error))
    sys.stdout.write(f"[ERROR] {kind}: {message}\n{trace}")
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
    return {"errorMessage": message, "errorType": kind, "stackTrace": frames}


def serve(handler: Handler, request: dict[str, Any]) -> dict[str, Any]:
    """Call the handler; return its result, or why there is none."""
    try:
        result = handler(request["event"], Context(request["context"], request["deadline"]))
    except Exception as error:  # noqa: BLE001 - whatever the function raises is its answer
        return {"error": failure(error)}
    try:
        return {"payload": json.dumps(result)}
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return {"error": failure(error, "Runtime.MarshalError", message)}


def main(folder: str, name: str, marker: str) -> None:
    """Load the handler, then serve until the twin hangs up."""
    protocol = Protocol(marker)
    logging.basicConfig(stream=sys.stdout, format="[%(levelname)s]\t%(message)s")
    handler: Handler | None = None
    broken: dict[str, Any] = {}
    try:
        handler = load(folder, name)
    except Exception as error:  # noqa: BLE001 - whatever its import raises is the answer
        broken = load_failure(error, name)
    protocol.answer(ready=True)
    for request in protocol.requests():
        answer = serve(handler, request) if handler else {"error": broken}
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        kibibytes = used // 1024 if sys.platform == "darwin" else used
        protocol.answer(**answer, memory_mb=kibibytes // 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
