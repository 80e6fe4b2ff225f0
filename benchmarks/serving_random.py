"""Requests of all kinds, most of them wrong: none may get a 5xx, or no answer."""

from __future__ import annotations

import random
import socket
from collections import Counter
from contextlib import closing
from typing import Final

from benchmarks.serving_load import ask

ROW: Final = b"M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"
TYPES: Final = ("text/csv", "application/json", "application/jsonlines", "text/plain", "", ";;,")
PATHS: Final = ("/invocations",) * 8 + ("/ping", "/", "/execution-parameters", "/%00")
METHODS: Final = ("POST",) * 8 + ("GET", "PUT", "DELETE", "OPTIONS")
ACCEPTS: Final = ("", "text/csv", "application/json", "*/*;q=0.1", "image/png", "\xff", "a/b;q=x")
JSON: Final = (
    b'[["M", 0.4, 0.3, 0.1, 0.5, 0.2, 0.1, 0.1]]',
    b'{"instances": [["M", 0.4, 0.3, 0.1, 0.5, 0.2, 0.1, 0.1]]}',
    b"[" * 2000,
    b'{"a": NaN}',
    b"null",
    b'"\\ud800"',
    b"[1e999]",
)


def send_random(port: int, count: int, seed: int = 0) -> Counter[int]:
    """Send so many requests over one connection after the other; return how often each status came.

    Raises:
        SystemExit: one was answered with a 5xx.
    """
    chosen = random.Random(seed)  # noqa: S311 - not for secrets
    statuses: Counter[int] = Counter()
    sent = 0
    while sent < count:
        with closing(socket.create_connection(("127.0.0.1", port), 20)) as client:
            for _ in range(min(100, count - sent)):
                asked = _request(chosen)
                answer = ask(client, asked)
                sent += 1
                status = int(answer[9:12])
                statuses[status] += 1
                if status >= 500:  # noqa: PLR2004 - where errors of the server begin
                    raise SystemExit(f"{status} to {asked!r}")
    return statuses


def _request(chosen: random.Random) -> bytes:
    body = _body(chosen)
    lines = [
        f"{chosen.choice(METHODS)} {chosen.choice(PATHS)} HTTP/1.1",
        "Host: x",
        f"Content-Length: {len(body)}",
        *(f"Content-Type: {media}" for media in chosen.choices(TYPES, k=1) if media),
        *(f"Accept: {accept}" for accept in chosen.choices(ACCEPTS, k=1) if accept),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _body(chosen: random.Random) -> bytes:
    return chosen.choice(
        (
            ROW,
            b"\n".join([ROW] * chosen.randrange(1, 50)),
            chosen.choice(JSON),
            chosen.randbytes(chosen.randrange(200)),
            _damaged(chosen),
        )
    )


def _damaged(chosen: random.Random) -> bytes:
    damaged = bytearray(ROW)
    for _ in range(chosen.randrange(1, 6)):
        damaged[chosen.randrange(len(damaged))] = chosen.randrange(256)
    return bytes(damaged)
