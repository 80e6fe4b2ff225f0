"""What leaves a connection, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from training_image.protocol import Wire

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


class Transport:
    """Keeps what is written, a call each."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def writelines(self, pieces: Iterable[bytes]) -> None:
        self.sent.append(b"".join(pieces))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str) -> str:
        return f"its {name}"


@pytest.fixture
def transport() -> Transport:
    return Transport()


@pytest.fixture
def wire(transport: Transport) -> Wire:
    return Wire(cast("asyncio.Transport", transport))


def test_head_and_body_leave_in_one_write(wire: Wire, transport: Transport) -> None:
    for data in (HEAD, b"1\n", HEAD, b"2\n"):
        wire.write(data)

    assert transport.sent == [HEAD + b"1\n", HEAD + b"2\n"]


def test_what_a_client_waits_for_leaves_at_once(wire: Wire, transport: Transport) -> None:
    told = b"HTTP/1.1 100 Continue\r\n\r\n"

    wire.write(told)

    assert transport.sent == [told]


def test_pieces_of_a_long_answer_leave_as_they_come(wire: Wire, transport: Transport) -> None:
    for data in (HEAD, b"1", b"2\r\n\r\n", b"3"):
        wire.write(data)

    assert transport.sent == [HEAD + b"1", b"2\r\n\r\n", b"3"]


def test_a_head_alone_leaves_with_the_end_of_the_answer(wire: Wire, transport: Transport) -> None:
    wire.write(HEAD)
    wire.flush()
    wire.flush()

    assert transport.sent == [HEAD]


def test_nothing_is_lost_when_the_connection_is_closed(wire: Wire, transport: Transport) -> None:
    wire.write(HEAD)
    wire.close()

    assert transport.sent == [HEAD]
    assert wire.is_closing()


def test_all_else_is_the_transports_own(wire: Wire) -> None:
    assert wire.get_extra_info("peername") == "its peername"
