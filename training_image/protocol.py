"""HTTP/1.1 as uvicorn speaks it, but for one thing: an answer leaves in one write.

uvicorn writes head and body apart, and uvloop makes a system call and a packet of each: a tenth of
what a row of CSV costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

STATUS_LINE: Final = b"HTTP/1.1 "
INFORMATIONAL: Final = STATUS_LINE + b"1"
"""A head that no body follows: `100 Continue`, which the client waits for."""

HEAD_END: Final = b"\r\n\r\n"


class Protocol(HttpToolsProtocol):
    """A connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to read requests."""
        self._wire = Wire(transport)
        super().connection_made(cast("asyncio.Transport", self._wire))

    def eof_received(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride] - asyncio asks
        """Answer what was asked for before the client closed its side; then close ours."""
        asked = self.cycle
        if not asked or asked.response_complete or asked.more_body:
            return False
        asked.keep_alive = False  # it is the last one: others of the connection came before
        return True

    def on_response_complete(self) -> None:
        """Send what is left of an answer without a body, as to HEAD."""
        self._wire.flush()
        super().on_response_complete()


class Wire:
    """A transport that keeps an answer's head until its body comes."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a transport has
        """Return what is the transport's own."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, or keep a head until the next call."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif data.startswith(STATUS_LINE) and _awaits_body(data):
            self._head = data
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Write a head that was kept."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Close the connection once all is written."""
        self.flush()
        self._transport.close()


def _awaits_body(data: bytes) -> bool:
    return data.endswith(HEAD_END) and not data.startswith(INFORMATIONAL)
