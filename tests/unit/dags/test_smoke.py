"""The endpoint's answers beside the evaluation's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from dags import smoke
from dags.gate import Example
from tests.unit.dags.answers import refusal

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

ROWS = (Example("M,0.455", 9.125), Example("F,0.53", 10.5))


def test_the_rows_are_sent_as_a_client_sends_them(clients: FakeClients) -> None:
    smoke.ask(clients.typed.runtime, "endpoint", ROWS)

    (request,) = clients.runtime.asked
    assert request["Body"] == b"M,0.455\nF,0.53\n"
    assert request["ContentType"] == "text/csv"


def test_equal_answers_are_right(clients: FakeClients) -> None:
    assert smoke.ask(clients.typed.runtime, "endpoint", ROWS) == ""


@pytest.mark.parametrize("answer", ["9.125\n10.5", "9.1250\r\n10.500\r\n", "9.1251\n10.5003\n"])
def test_rounding_and_line_ends_do_not_matter(answer: str) -> None:
    assert smoke.compare(answer, ROWS) == ""


@pytest.mark.parametrize("answer", ["9.2\n10.5\n", "10.5\n9.125\n", "nan\n10.5\n", "text\n10.5\n"])
def test_a_wrong_answer_is_named_with_its_row(answer: str) -> None:
    assert smoke.compare(answer, ROWS).startswith("row 'M,0.455' got ")


@pytest.mark.parametrize(
    "answer", ["", "9.125\n", "9.125\n10.5\n1\n", "<html>no model here</html>"]
)
def test_the_wrong_number_of_answers_is_named(answer: str) -> None:
    assert smoke.compare(answer, ROWS).startswith("2 rows got ")


def test_a_refusal_is_a_wrong_answer(clients: FakeClients) -> None:
    clients.runtime.answer = refusal("Received server error (500) from primary", "ModelError")

    said = smoke.ask(clients.typed.runtime, "endpoint", ROWS)

    assert said == "the endpoint refused the rows: Received server error (500) from primary"


@pytest.mark.parametrize("dropped", [ReadTimeoutError, ConnectionClosedError])
def test_no_answer_is_a_wrong_answer(
    clients: FakeClients, dropped: type[ReadTimeoutError | ConnectionClosedError]
) -> None:
    clients.runtime.answer = dropped(endpoint_url="https://runtime")

    said = smoke.ask(clients.typed.runtime, "endpoint", ROWS)

    assert said.startswith("the endpoint gave no answer: ")


def test_an_answer_that_is_no_text_is_wrong(clients: FakeClients) -> None:
    clients.runtime.answer = b"\xff\xfe"

    assert smoke.ask(clients.typed.runtime, "endpoint", ROWS)
