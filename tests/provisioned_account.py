"""A fresh account that has what provisioning needs of the twin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloud import Cloud
from twin.repository import Repository
from twin.services import (
    codebuild,
    codecommit,
    codeconnections,
    codepipeline,
    ec2,
    ecr,
    events,
    glue,
    iam,
    lambda_,
    logs,
    s3,
    sns,
    sts,
)
from twin.settings import ACCOUNT, Workspace
from twin.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


CHECKED = (iam, sts, logs, ec2, sns)
COMPLETED = (s3, codebuild, codeconnections, codepipeline, ecr, events, glue, lambda_)


def is_for_airflow(environ: dict[str, Any]) -> bool:
    return "/airflow/aws4_request" in environ.get("HTTP_AUTHORIZATION", "")


class AirflowService:
    """Stands for MWAA: keeps environments, and says that each is reached at `airflow.test`.

    `rest` answers what is asked of Airflow itself, with a status and a document.
    """

    def __init__(self) -> None:
        self.environments: dict[str, dict[str, Any]] = {}
        self.rest: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]] = lambda _asked: (503, {})

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        name = environ["PATH_INFO"].rsplit("/", 1)[-1]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"].startswith("/restapi/"):
            return self._answer_rest(json.loads(body), start_response)
        if environ["REQUEST_METHOD"] == "PUT":
            self.environments[name] = json.loads(body)
        arn = f"arn:aws:airflow:us-east-1:{ACCOUNT}:environment/{name}"
        found = {"Arn": arn, "Environment": {"Arn": arn, "WebserverUrl": "airflow.test"}}
        answer = json.dumps(found).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
        start_response("200 OK", headers)
        return [answer]

    def _answer_rest(self, asked: dict[str, Any], start_response: Any) -> list[bytes]:
        status, document = self.rest(asked)
        headers = [("Content-Type", "application/json")]
        if status < 400:
            start_response("200 OK", headers)
        else:
            kind = "RestApiClientException" if status < 500 else "RestApiServerException"
            start_response("400 Bad Request", [*headers, ("x-amzn-ErrorType", kind)])
        answer = {"RestApiStatusCode": status, "RestApiResponse": document}
        return [json.dumps(answer).encode()]


def serve(folder: Path, *, without_airflow: bool = False) -> tuple[Cloud, AirflowService]:
    """Serve a fresh account with what provisioning needs of the twin's services.

    Without Airflow's stand-in, a test installs an MWAA of its own.
    """
    from moto.moto_api._internal.models import moto_api_backend

    workspace = Workspace(folder)
    for place in (workspace.last, workspace.cache, workspace.run, workspace.bin):
        place.mkdir(parents=True)
    moto_api_backend.reset()
    cloud = Cloud(workspace, Timeline(workspace.last / "timeline.jsonl"))
    cloud.serve()
    codecommit.install(cloud, Repository(workspace))
    for service in (*CHECKED, *COMPLETED):
        service.install(cloud)
    airflow = AirflowService()
    if not without_airflow:
        cloud.add_route(is_for_airflow, airflow)
    return cloud, airflow


def read(client: Callable[[str], Any], bucket: str, key: str) -> bytes:
    """Return an object's content."""
    return client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
