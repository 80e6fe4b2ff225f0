"""The model archive, read through once before anything is registered."""

from __future__ import annotations

import gzip
import json
import tarfile
import zlib
from typing import IO, TYPE_CHECKING, Final, cast

from dags.errors import StepError
from dags.store import uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_s3.client import S3Client

EVALUATION: Final = "evaluation.json"
MEMBERS: Final = ("model.onnx", "schema.json", "manifest.json", EVALUATION, "predictions.csv")

_LARGEST_DOCUMENT: Final = 32 * 2**20
_CHUNK: Final = 2**20


def read_evaluation(s3: S3Client, address: str) -> bytes:
    """Return `evaluation.json` of an archive that is whole and holds everything it should.

    Raises:
        StepError: the archive is missing, damaged or incomplete.
    """
    return read_document(s3, address, EVALUATION, MEMBERS)


def read_document(s3: S3Client, address: str, wanted: str, members: Sequence[str]) -> bytes:
    """Return a document of an archive that is whole and holds all of these members.

    Raises:
        StepError: the archive is missing, damaged or incomplete.
    """
    bucket, _, key = address.removeprefix("s3://").partition("/")
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    except s3.exceptions.NoSuchKey as error:
        raise _refused(uri(bucket, key), "nothing", members) from error
    try:
        sizes, document = _read(cast("IO[bytes]", body), wanted)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise _refused(address, f"a damaged archive ({error})", members) from error
    missing = [name for name in members if not sizes.get(name)]
    if missing:
        raise _refused(address, f"an archive without {', '.join(missing)}", members)
    return document


def parse_document(content: bytes, address: str, members: Sequence[str] = MEMBERS) -> object:
    """Return a document; what is in it is the gate's business."""
    try:
        return json.loads(content)
    except ValueError as error:
        raise _refused(address, f"a document that is no JSON ({error})", members) from error


def _read(body: IO[bytes], wanted: str) -> tuple[dict[str, int], bytes]:
    """Return the members' sizes and one document.

    The archive may be large, so it is a stream; reading it to its end is what checks its checksum.
    """
    sizes: dict[str, int] = {}
    document = b""
    with gzip.GzipFile(fileobj=body) as packed:
        with tarfile.open(fileobj=packed, mode="r|") as members:
            for member in members:
                name = member.name.removeprefix("./")
                sizes[name] = member.size
                content = members.extractfile(member) if name == wanted else None
                document = content.read(_LARGEST_DOCUMENT) if content else document
        while packed.read(_CHUNK):
            pass
    return sizes, document


def _refused(address: str, found: str, members: Sequence[str]) -> StepError:
    return StepError(
        address,
        found=found,
        expected=f"an archive with {', '.join(members)}",
        do="change the training code or settings and push: this content's job is not run again",
    )
