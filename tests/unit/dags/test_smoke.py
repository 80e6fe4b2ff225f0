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

ROWS = (Example("M,0.455", (9.125,)), Example("F,0.53", (10.5,)))


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


LABELLED = (
    Example("M,0.455", (0.25, 0.75), "sea green"),
    Example("F,0.53", (0.5002, 0.4998), 'a "b", c'),
)


def test_labels_and_probabilities_are_compared() -> None:
    answer = 'sea green,0.25,0.7499999\n"a ""b"", c",0.5002,0.4998\n'

    assert smoke.compare(answer, LABELLED) == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("red,0.25,0.75", "got 'red,0.25,0.75', the evaluation says sea green,0.25,0.75"),
        ("sea green,0.25,0.8", "got 'sea green,0.25,0.8'"),
        ("sea green", "got 'sea green'"),
        ("0.25,0.75", "got '0.25,0.75'"),
    ],
)
def test_a_wrong_label_or_probability_is_named(line: str, said: str) -> None:
    assert said in smoke.compare(f"{line}\n", LABELLED[:1])


def test_where_two_classes_are_as_likely_either_label_is_right() -> None:
    assert smoke.compare("other,0.4999,0.5001\n", LABELLED[1:]) == ""
