"""Clients of AWS, or of the twin, for the operator's commands; and their errors in one sentence."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, which Python's is not
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from ops.errors import OpsError
from ops.stack import TWIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.stack import Stack

ClientOf = Callable[[str], Any]
"""Returns the boto3 client of a service."""

READ_SECONDS = 150
"""Longer than the trigger's function may take, which is called and waited for."""

_LOG_IN = (NoCredentialsError, PartialCredentialsError, ProfileNotFound, SSOError)
_LOG_IN_CODES = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_NOBODY = (ConnectionError, HTTPClientError)
DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "403"}
)


class Clients:
    """A stack's clients, each made once; which account and address, the environment says.

    Threads may share clients, but not make them at once.
    """

    def __init__(self, stack: Stack) -> None:
        self._session: Any = boto3.session.Session(region_name=stack.region)
        self._made: dict[str, Any] = {}
        self._making = threading.Lock()

    def client(self, service: str) -> Any:  # noqa: ANN401 - each service's is of another type
        """Return a client; a request is never sent twice by itself unless the service is busy."""
        with self._making:
            if service not in self._made:
                self._made[service] = self._make(service)
            return self._made[service]

    def _make(self, service: str) -> Any:  # noqa: ANN401 - as above
        config = Config(
            connect_timeout=5,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        made = self._addressed(service, config)
        if not is_address(made.meta.endpoint_url):
            return made
        # `env.` before an address of numbers would be no address.
        local = config.merge(Config(inject_host_prefix=False))
        return self._session.client(service, config=local)

    def _addressed(self, service: str, config: Config) -> Any:  # noqa: ANN401 - as above
        try:
            return self._session.client(service, config=config)
        except ValueError as error:  # what botocore raises for it, and for nothing else here
            raise OpsError(
                "AWS_ENDPOINT_URL is no address",
                found=str(error),
                expected="http://127.0.0.1:<port>, as `make up` prints it, or nothing for AWS",
                do="export it anew, or unset it",
            ) from error

    def account(self) -> str:
        """Return the account that the credentials belong to."""
        return str(self.client("sts").get_caller_identity()["Account"])


def connect(stack: Stack) -> tuple[Clients, str]:
    """Return clients that are known to work, and the account they work in.

    Raises:
        OpsError: No credentials, no way to AWS, or the twin's stack without the twin.
    """
    with explained():
        clients = Clients(stack)
        endpoint = str(clients.client("sts").meta.endpoint_url)
        if stack.name == TWIN and not is_address(endpoint):
            raise OpsError(
                "this stack lives in the local twin, and AWS would be asked",
                resource=stack.name,
                found=endpoint,
                expected="AWS_ENDPOINT_URL with the address that `make up` prints",
                do="export AWS_ENDPOINT_URL=http://127.0.0.1:<port> AWS_ACCESS_KEY_ID=any "
                "AWS_SECRET_ACCESS_KEY=any",
            )
        return clients, clients.account()


@contextmanager
def explained() -> Iterator[None]:
    """Turn what boto3 raises into an error that says what to do."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise explain(error) from error


def explain(error: BotoCoreError | ClientError) -> OpsError:
    """Return what a person needs to know of an error."""
    if isinstance(error, (*_LOG_IN, TokenRetrievalError)) or code(error) in _LOG_IN_CODES:
        return OpsError(
            "AWS does not know who you are",
            found=str(error),
            do="log in (aws sso login, or export AWS_PROFILE), then look: "
            "aws sts get-caller-identity",
        )
    if isinstance(error, _NOBODY):
        return OpsError(
            "nobody answers there",
            found=str(error),
            do="look at the network, at aws:region of the stack's file, and at AWS_ENDPOINT_URL: "
            "the twin's lives as long as its `make up`",
        )
    if code(error) in DENIED and isinstance(error, ClientError):
        return OpsError(
            f"you may not call {error.operation_name}",
            found=str(error),
            do="take on a role that may operate this stack",
        )
    return OpsError(
        "AWS refused the request",
        found=str(error),
        do="mend what it names, or try again later if the service is busy",
    )


def code(error: Exception) -> str:
    """Return the code that a service answered; empty if none did."""
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""


def is_address(url: str) -> bool:
    """Tell whether an address is one of numbers or this machine: no AWS is."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True
