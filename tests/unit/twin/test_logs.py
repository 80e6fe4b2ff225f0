"""Log lines on their way to the service and to a file."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import EndpointConnectionError

from twin.logs import LONGEST_LINE, LogStream, log_file


class Refused(Exception):  # noqa: N818 - stands for boto3's ClientError
    """The service refused."""


class Exists(Refused):
    """What was asked for is there."""


class FakeLogs:
    """Takes batches of events; `exceptions` are those of a boto3 client."""

    exceptions = SimpleNamespace(ClientError=Refused, ResourceAlreadyExistsException=Exists)

    def __init__(self, fails: Exception | None = None) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self._fails = fails

    def create_log_group(self, **_: str) -> None:
        raise Exists

    def create_log_stream(self, **_: str) -> None:
        if self._fails:
            raise self._fails

    def put_log_events(self, logEvents: list[dict[str, Any]], **_: str) -> None:  # noqa: N803 - boto3's name
        self.batches.append(logEvents)


def stream(tmp_path: Path, logs: FakeLogs) -> LogStream:
    return LogStream(lambda: logs, "/aws/group", "a/b", tmp_path)


def test_the_file_is_named_after_group_and_stream() -> None:
    assert log_file(Path("logs"), "/aws/group", "a/b") == Path("logs/aws/group/a-b.log")


def test_lines_travel_together_and_in_their_order(tmp_path: Path) -> None:
    logs = FakeLogs()
    log = stream(tmp_path, logs)

    for line in ("one", "two"):
        log.write(line)
    log.close()

    assert [event["message"] for batch in logs.batches for event in batch] == ["one", "two"]


def test_an_empty_line_is_an_event_that_the_service_takes(tmp_path: Path) -> None:
    logs = FakeLogs()
    log = stream(tmp_path, logs)

    log.write("")
    log.close()

    assert logs.batches[0][0]["message"] == " "


def test_a_line_is_cut_for_the_service_and_whole_in_the_file(tmp_path: Path) -> None:
    logs = FakeLogs()
    log = stream(tmp_path, logs)
    line = "x" * (LONGEST_LINE + 5)

    log.write(line)
    log.close()

    assert len(logs.batches[0][0]["message"]) == LONGEST_LINE
    file = log_file(tmp_path, "/aws/group", "a/b")
    assert file.read_text(encoding="utf-8") == f"{line}\n"


def test_a_cloud_that_is_gone_loses_no_line_of_the_file(tmp_path: Path) -> None:
    logs = FakeLogs(EndpointConnectionError(endpoint_url="http://127.0.0.1:1"))
    log = stream(tmp_path, logs)

    log.write("last words")
    log.close()

    file = log_file(tmp_path, "/aws/group", "a/b")
    assert file.read_text(encoding="utf-8") == "last words\n"
