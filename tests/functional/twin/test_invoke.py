"""`make invoke`: what a person types reaches an endpoint as it was typed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.twin.builders import running
from twin.commands.invoke import ask_about_file, ask_about_row
from twin.errors import TwinError
from twin.hold import Hold, write_running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.settings import Workspace

ROOT = Path(__file__).parents[3]
AWKWARD = """it's, "quoted" $HOME $(x) `y` \\n ;"""


class Endpoint(BaseHTTPRequestHandler):
    """Answers each line of CSV with its length, and refuses what is no row."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http's
        """Say nothing."""

    def do_POST(self) -> None:
        """Answer in the media type that is accepted."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if "wrong" in body:
            return self._say(400, "row 1, column 'sex'; found 'wrong'")
        rows = [line for line in body.splitlines() if line]
        answer = [float(len(row)) for row in rows]
        as_json = self.headers["Accept"] == "application/json"
        said = json.dumps({"predictions": answer}) if as_json else "\n".join(map(str, answer))
        return self._say(200, said)

    def _say(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


@contextmanager
def twin_up(workspace: Workspace) -> Iterator[None]:
    """Be a twin whose endpoint is the one above."""
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hold = Hold(workspace)
    hold.take("make up")
    url = f"http://127.0.0.1:{server.server_port}"
    write_running(workspace, replace(running(os.getpid()), url=url))
    try:
        yield
    finally:
        hold.release()
        server.shutdown()
        server.server_close()


def test_a_rows_answer_is_printed_bare(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with twin_up(workspace):
        ask_about_row(workspace, "wine", "1,2")

    assert capsys.readouterr().out == "3.0\n"


def test_the_rows_of_a_file_are_answered_in_a_table(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "two rows.csv"
    file.write_text("1,2\n1,20\n")

    with twin_up(workspace):
        ask_about_file(workspace, "wine", str(file))

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["1", "3.000"] in lines
    assert ["2", "4.000"] in lines


def test_rows_come_from_standard_input_too(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with twin_up(workspace):
        ask_about_file(workspace, "wine", "-", stdin=io.BytesIO(b"1,2\n"))

    assert "3.000" in capsys.readouterr().out


def test_answers_are_written_where_they_are_wanted(workspace: Workspace, tmp_path: Path) -> None:
    file, answers = tmp_path / "rows.csv", tmp_path / "answers.csv"
    file.write_text("1,2\n" * 30)

    with twin_up(workspace):
        ask_about_file(workspace, "wine", str(file), to=str(answers))

    assert answers.read_text().split() == ["3.0"] * 30


def test_a_refusal_says_what_the_container_said(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("wrong\n")

    with twin_up(workspace), pytest.raises(TwinError, match="row 1, column 'sex'; found 'wrong'"):
        ask_about_file(workspace, "wine", str(file))


def typed(verb: str, **given: str) -> list[str]:
    """Return what a verb's program is started with, if a person types these variables."""
    say = f"{sys.executable} -c 'import json, sys; print(json.dumps(sys.argv[1:]))'"
    ended = subprocess.run(
        ["make", "-s", "-o", "environments", verb, f"TWIN={say}", f"PY={say}"]
        + [f"{name}={text}" for name, text in given.items()],
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    found: list[Any] = json.loads(ended.stdout)
    return [str(one) for one in found]


@pytest.mark.parametrize(
    ("verb", "name"),
    [("invoke", "ROW"), ("invoke", "FILE"), ("invoke", "TO"), ("upload", "FILE")]
    + [("model", name) for name in ("FILE", "TARGET", "COLUMNS")],
)
def test_what_a_person_types_is_neither_makes_nor_the_shells(verb: str, name: str) -> None:
    found = typed(verb, **{"MODEL": "a", "NAME": "a", name: AWKWARD})

    assert any(one.endswith(AWKWARD) for one in found)


def test_the_width_of_a_terminal_is_no_list_of_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    found = typed("model", NAME="a", FILE="a.csv", TARGET="b")

    assert "--columns=" in found


def test_a_row_that_begins_with_a_minus_is_a_row() -> None:
    found = typed("invoke", MODEL="abalone", ROW="-0.5,2")

    assert found[-3:] == ["--", "abalone", "-0.5,2"]
