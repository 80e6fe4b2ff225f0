"""What the builds staged: a commit's code manifest, and which commit is current."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from trigger.errors import StagedCodeError
from trigger.event import COMMIT, DIGEST, MODEL

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_s3 import S3Client

CURRENT_KEY = "code/current.json"


@dataclass(frozen=True)
class CodeManifest:
    """What a commit staged, as far as the trigger needs it."""

    commit: str
    models: tuple[str, ...]


@dataclass(frozen=True)
class CurrentCode:
    """The newest commit whose image is through."""

    commit: str
    image_digest: str


class StagedCode(Protocol):
    """Where the builds' results are read."""

    def manifest(self, commit: str) -> CodeManifest:
        """Return a commit's manifest; raise `StagedCodeError` when there is none."""
        ...

    def current(self) -> CurrentCode | None:
        """Return what is current; `None` before the first push went through."""
        ...


class BucketCode:
    """Staged code in the artifact bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def manifest(self, commit: str) -> CodeManifest:
        """Read `code/<commit>/manifest.json`."""
        key = f"code/{commit}/manifest.json"
        body = self._read(key)
        if body is None:
            raise StagedCodeError(
                "an image was tagged with a commit that was never staged",
                resource=self._name(key),
                found="no such object",
                do="push the commit through the pipeline instead of tagging by hand",
            )
        return parse_manifest(body, commit, self._name(key))

    def current(self) -> CurrentCode | None:
        """Read `code/current.json`."""
        body = self._read(CURRENT_KEY)
        return None if body is None else parse_current(body, self._name(CURRENT_KEY))

    def _read(self, key: str) -> bytes | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except self._client.exceptions.NoSuchKey:
            return None
        except self._client.exceptions.ClientError as error:
            raise _unread(self._bucket, key, error) from error
        return answer["Body"].read()

    def _name(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"


def parse_manifest(body: bytes, commit: str, name: str) -> CodeManifest:
    """Read a code manifest.

    Raises:
        StagedCodeError: it is not this commit's, or not what staging writes.
    """
    document = _document(body, name)
    models = document.get("models")
    if document.get("commit") != commit or not isinstance(models, Mapping):
        raise _unreadable(name, document)
    names = [str(model) for model in cast("Mapping[Any, Any]", models)]
    if not all(MODEL.fullmatch(model) for model in names):
        raise _unreadable(name, document)
    return CodeManifest(commit, tuple(sorted(names)))


def parse_current(body: bytes, name: str) -> CurrentCode:
    """Read the record of what is current.

    Raises:
        StagedCodeError: it is not what the image build writes.
    """
    document = _document(body, name)
    commit, digest = document.get("commit"), document.get("image_digest")
    if not (isinstance(commit, str) and COMMIT.fullmatch(commit)):
        raise _unreadable(name, document)
    if not (isinstance(digest, str) and DIGEST.fullmatch(digest)):
        raise _unreadable(name, document)
    return CurrentCode(commit, digest)


def _unread(bucket: str, key: str, error: "ClientError") -> StagedCodeError:
    code = error.response.get("Error", {}).get("Code", "")
    return StagedCodeError(
        f"S3 did not hand out what was staged ({code})",
        resource=f"key {key} of bucket {bucket}",
        found=str(error),
        do="compare the function's role with the bucket's policy (components/retrain_trigger.py); "
        "the event is tried again, and then kept in the function's dead-letter queue",
    )


def _document(body: bytes, name: str) -> Mapping[str, object]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise _unreadable(name, body) from error
    if not isinstance(document, dict):
        raise _unreadable(name, body)
    found = cast("dict[str, object]", document)
    if found.get("format") != 1:
        raise _unreadable(name, found)
    return found


def _unreadable(name: str, found: object) -> StagedCodeError:
    return StagedCodeError(
        "what was staged cannot be read",
        resource=name,
        found=repr(found),
        do="run the pipeline again for the newest commit",
    )
