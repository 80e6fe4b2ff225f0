"""Requests that are there at once share a run of the model, and nothing else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from training_image.batch import MOST_REQUESTS, MOST_ROWS, Batcher
from training_image.errors import RequestError
from training_image.payload import RowReader, Rows
from training_image.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training_image.features import Features

POISON = 13
SCHEMA = Schema((Column("x", "numeric"), Column("y", "numeric")), "y")


class Model:
    """Answers with the rows' own number, and breaks at one of them."""

    def __init__(self) -> None:
        self.runs: list[int] = []

    def predict(self, features: Features) -> list[float]:
        self.runs.append(features.rows)
        if POISON in features.numeric:
            raise ValueError("13")
        return features.numeric[:, 0].tolist()


def rows(*numbers: object) -> Rows:
    return Rows([[str(number)] for number in numbers], "texts")


def lines(*bodies: bytes) -> list[Rows]:
    reader = RowReader(SCHEMA)
    return [reader.split_csv(body) for body in bodies]


def values(*numbers: object) -> Rows:
    return Rows([[number] for number in numbers], "values")


async def together(model: Model, *requests: Rows) -> list[Sequence[float] | BaseException]:
    batcher = Batcher(RowReader(SCHEMA), model.predict)
    asked = [batcher.answer(one) for one in requests]
    return await asyncio.gather(*asked, return_exceptions=True)


def test_everybody_gets_the_answers_to_their_own_rows() -> None:
    model = Model()

    answers = asyncio.run(together(model, rows(1), rows(2, 3), rows(4)))

    assert [np.asarray(one).tolist() for one in answers] == [[1], [2, 3], [4]]
    assert model.runs == [4]


def test_what_breaks_the_model_breaks_one_answer() -> None:
    first, second, third = asyncio.run(together(Model(), rows(1), rows(POISON), rows(2)))

    assert np.asarray(first).tolist() == [1]
    assert isinstance(second, ValueError)
    assert np.asarray(third).tolist() == [2]


def test_what_is_refused_is_one_requests_own() -> None:
    first, second, third = asyncio.run(together(Model(), rows(1), rows("x"), rows(2)))

    assert np.asarray(first).tolist() == [1]
    assert isinstance(second, RequestError)
    assert "row 1, column 'x'; found 'x'" in str(second)
    assert np.asarray(third).tolist() == [2]


def test_texts_and_values_are_not_mixed() -> None:
    model = Model()

    answers = asyncio.run(together(model, values(1), rows(2), values(3, 4)))

    assert [np.asarray(one).tolist() for one in answers] == [[1], [2], [3, 4]]
    assert sorted(model.runs) == [1, 3]


def test_plain_lines_are_read_together() -> None:
    model = Model()

    answers = asyncio.run(together(model, *lines(b"1\n", b"2", b"3\n")))

    assert [np.asarray(one).tolist() for one in answers] == [[1], [2], [3]]
    assert model.runs == [3]


def test_lines_that_are_written_otherwise_are_read_together_too() -> None:
    model = Model()

    answers = asyncio.run(together(model, *lines(b"1\r\n", b'"2"\n', b"\xef\xbb\xbf3\n", b"4")))

    assert [np.asarray(one).tolist() for one in answers] == [[1], [2], [3], [4]]
    assert sorted(model.runs) == [1, 3]


def test_a_refused_line_leaves_the_others_their_answers() -> None:
    first, second, third = asyncio.run(together(Model(), *lines(b"1\n", b"x,y\n", b"3\n")))

    assert isinstance(second, RequestError)
    assert "row 1 has the wrong number of columns" in str(second)
    assert [np.asarray(one).tolist() for one in (first, third)] == [[1], [3]]


def test_no_rows_are_no_answer() -> None:
    first, second = asyncio.run(together(Model(), rows(), rows(2)))

    assert isinstance(first, RequestError)
    assert np.asarray(second).tolist() == [2]


def test_many_rows_are_a_run_of_their_own_after_those_who_wait() -> None:
    model = Model()

    asyncio.run(together(model, rows(1), rows(2), rows(*[0.5] * (MOST_ROWS + 1)), rows(3)))

    assert model.runs == [2, MOST_ROWS + 1, 1]


def test_what_comes_a_turn_later_goes_along() -> None:
    model = Model()

    async def ask() -> list[Sequence[float]]:
        batcher = Batcher(RowReader(SCHEMA), model.predict)
        first = batcher.answer(rows(1))
        await asyncio.sleep(0)
        return [*await asyncio.gather(first, batcher.answer(rows(2)))]

    assert asyncio.run(ask()) == [[1], [2]]
    assert model.runs == [2]


def test_many_wait_for_nobody() -> None:
    model = Model()

    async def ask() -> None:
        batcher = Batcher(RowReader(SCHEMA), model.predict)
        asked = [batcher.answer(rows(1)) for _ in range(MOST_REQUESTS)]
        await asyncio.sleep(0)
        assert model.runs == [MOST_REQUESTS]
        await asyncio.gather(*asked)

    asyncio.run(ask())


def test_a_request_that_was_given_up_does_not_disturb_others() -> None:
    async def ask() -> Sequence[float]:
        batcher = Batcher(RowReader(SCHEMA), Model().predict)
        given_up, other = (batcher.answer(rows(n)) for n in (1, 2))
        await asyncio.sleep(0)
        given_up.cancel()
        return await other

    assert asyncio.run(ask()) == [2]
