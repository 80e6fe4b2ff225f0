"""boto3 clients at an address of the twin, shared between threads."""

from __future__ import annotations

import threading
from typing import Any

import boto3
from botocore.config import Config

MOST_CONNECTIONS = 64
"""Connections that one boto3 client may hold open; executors and services share clients."""

CONFIG = Config(
    s3={"addressing_style": "path"},
    inject_host_prefix=False,  # `env.127.0.0.1` is no address
    retries={"max_attempts": 2, "mode": "standard"},
    max_pool_connections=MOST_CONNECTIONS,
)


def new_session(region: str) -> Any:
    """Return a session whose credentials mean nothing but to the twin.

    Any: the service's name is known at run time only, which no overload of the stubs covers.
    """
    return boto3.session.Session(
        aws_access_key_id="twin",
        aws_secret_access_key="twin",  # noqa: S106 - moto takes any
        region_name=region,
    )


class Clients:
    """Gives the client of each service at one address; the same one each time."""

    def __init__(self, url: str, region: str) -> None:
        self._url = url
        self._session = new_session(region)
        self._found: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __call__(self, service: str) -> Any:
        """Return the client of a service."""
        with self._lock:
            if service not in self._found:
                self._found[service] = self._session.client(
                    service, endpoint_url=self._url, config=CONFIG
                )
            return self._found[service]
