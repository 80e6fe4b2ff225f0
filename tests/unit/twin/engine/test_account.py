"""An account without Airflow, whose services can be made to refuse."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from twin.engine.account import AbsentAirflow, Refusals
from twin.settings import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin.cloud import Cloud

TARGET = "AmazonEC2ContainerRegistry_V20150921.CreateRepository"
REQUEST = {"HTTP_X_AMZ_TARGET": TARGET}


class Routes:
    """A cloud that keeps its one route."""

    def __init__(self) -> None:
        self.matches: Callable[[dict[str, Any]], bool] = lambda _: False
        self.answer: Callable[[dict[str, Any], Any], Any] = lambda _, __: []

    def add_route(self, matches: Any, answer: Any) -> None:
        self.matches, self.answer = matches, answer


@pytest.fixture
def routes() -> Routes:
    return Routes()


@pytest.fixture
def refusals(routes: Routes) -> Refusals:
    return Refusals(cast("Cloud", routes))


def test_an_operation_is_refused_for_as_long_as_asked(routes: Routes, refusals: Refusals) -> None:
    before = routes.matches(REQUEST)

    with refusals.of(TARGET):
        meanwhile = routes.matches(REQUEST)

    assert (before, meanwhile, routes.matches(REQUEST)) == (False, True, False)


def test_a_failure_meanwhile_ends_the_refusal(routes: Routes, refusals: Refusals) -> None:
    with pytest.raises(ZeroDivisionError), refusals.of(TARGET):
        raise ZeroDivisionError

    assert not routes.matches(REQUEST)


def test_other_operations_go_through(routes: Routes, refusals: Refusals) -> None:
    with refusals.of(TARGET):
        assert not routes.matches({"HTTP_X_AMZ_TARGET": "AWSGlue.CreateJob"})
        assert not routes.matches({})


def test_a_refusal_is_an_error_of_a_json_protocol(routes: Routes, refusals: Refusals) -> None:
    began: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        del headers
        began.append(status)

    body = io.BytesIO(b'{"a": 1}')
    environ = {**REQUEST, "CONTENT_LENGTH": "8", "wsgi.input": body}

    with refusals.of(TARGET):
        answer = json.loads(b"".join(routes.answer(environ, start_response)))

    assert began == ["400 Bad Request"]
    assert answer["__type"] == "LimitExceededException"
    assert body.read() == b""


def test_airflow_is_absent_and_knows_nothing(tmp_path: Path) -> None:
    airflow = AbsentAirflow(Workspace(tmp_path))

    assert not airflow.ready
    assert airflow.task_instances("retrain-wine", "run") == []
    assert airflow.task_log("retrain-wine", "run", "etl") == []
    with pytest.raises(NotImplementedError):
        airflow.request("GET", "/dags")
