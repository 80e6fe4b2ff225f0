"""MWAA, which moto lacks: environments in front of the twin's one Airflow, and its REST API.

Creating an environment gives Airflow what AWS would: the role's credentials for its tasks, the
bucket's DAG files in its folder (kept equal from then on), log groups for what its tasks say. It is
`AVAILABLE` at once; until Airflow itself is ready, `InvokeRestApi` answers as an environment does
whose web server does not.
"""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from twin.airflow.rest import AirflowUnreachableError
from twin.services.mwaa_attachment import Attachment
from twin.services.mwaa_environments import (
    Environments,
    as_tags,
    new_environment,
    with_log_groups,
)
from twin.services.mwaa_rules import check
from twin.services.rest_json import RestJsonService, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud
    from twin.services.mwaa_attachment import ServedAirflow
    from twin.services.mwaa_environments import Environment
    from twin.services.rest_json import Operation, Parameters
    from twin.wsgi import WsgiEnvironment

SCOPE: Final = "/airflow/aws4_request"
"""Ends the credential scope of requests that are signed for MWAA."""

ATTACHING: Final = ("SourceBucketArn", "DagS3Path", "ExecutionRoleArn")
"""What an update cannot change without attaching Airflow anew."""

PAGE: Final = 25
SERVER_ERROR: Final = 500


def install(cloud: Cloud, airflow: ServedAirflow) -> None:
    """Let MWAA answer in this cloud, in front of an Airflow that is ready or will be."""
    service = Mwaa(cloud, airflow)
    cloud.add_route(is_for_mwaa, RestJsonService("mwaa", service.operations()))


def is_for_mwaa(environ: WsgiEnvironment) -> bool:
    """Tell whether a request is signed for MWAA."""
    return SCOPE in str(environ.get("HTTP_AUTHORIZATION", ""))


class Mwaa:
    """The service's operations, by their names in its model."""

    def __init__(self, cloud: Cloud, airflow: ServedAirflow) -> None:
        self._cloud = cloud
        self._airflow = airflow
        self._environments = Environments({})
        self._lock = threading.Lock()
        self._attachment: Attachment | None = None

    def operations(self) -> Mapping[str, Operation]:
        """Return what answers each operation."""
        return {
            "CreateEnvironment": self._create,
            "GetEnvironment": lambda asked: {"Environment": self._environments.get(asked["Name"])},
            "ListEnvironments": self._list,
            "UpdateEnvironment": self._update,
            "DeleteEnvironment": self._delete,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
            "CreateCliToken": self._create_cli_token,
            "CreateWebLoginToken": self._create_web_login_token,
            "InvokeRestApi": self._invoke,
        }

    # ---- environments -----------------------------------------------------------------------

    def _create(self, wanted: Parameters) -> Mapping[str, Any]:
        with self._lock:
            self._environments.require_free(wanted["Name"])
            environment = new_environment(self._cloud, wanted, self._host)
            self._environments.add(environment)
            self._attach(environment)
        return {"Arn": environment["Arn"]}

    def _list(self, asked: Parameters) -> Mapping[str, Any]:
        names = sorted(self._environments.found)
        return {"Environments": names[: asked.get("MaxResults", PAGE)]}

    def _update(self, wanted: Parameters) -> Mapping[str, Any]:
        found = self._environments.get(wanted["Name"])
        changes = {name: wanted[name] for name in wanted if name != "WorkerReplacementStrategy"}
        network = {**found["NetworkConfiguration"], **changes.pop("NetworkConfiguration", {})}
        environment = {**found, **changes, "NetworkConfiguration": network}
        check(self._cloud.client, environment)
        environment["LoggingConfiguration"] = with_log_groups(self._cloud, environment)
        environment["LastUpdate"] = {"Status": "SUCCESS", "CreatedAt": datetime.now(UTC)}
        with self._lock:
            self._environments.add(environment)
            if any(environment[member] != found[member] for member in ATTACHING):
                self._attach(environment)
        return {"Arn": environment["Arn"]}

    def _delete(self, asked: Parameters) -> Mapping[str, Any]:
        with self._lock:
            self._environments.get(asked["Name"])
            del self._environments.found[asked["Name"]]
            self._detach()
        return {}

    def _attach(self, environment: Environment) -> None:
        self._detach()
        self._attachment = Attachment(self._cloud, self._airflow, environment)
        self._attachment.begin()

    def _detach(self) -> None:
        if self._attachment is not None:
            self._attachment.end()
            self._attachment = None

    def _tag(self, asked: Parameters) -> Mapping[str, Any]:
        environment = self._environments.of_arn(asked["ResourceArn"])
        environment["Tags"] = {**as_tags(environment), **asked["Tags"]}
        return {}

    def _untag(self, asked: Parameters) -> Mapping[str, Any]:
        environment = self._environments.of_arn(asked["ResourceArn"])
        kept = as_tags(environment)
        environment["Tags"] = {key: kept[key] for key in kept if key not in asked["tagKeys"]}
        return {}

    def _list_tags(self, asked: Parameters) -> Mapping[str, Any]:
        return {"Tags": as_tags(self._environments.of_arn(asked["ResourceArn"]))}

    # ---- tokens and REST ----------------------------------------------------------------------

    @property
    def _host(self) -> str:
        return self._airflow.url.partition("://")[2]

    def _create_cli_token(self, asked: Parameters) -> Mapping[str, Any]:
        self._environments.get(asked["Name"])
        return {"CliToken": secrets.token_urlsafe(32), "WebServerHostname": self._host}

    def _create_web_login_token(self, asked: Parameters) -> Mapping[str, Any]:
        self._environments.get(asked["Name"])
        return {
            "WebToken": secrets.token_urlsafe(32),
            "WebServerHostname": self._host,
            "AirflowIdentity": self._airflow.username,
        }

    def _invoke(self, asked: Parameters) -> Mapping[str, Any]:
        self._environments.get(asked["Name"])
        if not self._airflow.ready:
            raise _rest_error(HTTPStatus.SERVICE_UNAVAILABLE, {"detail": "Airflow is not ready"})
        try:
            answer = self._airflow.request(
                asked["Method"], asked["Path"], asked.get("Body"), asked.get("QueryParameters")
            )
        except AirflowUnreachableError as error:
            raise _rest_error(HTTPStatus.GATEWAY_TIMEOUT, {"detail": error.cause}) from error
        if not answer.ok:
            raise _rest_error(answer.status, answer.document)
        self._note_started(asked, answer.document)
        return {"RestApiStatusCode": answer.status, "RestApiResponse": answer.document}

    def _note_started(self, asked: Parameters, document: Mapping[str, Any]) -> None:
        started = asked["Method"] == "POST" and asked["Path"].endswith("/dagRuns")
        if started and self._attachment is not None:
            self._attachment.runs.started(document["dag_id"], document["dag_run_id"])


def _rest_error(status: int, document: Mapping[str, Any]) -> ServiceError:
    """Return what Airflow itself refused: one kind for the client's fault, one for the server's."""
    name = "RestApiServerException" if status >= SERVER_ERROR else "RestApiClientException"
    members = {"RestApiStatusCode": int(status), "RestApiResponse": document}
    return ServiceError(name, HTTPStatus.BAD_REQUEST, members)
