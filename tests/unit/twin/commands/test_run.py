"""What a person is told of a twin that is up."""

from __future__ import annotations

from pathlib import Path

from tests.unit.twin.builders import running
from twin.commands.run import places

ENDPOINTS = {"mlops-twin-wine": "curl -sS http://127.0.0.1:4000/x -d '1,2'"}


def test_the_line_for_aws_is_all_that_an_sdk_needs() -> None:
    text = "\n".join(where for _, where in places(running(), Path("repo.git"), ENDPOINTS))

    for name in ("URL=http://127.0.0.1:4000", "DEFAULT_REGION=us-east-1", "ACCESS_KEY_ID="):
        assert name in text


def test_each_endpoint_has_its_line() -> None:
    found = places(running(), Path("repo.git"), ENDPOINTS)

    assert ("endpoint", ENDPOINTS["mlops-twin-wine"]) in found
