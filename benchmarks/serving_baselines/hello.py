"""The floor: an ASGI application that answers every request with the same bytes."""

from __future__ import annotations

from typing import Any

HEADERS = [(b"content-type", b"text/csv"), (b"content-length", b"6")]


async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401, ARG001 - the server's
    """Read the body, and answer."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"hello\n"})
