"""Reads and writes objects of one bucket; the only module that talks to S3."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from staging.errors import StagingError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT: Final = ("404", "NoSuchKey", "NotFound")
_OVERTAKEN: Final = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
_ATTEMPTS: Final = 5


@dataclass(frozen=True)
class Stored:
    """An object as it was when it was read."""

    body: bytes
    metadata: Mapping[str, str]
    etag: str


class Bucket:
    """One bucket. It knows how to write, not what."""

    def __init__(self, client: "S3Client", name: str) -> None:
        self._client = client
        self.name = name

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write an object, whatever was there."""
        try:
            self._client.put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)
        except ClientError as error:
            raise self._failure("write", key, error) from error

    def get(self, key: str) -> Stored | None:
        """Read an object; `None` when there is none."""
        try:
            answer = self._client.get_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if _code(error) in _ABSENT:
                return None
            raise self._failure("read", key, error) from error
        return Stored(answer["Body"].read(), answer["Metadata"], answer["ETag"])

    def replace(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        metadata: Mapping[str, str],
        unless: Callable[[Stored], bool],
    ) -> bool:
        """Write an object unless the one that is there forbids it; tell whether it was written.

        The write is conditional on what was read, so that of two builds at once neither undoes
        the other: the one that was overtaken looks again.
        """
        for _ in range(_ATTEMPTS):
            stored = self.get(key)
            if stored is not None and unless(stored):
                return False
            if self._put_if_unchanged(key, body, content_type, metadata, stored):
                return True
        raise StagingError(
            "another build keeps writing the same object",
            resource=f"s3://{self.name}/{key}",
            found=f"{_ATTEMPTS} writes that were overtaken",
            expected="builds one after the other",
            do="retry this build when the others are through",
        )

    def _put_if_unchanged(
        self,
        key: str,
        body: bytes,
        content_type: str,
        metadata: Mapping[str, str],
        stored: Stored | None,
    ) -> bool:
        try:
            if stored is None:
                self._client.put_object(
                    Bucket=self.name,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    Metadata=dict(metadata),
                    IfNoneMatch="*",
                )
            else:
                self._client.put_object(
                    Bucket=self.name,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    Metadata=dict(metadata),
                    IfMatch=stored.etag,
                )
        except ClientError as error:
            if _code(error) in (*_OVERTAKEN, *_ABSENT):
                return False
            raise self._failure("write", key, error) from error
        return True

    def _failure(self, verb: str, key: str, error: ClientError) -> StagingError:
        return StagingError(
            f"cannot {verb} an object",
            resource=f"s3://{self.name}/{key}",
            found=str(error),
            expected="a bucket that the build's role may use",
            do="compare it with the build role's policy in components/build_permissions.py",
        )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
