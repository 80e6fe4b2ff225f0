"""Ports that stay free between choosing and listening."""

from __future__ import annotations

import socket
import sys

import pytest

from twin.airflow.ports import RANGE, hold_port


def test_a_port_lies_outside_the_range_of_connections() -> None:
    held = hold_port()

    assert held.number in RANGE
    held.release()


def test_the_preferred_port_is_taken_if_it_is_free() -> None:
    first = hold_port()
    first.release()

    again = hold_port(first.number)

    assert again.number == first.number
    again.release()


def test_a_port_that_somebody_listens_on_is_left_alone() -> None:
    held = hold_port()
    held.release()
    with socket.socket() as other:
        other.bind(("127.0.0.1", held.number))
        other.listen()

        chosen = hold_port(held.number)

    assert chosen.number != held.number
    chosen.release()


def test_no_other_twin_chooses_a_port_that_is_held() -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has names without files")
    held = hold_port()

    other = hold_port(held.number)

    assert other.number != held.number
    held.release()
    other.release()


def test_a_port_of_the_kernels_own_range_is_not_kept() -> None:
    held = hold_port(45_000)

    assert held.number in RANGE
    held.release()
