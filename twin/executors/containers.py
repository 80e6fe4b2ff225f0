"""What SageMaker's containers have in common: images by digest, objects in S3, archives."""

from __future__ import annotations

import tarfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FASTEST_COMPRESSION = 1
"""Archives of a local run are read once or twice: time matters more than size."""


class ContainerImage(Protocol):
    """An image that was built: what it starts, where, and with which variables."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables that the image sets, the `PATH` of its programs among them."""
        ...

    @property
    def cwd(self) -> Path:
        """The folder that its entry point starts in."""
        ...

    def command(self, *arguments: str, entrypoint: Sequence[str] = ()) -> Sequence[str]:
        """Return the entry point, the image's own unless another is given, with arguments."""
        ...


class Images(Protocol):
    """Where images are found by their digest."""

    def find(self, digest: str) -> ContainerImage:
        """Return an image, or raise `TwinError`."""
        ...


@dataclass(frozen=True)
class Location:
    """An object's or a prefix's place in S3."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> Location:
        """Split `s3://bucket/key`."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return cls(bucket, key)

    @property
    def uri(self) -> str:
        """Return `s3://bucket/key`."""
        return f"s3://{self.bucket}/{self.key}"


def list_keys(s3: Any, prefix: Location) -> Iterator[str]:
    """Return the keys of all objects below a prefix, less the markers of folders."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=prefix.bucket, Prefix=prefix.key)
    for page in pages:
        yield from (item["Key"] for item in page.get("Contents", ()) if item["Key"][-1] != "/")


def download(s3: Any, source: Location, file: Path) -> None:
    """Write an object into a file, whose folders are made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        for chunk in s3.get_object(Bucket=source.bucket, Key=source.key)["Body"].iter_chunks(2**20):
            stream.write(chunk)


def pack(folder: Path, archive: Path) -> None:
    """Put a folder's content into a compressed archive."""
    with tarfile.open(archive, "w:gz", compresslevel=FASTEST_COMPRESSION) as packed:
        for item in sorted(folder.iterdir()):
            packed.add(item, arcname=item.name)


def unpack(archive: Path, folder: Path) -> None:
    """Take everything out of an archive; members that point outside the folder are refused."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "r:*") as packed:
        packed.extractall(folder, filter="data")


class ModelError(Exception):
    """A model's archive is not there, or is none."""


def fetch_model(s3: Any, uri: str, base: Path) -> None:
    """Take a model out of its archive into `base/model`.

    Raises:
        ModelError: the role may not read it, or it is no whole archive.
    """
    archive = base / "model.tar.gz"
    try:
        download(s3, Location.parse(uri), archive)
        unpack(archive, base / "model")
    except (ClientError, OSError, EOFError, ValueError, tarfile.TarError, zlib.error) as error:
        raise ModelError(str(error)) from error
    finally:
        archive.unlink(missing_ok=True)


def encryption(key: str | None) -> dict[str, str]:
    """Return what S3 is asked for, so that an object lies under a key; nothing without one."""
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
