"""How services answer: in pages, and with the refusals that the DAGs rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class NoSuchKeyError(ClientError):
    """S3's answer for an object that isn't there."""


class ImageNotFoundError(ClientError):
    """ECR's answer for an image that isn't there."""


class ObjectNotFoundError(ClientError):
    """Application Auto Scaling's answer for what isn't registered."""


class Exceptions:
    """What clients offer as `client.exceptions`."""

    ObjectNotFoundException = ObjectNotFoundError

    ClientError = ClientError
    NoSuchKey = NoSuchKeyError
    ImageNotFoundException = ImageNotFoundError


def refusal(
    message: str,
    code: str = "ValidationException",
    kind: type[ClientError] = ClientError,
    operation: str = "Operation",
) -> ClientError:
    """Return what a service raises."""
    answer: Any = {"Error": {"Code": code, "Message": message}}
    return kind(answer, operation)


class Paginator:
    """A list operation that answers in one page."""

    def __init__(self, answer: Callable[..., dict[str, Any]]) -> None:
        self._answer = answer

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        """Answer with the one page."""
        yield self._answer(**request)
