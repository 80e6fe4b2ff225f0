"""Requests and answers of a service that speaks rest-json."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.services.rest_json import RestJsonService, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass
class Call:
    """One request to a service whose operations remember what they were asked."""

    operation: str
    answer: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda _asked: {}
    asked: list[Mapping[str, Any]] = field(default_factory=list["Mapping[str, Any]"])
    status: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def __call__(self, method: str, uri: str, body: object = None) -> dict[str, Any]:
        text = b"" if body is None else json.dumps(body).encode()
        path, _, query = uri.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "RAW_URI": uri,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(text)),
            "wsgi.input": io.BytesIO(text),
        }
        service = RestJsonService("mwaa", {self.operation: self._remember})
        return json.loads(b"".join(service(environ, self._start)))

    def _remember(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append(asked)
        return self.answer(asked)

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)


def test_labels_query_and_body_become_parameters() -> None:
    call = Call("UntagResource")

    call(
        "DELETE",
        "/tags/arn%3Aaws%3Aairflow%3Ar%3A123456789012%3Aenvironment%2Fx?tagKeys=a&tagKeys=b",
    )

    arn = "arn:aws:airflow:r:123456789012:environment/x"
    assert call.asked == [{"ResourceArn": arn, "tagKeys": ["a", "b"]}]


def test_a_number_in_the_query_is_a_number() -> None:
    call = Call("ListEnvironments", lambda _asked: {"Environments": []})

    call("GET", "/environments?MaxResults=5")

    assert call.asked == [{"MaxResults": 5}]


def test_a_missing_member_is_refused() -> None:
    call = Call("InvokeRestApi")

    answer = call("POST", "/restapi/env", {"Path": "/dags"})

    assert call.status == "400 Bad Request"
    assert call.headers["x-amzn-ErrorType"] == "ValidationException"
    assert "Method" in answer["message"]
    assert call.asked == []


def test_a_body_that_is_no_json_object_is_refused() -> None:
    call = Call("CreateEnvironment")

    assert "no JSON object" in call("PUT", "/environments/env", [1])["message"]


def test_an_error_of_the_service_keeps_name_and_status() -> None:
    def refuse(_asked: Mapping[str, Any]) -> Mapping[str, Any]:
        raise not_found("gone")

    call = Call("GetEnvironment", refuse)

    assert call("GET", "/environments/env") == {"message": "gone"}
    assert call.status == "404 Not Found"
    assert call.headers["x-amzn-ErrorType"] == "ResourceNotFoundException"


def test_an_operation_that_is_not_carried_out_says_so() -> None:
    call = Call("GetEnvironment")

    answer = call("POST", "/metrics/environments/env", {"MetricData": []})

    assert answer == {"message": "the twin does not carry out PublishMetrics"}
