"""What an operator is told of an error of AWS."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from ops.aws import Clients, explain, is_address
from ops.errors import OpsError
from ops.stack import Stack
from tests.unit.ops.graphs import graph


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DeleteEndpoint")


@pytest.mark.parametrize(
    ("error", "says", "do"),
    [
        (NoCredentialsError(), "who you are", "log in"),
        (refusal("ExpiredToken"), "who you are", "log in"),
        (refusal("InvalidClientTokenId"), "who you are", "log in"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "nobody answers", "network"),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1:1"), "nobody answers", "network"),
        (refusal("AccessDeniedException"), "you may not call DeleteEndpoint", "role"),
        (refusal("Throttling"), "refused", "try again"),
    ],
)
def test_each_error_says_what_to_do(error: BotoCoreError | ClientError, says: str, do: str) -> None:
    told = explain(error)

    assert says in told.cause
    assert do in told.do
    assert str(error) in str(told)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:5000", True),
        ("http://[::1]:5000", True),
        ("http://localhost:5000", True),
        ("https://sts.eu-west-1.amazonaws.com", False),
        ("", False),
    ],
)
def test_an_address_of_numbers_is_no_aws(url: str, *, expected: bool) -> None:
    assert is_address(url) == expected


def test_an_address_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")

    with pytest.raises(OpsError, match="AWS_ENDPOINT_URL is no address"):
        Clients(Stack("twin", "us-east-1", graph())).client("sts")
