"""Requests that mean harm, or that nobody meant: each is refused, and others are served."""

from __future__ import annotations

import json
import random
import socket
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROW = b"M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"
CSV = "text/csv"
JSON = "application/json"
LINES = "application/jsonlines"
VALUES = ["M", 0.455, 0.365, 0.095, 0.514, 0.2245, 0.101, 0.15]


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Any], trained: Any) -> Iterator[Any]:
    with start_server(trained.base, SERVE_READ_SECONDS="1") as running:
        yield running
        text = running.log.read_text()
    assert "Traceback" not in text
    assert "0.455" not in text  # no row is ever logged


def field(value: bytes) -> bytes:
    """Return the row with something else in its second field."""
    return ROW.replace(b"0.455", value)


def values(value: object) -> bytes:
    return json.dumps([[VALUES[0], value, *VALUES[2:]]]).encode()


@pytest.mark.parametrize(
    ("body", "media", "status", "message"),
    [
        (ROW, "", 415, "unsupported Content-Type; found ''"),
        (ROW, "text/plain", 415, "found 'text/plain'"),
        (ROW, "text/csv; charset=latin-1", 415, "unsupported charset"),
        (b"", CSV, 400, "the body is empty"),
        (b"", JSON, 400, "no JSON"),
        (b"", LINES, 400, "the body is empty"),
        (b"\n", CSV, 400, "row 1 has the wrong number of columns; found 1"),
        (ROW[:-5], CSV, 400, "row 1 has the wrong number of columns; found 7"),
        (ROW + b",1", CSV, 400, "row 1 has the wrong number of columns; found 9"),
        (ROW + b"\n" + ROW + b",1", CSV, 400, "row 2 has the wrong number of columns; found 9"),
        (b"\n".join([ROW] * 99 + [ROW[:-5]]), CSV, 400, "row 100 has the wrong number"),
        (b"\n".join([ROW] * 99 + [field(b"x")]), CSV, 400, "row 100, column 'length'; found 'x'"),
        (field(b"long"), CSV, 400, "row 1, column 'length'; found 'long'"),
        (field(b"NaN"), CSV, 400, "row 1, column 'length'; found 'NaN'"),
        (field(b"inf"), CSV, 400, "row 1, column 'length'; found 'inf'"),
        (field(b"-Infinity"), CSV, 400, "row 1, column 'length'; found '-Infinity'"),
        (field(b"1e999"), CSV, 400, "row 1, column 'length'; found '1e999'"),
        (field(b"1e39"), CSV, 400, "row 1, column 'length'; found '1e39'"),
        (field(b""), CSV, 400, "row 1, column 'length'; found ''"),
        (field(b"\xff"), CSV, 400, "no UTF-8 text; found byte 0xff"),
        (field(b"\xed\xa0\x80"), CSV, 400, "no UTF-8 text"),
        (field(b"\0"), CSV, 400, "row 1, column 'length'"),
        (b"X" + ROW[1:], CSV, 400, "row 1, column 'sex'; found 'X'; expected one of M, F, I"),
        (b'"' + ROW, CSV, 400, "no CSV"),
        (b'{"instances": 1}', JSON, 400, "the body holds no rows"),
        (values("0.4"), JSON, 400, "row 1, column 'length'; found '0.4'"),
        (values(None), JSON, 400, "row 1, column 'length'; found None"),
        (values([1]), JSON, 400, "row 1, column 'length'; found [1]"),
        (values(float("nan")), JSON, 400, "no JSON"),
        (values(1).replace(b"1,", b"1e999,", 1), JSON, 400, "no JSON"),
        (b"[" * 100_000, JSON, 400, "no JSON"),
        (values(1)[1:-1] + b"\n{}", LINES, 400, "row 2 has the wrong columns"),
        (ROW + b"\n" * 7_000_000, CSV, 413, "the body is too large"),
    ],
)
def test_a_bad_body_is_refused_in_a_line_that_says_where(
    server: Any, body: bytes, media: str, status: int, message: str
) -> None:
    found, text = server.invoke(body, media)

    assert found == status
    assert message in text
    assert text.count("\n") == 1


def test_a_body_that_is_too_large_is_refused_before_it_comes(server: Any) -> None:
    with closing(socket.create_connection(("127.0.0.1", server.port))) as client:
        client.sendall(head(content_length=2**40))

        assert client.recv(4096).startswith(b"HTTP/1.1 413")


def test_nobody_is_told_to_send_what_will_be_refused(server: Any) -> None:
    with closing(socket.create_connection(("127.0.0.1", server.port))) as client:
        client.sendall(head(b"Expect: 100-continue\r\n", content_length=2**40))

        assert b"100 Continue" not in client.recv(4096)


@pytest.mark.parametrize(
    "line",
    [
        b"X-Request-Id: a\rSet-Cookie: x\r\n",
        b"X-Request-Id: a\nSet-Cookie: x\r\n",
        b"X-Request-Id: a\x00b\r\n",
        b"X-Request-Id : a\r\n",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: -1\r\n",
        b"\xff\xfe: a\r\n",
    ],
)
def test_no_header_makes_another_one(server: Any, line: bytes) -> None:
    with closing(socket.create_connection(("127.0.0.1", server.port), 10)) as client:
        client.sendall(head(line, content_length=len(ROW)) + ROW)

        answer = client.recv(4096).partition(b"\r\n\r\n")[0].lower()

    assert b" 500 " not in answer
    assert b"set-cookie" not in [one.partition(b":")[0] for one in answer.split(b"\r\n")]


@pytest.mark.parametrize(
    "text", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\0" * 100, b"A" * 5000]
)
def test_what_is_no_http_is_no_trouble(server: Any, text: bytes) -> None:
    with closing(socket.create_connection(("127.0.0.1", server.port), 10)) as client:
        client.sendall(text + b"\r\n\r\n")
        answer = client.recv(4096)

    assert answer.startswith(b"HTTP/1.1 400")
    assert server.ask("GET", "/ping")[0] == 200


@pytest.mark.parametrize("sent", [b"", b"POST /invocations HT", None], ids=str)
def test_slow_clients_are_cut_off(server: Any, sent: bytes | None) -> None:
    began = head(content_length=9) + b"M" if sent is None else sent
    slow = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(50)]
    for client in slow:
        client.sendall(began)

    status = server.ask("GET", "/ping")[0]

    assert status == 200
    assert [client.recv(10) for client in slow] == [b""] * 50
    for client in slow:
        client.close()


def test_a_client_that_is_only_idle_stays(server: Any) -> None:
    def ask(client: HTTPConnection) -> int:
        client.request("POST", "/invocations", ROW, {"Content-Type": CSV})
        answer = client.getresponse()
        answer.read()
        return answer.status

    with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as patient:
        first, connected = ask(patient), patient.sock
        with closing(socket.create_connection(("127.0.0.1", server.port), 10)) as slow:
            slow.recv(1)  # cut off: so the time has come for whoever is too slow
        second = ask(patient)

        assert (first, second) == (200, 200)
        assert patient.sock is connected


def test_random_bytes_never_break_it(server: Any) -> None:
    chosen = random.Random(0)  # noqa: S311 - not for secrets
    statuses = [
        server.invoke(damaged(chosen), chosen.choice([CSV, JSON, LINES]))[0] for _ in range(300)
    ]

    assert set(statuses) <= {200, 400}
    assert server.ask("GET", "/ping")[0] == 200


def damaged(chosen: random.Random) -> bytes:
    body = bytearray(chosen.choice([ROW, values(1), ROW + b"\n" + ROW]))
    for _ in range(chosen.randrange(5)):
        body[chosen.randrange(len(body))] = chosen.randrange(256)
    return bytes(body)


def head(more: bytes = b"", *, content_length: int) -> bytes:
    """Return the head of a request for predictions."""
    start = b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
    return start + more + b"Content-Length: %d\r\n\r\n" % content_length
