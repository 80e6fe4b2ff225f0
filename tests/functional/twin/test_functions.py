"""Functions run from their zip, in processes that are kept warm."""

from __future__ import annotations

import io
import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from twin.errors import TwinError
from twin.executors.function_environment import Function, Invoked
from twin.executors.functions import Functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.cloud import Cloud

HANDLER = """
import os, sys, time

COUNT = 0


def handle(event, context):
    global COUNT
    COUNT += 1
    print("served", COUNT)
    print("to standard error", file=sys.stderr)
    if event.get("raise"):
        raise ValueError(event["raise"])
    if event.get("exit"):
        os._exit(3)
    if event.get("unprintable"):
        return object()
    time.sleep(event.get("sleep", 0))
    return {
        "count": COUNT,
        "pid": os.getpid(),
        "who": os.environ["WHO"],
        "name": context.function_name,
        "request": context.aws_request_id,
        "left": context.get_remaining_time_in_millis(),
        "stdin": sys.stdin.read() if event.get("stdin") else "",
        "twin": "twin" in sys.modules,
    }
"""


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return buffer.getvalue()


def function(source: str = HANDLER, **changes: Any) -> Function:
    facts: dict[str, Any] = {
        "name": "greeter",
        "arn": "arn:aws:lambda:us-east-1:123456789012:function:greeter",
        "version": "$LATEST",
        "handler": "package.module.handle",
        "code": zipped({"package/__init__.py": "", "package/module.py": source}),
        "environment": {"WHO": "world"},
        "role_arn": "arn:aws:iam::123456789012:role/greeter",
        "timeout_s": 5.0,
        "memory_mb": 128,
        "log_group": "/aws/lambda/greeter",
    }
    return Function(**{**facts, **changes})


@pytest.fixture
def functions(cloud: Cloud) -> Iterator[Functions]:
    started = Functions(cloud.workspace.run, lambda role: {"ROLE": role}, cloud.log_stream)
    yield started
    started.stop()


def result(invoked: Invoked) -> dict[str, Any]:
    assert not invoked.failed, invoked.payload
    return json.loads(invoked.payload)


def error(invoked: Invoked) -> dict[str, Any]:
    assert invoked.failed
    return json.loads(invoked.payload)


def test_the_handler_gets_its_event_context_and_variables(functions: Functions) -> None:
    answer = result(functions.invoke(function(), "{}", "r-1"))

    assert answer["who"] == "world"
    assert answer["name"] == "greeter"
    assert answer["request"] == "r-1"
    assert 4000 < answer["left"] <= 5000
    assert not answer["twin"]


def test_a_warm_process_serves_the_next_event(functions: Functions) -> None:
    first = result(functions.invoke(function(), "{}", "r-1"))

    began = time.monotonic()
    second = result(functions.invoke(function(), "{}", "r-2"))

    assert second["pid"] == first["pid"]
    assert second["count"] == 2
    assert time.monotonic() - began < 0.2


def test_changed_variables_need_another_process(functions: Functions) -> None:
    first = result(functions.invoke(function(), "{}", "r-1"))

    second = result(functions.invoke(function(environment={"WHO": "you"}), "{}", "r-2"))

    assert second["who"] == "you"
    assert second["pid"] != first["pid"]


def test_changed_code_needs_another_process(functions: Functions) -> None:
    result(functions.invoke(function(), "{}", "r-1"))

    second = functions.invoke(function("def handle(event, context):\n    return 2\n"), "{}", "r-2")

    assert second.payload == "2"


def test_events_at_the_same_time_are_served_by_different_processes(functions: Functions) -> None:
    with ThreadPoolExecutor(2) as pool:
        event = json.dumps({"sleep": 0.5})
        started = [pool.submit(functions.invoke, function(), event, f"r-{n}") for n in range(2)]
        answers = [result(one.result()) for one in started]

    assert answers[0]["pid"] != answers[1]["pid"]


def test_what_is_printed_is_logged_between_start_and_report(
    functions: Functions, cloud: Cloud
) -> None:
    invoked = functions.invoke(function(), "{}", "r-1")

    (group,) = cloud.client("logs").describe_log_groups()["logGroups"]
    (stream,) = cloud.client("logs").describe_log_streams(logGroupName=group["logGroupName"])[
        "logStreams"
    ]
    events = cloud.client("logs").get_log_events(
        logGroupName=group["logGroupName"], logStreamName=stream["logStreamName"]
    )["events"]
    lines = [event["message"] for event in events]
    assert lines == list(invoked.lines)
    assert lines[0] == "START RequestId: r-1 Version: $LATEST"
    assert lines[1:3] == ["served 1", "to standard error"]
    assert lines[3] == "END RequestId: r-1"
    assert lines[4].startswith("REPORT RequestId: r-1\tDuration: ")
    assert invoked.log == f"/aws/lambda/greeter/{stream['logStreamName']}"


def test_an_exception_is_the_answer_and_the_process_lives_on(functions: Functions) -> None:
    invoked = functions.invoke(function(), json.dumps({"raise": "no luck"}), "r-1")
    again = functions.invoke(function(), "{}", "r-2")

    assert error(invoked)["errorType"] == "ValueError"
    assert error(invoked)["errorMessage"] == "no luck"
    assert "package/module.py" in "".join(error(invoked)["stackTrace"])
    assert any("Traceback" in line for line in invoked.lines)
    assert result(again)["count"] == 2


def test_a_timeout_kills_the_process(functions: Functions) -> None:
    slow = function(timeout_s=0.5)
    began = time.monotonic()

    invoked = functions.invoke(slow, json.dumps({"sleep": 30}), "r-1")

    assert time.monotonic() - began < 3
    assert "Task timed out after 0.50 seconds" in error(invoked)["errorMessage"]
    assert any("Task timed out" in line for line in invoked.lines)
    assert result(functions.invoke(slow, "{}", "r-2"))["count"] == 1


def test_a_process_that_ends_is_an_error_and_the_next_event_gets_a_new_one(
    functions: Functions,
) -> None:
    invoked = functions.invoke(function(), json.dumps({"exit": True}), "r-1")

    assert error(invoked)["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in error(invoked)["errorMessage"]
    assert result(functions.invoke(function(), "{}", "r-2"))["count"] == 1


def test_a_result_that_is_no_json_is_an_error(functions: Functions) -> None:
    invoked = functions.invoke(function(), json.dumps({"unprintable": True}), "r-1")

    assert error(invoked)["errorType"] == "Runtime.MarshalError"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"handler": "package.missing.handle"}, "Runtime.ImportModuleError"),
        ({"handler": "package.module.missing"}, "Runtime.HandlerNotFound"),
        ({"source": "import boto4\n"}, "Runtime.ImportModuleError"),
        ({"source": "def handle(:\n"}, "Runtime.UserCodeSyntaxError"),
        ({"source": "raise RuntimeError('at import')\n"}, "RuntimeError"),
        ({"source": "import os\nos._exit(1)\n"}, "Runtime.ExitError"),
    ],
)
def test_a_handler_that_cannot_be_loaded_is_an_error(
    functions: Functions, changes: dict[str, Any], kind: str
) -> None:
    invoked = functions.invoke(function(**changes), "{}", "r-1")

    assert error(invoked)["errorType"] == kind


def test_the_repository_is_not_on_the_path(functions: Functions) -> None:
    source = "def handle(event, context):\n    import models\n"

    invoked = functions.invoke(function(source), "{}", "r-1")

    assert error(invoked)["errorType"] == "ModuleNotFoundError"


def test_standard_input_is_empty_for_the_function(functions: Functions) -> None:
    answer = result(functions.invoke(function(), json.dumps({"stdin": True}), "r-1"))

    assert answer["stdin"] == ""


def test_code_that_is_no_zip_is_named(functions: Functions) -> None:
    with pytest.raises(TwinError, match="no zip archive"):
        functions.invoke(function(code=b"not a zip"), "{}", "r-1")
