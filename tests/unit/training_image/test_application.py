"""The application's own decisions, without a server around it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from training_image.application import Application
from training_image.meter import Meter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training_image.features import Features

LEGS = {"type": "http.request", "body": b"M,0.5,4", "more_body": False}


class Client:
    """Sends one request to an application, and keeps what came."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.read = 0
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""

    def ask(
        self,
        *messages: dict[str, Any],
        path: str = "/invocations",
        method: str = "POST",
        **headers: str,
    ) -> Client:
        sent = {"content-type": "text/csv", **{k.replace("_", "-"): v for k, v in headers.items()}}
        scope = {
            "path": path,
            "method": method,
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        }
        waiting = list(messages or (LEGS,))

        async def receive() -> dict[str, Any]:
            self.read += 1
            return waiting.pop(0)

        async def send(message: Any) -> None:
            self.status = message.get("status", self.status)
            self.headers |= dict(message.get("headers", ()))
            self.body += message.get("body", b"")

        asyncio.run(self._application(scope, receive, send))
        return self


def legs(features: Features) -> NDArray[np.float32]:
    """A model that tells the number of legs."""
    return features.numeric[:, 1]


@pytest.fixture
def client(build_schema: Any) -> Client:
    return Client(Application(build_schema(), legs, workers=3, largest_body=2 * 1024 * 1024))


def test_ids_come_back_as_they_went(client: Client) -> None:
    client.ask(x_request_id="7", x_amzn_sagemaker_custom_attributes="trace=1", x_other="no")

    assert client.status == 200
    assert client.headers[b"x-request-id"] == b"7"
    assert client.headers[b"x-amzn-sagemaker-custom-attributes"] == b"trace=1"
    assert b"x-other" not in client.headers


def test_ids_come_back_with_a_refusal_too(client: Client) -> None:
    client.ask(accept="image/png", x_amzn_sagemaker_inference_id="abc")

    assert client.status == 406
    assert client.headers[b"x-amzn-sagemaker-inference-id"] == b"abc"


@pytest.mark.parametrize("value", ["a\r\nset-cookie: x", "\x7f", "x" * 1025, "\xff"])
def test_an_id_that_is_no_header_is_left_out(client: Client, value: str) -> None:
    client.ask(x_request_id=value)

    assert client.status == 200
    assert b"x-request-id" not in client.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_length": str(2 * 1024 * 1024 + 1)}, 413),
        ({"content_type": "image/png"}, 415),
        ({"accept": "image/png"}, 406),
    ],
)
def test_what_is_refused_anyway_is_not_read(
    client: Client, headers: dict[str, str], status: int
) -> None:
    client.ask(**headers)

    assert (client.status, client.read) == (status, 0)


def test_a_body_in_pieces_is_put_together(client: Client) -> None:
    pieces = [
        {"type": "http.request", "body": b"M,0.5", "more_body": True},
        {"type": "http.request", "body": b",6\n", "more_body": False},
    ]

    client.ask(*pieces)

    assert client.body == b"6.0\n"


def test_half_a_request_gets_no_answer(client: Client) -> None:
    client.ask(
        {"type": "http.request", "body": b"M,0.5,4", "more_body": True},
        {"type": "http.disconnect"},
    )

    assert client.status == 0


def test_a_batch_transform_learns_how_to_send(client: Client) -> None:
    client.ask(path="/execution-parameters", method="GET")

    assert json.loads(client.body) == {
        "MaxConcurrentTransforms": 3,
        "BatchStrategy": "MULTI_RECORD",
        "MaxPayloadInMB": 2,
    }


def test_a_model_that_breaks_is_an_error_without_its_message(build_schema: Any) -> None:
    def broken(features: Features) -> NDArray[np.float32]:
        raise ValueError(f"secret {features.rows}")

    client = Client(Application(build_schema(), broken)).ask()

    assert client.status == 500
    assert client.body == b"internal error; see the log\n"


def test_answers_and_refusals_are_counted(build_schema: Any) -> None:
    meter = Meter()
    client = Client(Application(build_schema(), legs, meter=meter))

    client.ask()
    client.ask(content_type="image/png")
    client.ask(path="/ping", method="GET")

    told = meter.take()
    assert (told["Invocations"], told["Refusals"], told["Errors"]) == (2, 1, 0)


def test_a_classifier_answers_with_labels(build_schema: Any) -> None:
    def shares(features: Features) -> NDArray[np.float32]:
        return np.full((features.rows, 2), 0.5, dtype=np.float32)

    client = Client(Application(build_schema(), shares, classes=("no", "yes"))).ask()

    assert client.body == b"no,0.5,0.5\n"
