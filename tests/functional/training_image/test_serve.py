"""A served model: requests, refusals, and how it starts and stops."""

import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.functional.training_image import container

ROW = b"M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"
NAMES = (
    "sex",
    "length",
    "diameter",
    "height",
    "whole_weight",
    "shucked_weight",
    "viscera_weight",
    "shell_weight",
)
HEAD = (
    b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: %d\r\n\r\n"
)
StartServer = Callable[[Path], Any]


@pytest.fixture(scope="module")
def server(start_server: StartServer, trained: Any) -> Iterator[Any]:
    with start_server(trained.base) as running:
        yield running


@pytest.fixture(scope="module")
def examples(trained: Any) -> list[dict[str, Any]]:
    return trained.document("evaluation.json")["examples"]


def test_the_server_answers_as_the_evaluation_says(server: Any, examples: Any) -> None:
    body = "\n".join(example["row"] for example in examples).encode()

    status, text = server.invoke(body)

    assert status == 200
    assert [float(line) for line in text.splitlines()] == [
        example["prediction"] for example in examples
    ]


def test_csv_and_json_say_the_same(server: Any) -> None:
    values = [text if name == "sex" else float(text) for name, text in _fields()]
    by_name = [dict(zip(NAMES, values, strict=True))]

    csv_answer = float(server.invoke(ROW)[1])
    list_answer = json.loads(server.invoke(json.dumps([values]).encode(), "application/json")[1])
    dict_answer = json.loads(server.invoke(json.dumps(by_name).encode(), "application/json")[1])

    assert list_answer == dict_answer == {"predictions": [csv_answer]}


def test_the_client_chooses_the_type_of_the_answer(server: Any) -> None:
    status, text = server.invoke(ROW, "text/csv; charset=utf-8", "application/json;q=0.9")

    assert status == 200
    assert list(json.loads(text)) == ["predictions"]


def test_ping_is_empty_and_good(server: Any) -> None:
    status, _, text = server.ask("GET", "/ping")

    assert (status, text) == (200, "")


@pytest.mark.parametrize(
    ("body", "content_type", "accept", "status", "message"),
    [
        (b"", "text/csv", "", 400, "the body is empty"),
        (ROW + b",1", "text/csv", "", 400, "row 1 has the wrong number of columns; found 9"),
        (ROW + b"\nX" + ROW[1:], "text/csv", "", 400, "row 2, column 'sex'; found 'X'"),
        (b"M,nan" + ROW[7:], "text/csv", "", 400, "row 1, column 'length'; found 'nan'"),
        (b"M,1e999" + ROW[7:], "text/csv", "", 400, "row 1, column 'length'; found '1e999'"),
        (b"\xff\xfe" + ROW, "text/csv", "", 400, "no UTF-8 text"),
        (b"{", "application/json", "", 400, "no JSON"),
        (ROW, "text/csv", "image/png", 406, "unsupported Accept; found 'image/png'"),
        (b"1\n" * 4_000_000, "text/csv", "", 413, "the body is too large; found 8000000 bytes"),
        (ROW, "text/plain", "", 415, "unsupported Content-Type; found 'text/plain'"),
        (ROW, "", "", 415, "expected text/csv, application/json"),
    ],
)
def test_a_bad_request_is_refused_in_one_line(
    server: Any, body: bytes, content_type: str, accept: str, status: int, message: str
) -> None:
    found, text = server.invoke(body, content_type, accept)

    assert found == status
    assert message in text
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/invocations", 405, "POST"),
        ("POST", "/ping", 405, "GET"),
        ("GET", "/", 404, None),
        ("POST", "/invocations/x", 404, None),
    ],
)
def test_other_methods_and_paths_are_refused(
    server: Any, method: str, path: str, status: int, allow: str | None
) -> None:
    found, headers, _ = server.ask(method, path)

    assert found == status
    assert headers.get("allow") == allow


def test_a_body_that_grows_without_end_is_cut_off(server: Any) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(7):
            yield b"x" * 1024 * 1024

    status, _, _ = server.ask("POST", "/invocations", chunks(), {"Content-Type": "text/csv"})

    assert status == 413
    assert server.ask("GET", "/ping")[0] == 200


def test_slow_clients_do_not_stop_others(server: Any) -> None:
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
    for one in slow:
        one.sendall(HEAD % 9 + b"M")

    began = time.monotonic()
    status, _ = server.invoke(ROW)

    assert status == 200
    assert time.monotonic() - began < 2
    for one in slow:
        one.close()


@pytest.fixture
def client(server: Any) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", server.port), 10)) as connection:
        yield connection


def test_an_answer_without_a_body_is_not_kept_back(client: socket.socket) -> None:
    client.sendall(b"HEAD /ping HTTP/1.1\r\nHost: x\r\n\r\n")
    assert client.recv(65_536).startswith(b"HTTP/1.1 405")

    client.sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
    assert client.recv(65_536).startswith(b"HTTP/1.1 200")


def test_who_asks_before_sending_is_told_to_go_on(client: socket.socket) -> None:
    client.sendall(HEAD[:-2] % len(ROW) + b"Expect: 100-continue\r\n\r\n")
    assert client.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"

    client.sendall(ROW)
    assert client.recv(65_536).startswith(b"HTTP/1.1 200")


def test_answers_come_in_the_order_of_the_requests(client: socket.socket) -> None:
    ping = b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"
    client.sendall(HEAD % len(ROW) + ROW + HEAD % 3 + b"1,2" + ping)
    client.shutdown(socket.SHUT_WR)

    answers = b"".join(iter(lambda: client.recv(65_536), b""))

    found = [one[:3] for one in answers.split(b"HTTP/1.1 ")[1:]]
    assert found == [b"200", b"400", b"200"]


def test_half_of_a_request_is_no_reason_to_wait(client: socket.socket) -> None:
    client.sendall(HEAD % len(ROW) + ROW[:5])
    client.shutdown(socket.SHUT_WR)

    assert client.recv(65_536) == b""


def test_sigterm_answers_what_was_asked_and_ends(start_server: StartServer, trained: Any) -> None:
    with (
        start_server(trained.base) as server,
        closing(socket.create_connection(("127.0.0.1", server.port))) as client,
    ):
        client.sendall(HEAD % len(ROW) + ROW[:5])
        time.sleep(0.2)

        server.process.terminate()
        time.sleep(0.2)
        client.sendall(ROW[5:])
        answer = client.recv(65_536)

        assert answer.startswith(b"HTTP/1.1 200")
        server.process.wait(10)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.onnx", b"damaged", "model.onnx in"),
        ("schema.json", b"{}", "incomplete"),
    ],
)
def test_a_damaged_model_never_serves(
    image_python: Path, trained: Any, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    shutil.copytree(trained.base / "model", tmp_path / "model")
    (tmp_path / "model" / name).write_bytes(content)

    done = container.run(image_python, "serve", tmp_path, patience=20)

    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def _fields() -> list[tuple[str, str]]:
    return list(zip(NAMES, ROW.decode().split(","), strict=True))
