"""Asking endpoints."""

from __future__ import annotations

import pytest

from tests.unit.twin.builders import running
from twin.commands.ask import ask, endpoint_url, predictions_in
from twin.commands.question import Question
from twin.errors import TwinError


def test_an_endpoint_is_named_after_its_stack_and_model() -> None:
    url = endpoint_url(running(), "wine")

    assert url == "http://127.0.0.1:4000/endpoints/mlops-twin-wine/invocations"


def test_an_endpoint_that_is_gone_is_said_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    with pytest.raises(TwinError, match="nothing answered") as raised:
        ask("http://127.0.0.1:1/endpoints/x/invocations", Question(b"1,2"), "text/csv")

    assert "make status" in str(raised.value)


def test_predictions_are_one_a_row() -> None:
    answer = '{"predictions":[9.6,{"label":"yes","probabilities":[0.25,0.75]}]}'

    found = predictions_in(answer)

    assert found == [9.6, {"label": "yes", "probabilities": [0.25, 0.75]}]
