"""Objects: in S3 on AWS, in folders off it. Engines read and write the large ones themselves."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from etl.errors import MissingObjectError, MovedObjectError, RequestError
from etl.ranges import CHUNK, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_s3 import S3Client

    from etl.request import Source

_AT_ONCE: Final = 8
"""Requests that copy or delete."""

_MISSING: Final = {"404", "NoSuchKey", "NoSuchVersion", "NoSuchBucket"}


class Storage(Protocol):
    """What the job needs of an object store."""

    def read(self, bucket: str, key: str) -> bytes:
        """Return a whole object."""
        ...

    def exists(self, bucket: str, key: str) -> bool:
        """Tell whether there is such an object."""
        ...

    def find(self, bucket: str, key: str) -> bytes | None:
        """Return a whole object, or None if there is none."""
        ...

    def head(self, source: Source, size: int) -> bytes:
        """Return the first bytes of a raw object in its version."""
        ...

    def tail(self, source: Source, size: int) -> bytes:
        """Return the last bytes of a raw object in its version."""
        ...

    def chunks(self, source: Source) -> Iterator[bytes]:
        """Yield a raw object in its version, bit by bit."""
        ...

    def current_version(self, source: Source) -> str | None:
        """Return the version that a reader gets who cannot ask for one; None if it was deleted."""
        ...

    def write(self, bucket: str, key: str, content: bytes) -> None:
        """Write a whole object; nobody sees half of it."""
        ...

    def upload(self, path: Path, bucket: str, key: str) -> int:
        """Write an object from a file and return its size in bytes."""
        ...

    def adopt(self, bucket: str, prefix: str, keys: Sequence[str]) -> list[int]:
        """Give an engine's part files under a prefix these keys, in order; return their sizes."""
        ...

    def uri(self, bucket: str, key: str) -> str:
        """Return an object's address, for engines and people."""
        ...


def open_storage(uri: str) -> tuple[Storage, str, str]:
    """Return the store that an address `scheme://...` belongs to, its bucket and its key."""
    scheme, rest = uri.split("://", 1)
    if scheme == "s3":
        bucket, _, key = rest.partition("/")
        return S3Storage(), bucket, key
    found = re.fullmatch(r"(/.+)/([^/]+)/(datasets/.+)", rest)
    if not found:
        raise RequestError(
            "no bucket in it", where=uri, expected="file:///root/<bucket>/datasets/.../request.json"
        )
    return FolderStorage(Path(found[1])), found[2], found[3]


class S3Storage:
    """Objects in S3, raw ones by their version."""

    def __init__(self, client: S3Client | None = None) -> None:
        self._client: Any = client or _s3_client()

    def read(self, bucket: str, key: str) -> bytes:
        """Return a whole object."""
        return self._get(bucket, key)["Body"].read()

    def exists(self, bucket: str, key: str) -> bool:
        """Tell whether there is such an object."""
        try:
            self._client.head_object(Bucket=bucket, Key=key)
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return False
            raise
        return True

    def find(self, bucket: str, key: str) -> bytes | None:
        """Return a whole object, or None if there is none."""
        try:
            return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise

    def head(self, source: Source, size: int) -> bytes:
        """Return the first bytes of a raw object in its version."""
        if source.size == 0:
            return b""  # S3 refuses a range of an empty object
        return self._reader(source).read(0, min(size, source.size))

    def tail(self, source: Source, size: int) -> bytes:
        """Return the last bytes of a raw object in its version."""
        return self._reader(source).read(max(0, source.size - size), source.size)

    def chunks(self, source: Source) -> Iterator[bytes]:
        """Yield a raw object in its version, bit by bit, over several connections."""
        yield from self._reader(source).chunks(source.size)

    def current_version(self, source: Source) -> str | None:
        """Return the version that a reader gets who cannot ask for one; None if it was deleted."""
        try:
            answer = self._client.head_object(Bucket=source.bucket, Key=source.key)
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise _missing(self.uri(source.bucket, source.key), source.version_id, error) from error
        return str(answer.get("VersionId", "null"))

    def write(self, bucket: str, key: str, content: bytes) -> None:
        """Write a whole object; nobody sees half of it."""
        self._client.put_object(Bucket=bucket, Key=key, Body=content)

    def upload(self, path: Path, bucket: str, key: str) -> int:
        """Write an object from a file and return its size in bytes."""
        with path.open("rb") as stream:
            self._client.put_object(Bucket=bucket, Key=key, Body=stream)
        return path.stat().st_size

    def adopt(self, bucket: str, prefix: str, keys: Sequence[str]) -> list[int]:
        """Give an engine's part files under a prefix these keys, in order; return their sizes."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        listed = [item for page in pages for item in page.get("Contents", [])]
        parts = [item for item in listed if _is_part(item["Key"])]

        def copy(item: Any, key: str) -> int:  # noqa: ANN401 - boto3's answer
            origin = {"Bucket": bucket, "Key": item["Key"]}
            self._client.copy_object(CopySource=origin, Bucket=bucket, Key=key)
            return int(item["Size"])

        def delete(item: Any) -> None:  # noqa: ANN401 - boto3's answer
            self._client.delete_object(Bucket=bucket, Key=item["Key"])

        with ThreadPoolExecutor(_AT_ONCE, "etl-adopt") as pool:
            sizes = list(pool.map(copy, parts, keys))
            list(pool.map(delete, listed))
        return sizes

    def uri(self, bucket: str, key: str) -> str:
        """Return an object's address, for engines and people."""
        return f"s3://{bucket}/{key}"

    def _reader(self, source: Source) -> Reader:
        from botocore.exceptions import BotoCoreError

        where = self.uri(source.bucket, source.key)
        return Reader(partial(self._open_range, source), where, (BotoCoreError, OSError))

    def _open_range(self, source: Source, start: int, end: int) -> Iterator[bytes]:
        wanted = f"bytes {start}-{end - 1}/{source.size}"
        options = {"VersionId": source.version_id, "Range": f"bytes={start}-{end - 1}"}
        answer = self._get(source.bucket, source.key, **options)
        if answer.get("ContentRange") != wanted:
            raise MovedObjectError(
                "is not of the size that the request names",
                where=self.uri(source.bucket, source.key),
                found=str(answer.get("ContentRange")),
                expected=wanted,
                do="start a new run: it takes what is current",
            )
        return answer["Body"].iter_chunks(CHUNK)

    def _get(self, bucket: str, key: str, **options: str) -> Any:  # noqa: ANN401 - boto3's answer
        try:
            return self._client.get_object(Bucket=bucket, Key=key, **options)
        except self._client.exceptions.ClientError as error:
            version = options.get("VersionId", "")
            raise _missing(self.uri(bucket, key), version, error) from error


class FolderStorage:
    """Objects in a folder for each bucket, without versions: for tests and trials off AWS."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, bucket: str, key: str) -> bytes:
        """Return a whole object."""
        try:
            return self._path(bucket, key).read_bytes()
        except OSError as error:
            raise _missing(self.uri(bucket, key), "", error) from error

    def exists(self, bucket: str, key: str) -> bool:
        """Tell whether there is such an object."""
        return self._path(bucket, key).is_file()

    def find(self, bucket: str, key: str) -> bytes | None:
        """Return a whole object, or None if there is none."""
        path = self._path(bucket, key)
        return path.read_bytes() if path.is_file() else None

    def head(self, source: Source, size: int) -> bytes:
        """Return the first bytes of a raw object."""
        return next(self.chunks(source), b"")[:size]

    def tail(self, source: Source, size: int) -> bytes:
        """Return the last bytes of a raw object."""
        with self._path(source.bucket, source.key).open("rb") as stream:
            stream.seek(-min(size, source.size), os.SEEK_END)
            return stream.read()

    def chunks(self, source: Source) -> Iterator[bytes]:
        """Yield a raw object, bit by bit."""
        try:
            with self._path(source.bucket, source.key).open("rb") as stream:
                yield from iter(lambda: stream.read(CHUNK), b"")
        except OSError as error:
            raise _missing(self.uri(source.bucket, source.key), "", error) from error

    def current_version(self, source: Source) -> str | None:
        """Return the version that was asked for: a folder has no other."""
        return source.version_id

    def write(self, bucket: str, key: str, content: bytes) -> None:
        """Write a whole object."""
        path = self._path(bucket, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def upload(self, path: Path, bucket: str, key: str) -> int:
        """Write an object from a file and return its size in bytes."""
        target = self._path(bucket, key)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        return path.stat().st_size

    def adopt(self, bucket: str, prefix: str, keys: Sequence[str]) -> list[int]:
        """Give an engine's part files under a prefix these keys, in order; return their sizes."""
        folder = self._path(bucket, prefix)
        parts = sorted(path for path in folder.iterdir() if _is_part(path.name))
        sizes = [self.upload(path, bucket, key) for path, key in zip(parts, keys, strict=False)]
        shutil.rmtree(folder)
        return sizes

    def uri(self, bucket: str, key: str) -> str:
        """Return an object's address, for engines and people."""
        return f"file://{self._path(bucket, key)}"

    def _path(self, bucket: str, key: str) -> Path:
        return self._root / bucket / key


def _s3_client() -> S3Client:
    # Not boto3, whose transfer library doubles the import: nothing here is larger than one request.
    import botocore.session

    return cast("S3Client", botocore.session.get_session().create_client("s3"))


def _is_part(key: str) -> bool:
    return key.rpartition("/")[2].startswith("part-")


def _missing(uri: str, version: str, error: Exception) -> MissingObjectError:
    which = f"version {version} of the object" if version else "the object"
    return MissingObjectError(
        f"cannot read {which}",
        where=uri,
        found=str(error),
        do="check that it exists and that the job's role may read it",
    )
