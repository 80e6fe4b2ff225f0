"""CodeConnections, which moto lacks: connections that nobody has approved.

A connection lasts here until the twin ends, is found again and can be taken away. It stays PENDING,
as on AWS until a person approves it in the console: the twin reaches nobody's repositories.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from twin.services.rest_json import ServiceError, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twin.cloud import Cloud
    from twin.wsgi import WsgiEnvironment

SCOPE: Final = "/codeconnections/aws4_request"
"""Ends the credential scope of requests that are signed for CodeConnections."""


def install(cloud: Cloud) -> None:
    """Let CodeConnections answer in this cloud."""
    cloud.add_route(is_for_connections, Connections(cloud))


def is_for_connections(environ: WsgiEnvironment) -> bool:
    """Tell whether a request is signed for CodeConnections."""
    return SCOPE in str(environ.get("HTTP_AUTHORIZATION", ""))


class Connections:
    """A WSGI application: the service's operations, by their names in its model."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._found: dict[str, dict[str, Any]] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._operations: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
            "CreateConnection": self._create,
            "GetConnection": lambda asked: {"Connection": self._get(asked["ConnectionArn"])},
            "DeleteConnection": self._delete,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }

    def __call__(
        self, environ: WsgiEnvironment, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request of the service's JSON protocol."""
        operation = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
        asked = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        status, answer = "200 OK", dict[str, Any]()
        try:
            answer = dict(self._operation(operation)(asked))
        except ServiceError as error:
            status = f"{int(error.status)} {error.status.phrase}"
            answer = {"__type": error.name, **error.members}
        start_response(status, [("Content-Type", "application/x-amz-json-1.0")])
        return [json.dumps(answer).encode()]

    def _operation(self, name: str) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
        if name in self._operations:
            return self._operations[name]
        raise not_found(f"The twin does not play {name} of CodeConnections")

    def _create(self, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        cloud, identity = self._cloud, uuid.uuid4()
        arn = f"arn:aws:codeconnections:{cloud.region}:{cloud.account}:connection/{identity}"
        self._found[arn] = {
            "ConnectionName": wanted["ConnectionName"],
            "ConnectionArn": arn,
            "ProviderType": wanted["ProviderType"],
            "OwnerAccountId": cloud.account,
            "ConnectionStatus": "PENDING",
        }
        self._tags[arn] = {tag["Key"]: tag["Value"] for tag in wanted.get("Tags", [])}
        return {"ConnectionArn": arn, "Tags": wanted.get("Tags", [])}

    def _get(self, arn: str) -> Mapping[str, Any]:
        if arn not in self._found:
            raise not_found(f"Connection {arn} not found")
        return self._found[arn]

    def _delete(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self._get(asked["ConnectionArn"])
        del self._found[asked["ConnectionArn"]]
        return {}

    def _tag(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self._get(asked["ResourceArn"])
        self._tags[asked["ResourceArn"]] |= {tag["Key"]: tag["Value"] for tag in asked["Tags"]}
        return {}

    def _untag(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self._get(asked["ResourceArn"])
        for key in asked["TagKeys"]:
            self._tags[asked["ResourceArn"]].pop(key, None)
        return {}

    def _list_tags(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self._get(asked["ResourceArn"])
        tags = self._tags[asked["ResourceArn"]]
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
