"""The training image's tags, and the record of what is current.

One image for each content of `training_image/`: `content-<tree>`. A commit gets its own tag on that
image. Tags never move, so a retried build finds its tag and adopts it.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from staging import code
from staging.bucket import Bucket, Stored
from staging.errors import StagingError
from staging.history import TRAINING_IMAGE, Commit

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

CURRENT_KEY: Final = "code/current.json"

_MEDIA_TYPES: Final = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
"""All that there are: asked for one, ECR would hide what a wrong build pushed."""

_USABLE: Final = _MEDIA_TYPES[:2]
"""What SageMaker takes: one image, no index."""


@dataclass(frozen=True)
class Image:
    """An image in the repository, with the manifest that further tags point to."""

    digest: str
    manifest: str
    media_type: str


class Repository:
    """One ECR repository."""

    def __init__(self, client: "ECRClient", name: str) -> None:
        self._client = client
        self.name = name

    def find(self, tag: str) -> Image | None:
        """Return the image that a tag names; `None` when there is none."""
        try:
            answer = self._client.batch_get_image(
                repositoryName=self.name,
                imageIds=[{"imageTag": tag}],
                acceptedMediaTypes=list(_MEDIA_TYPES),
            )
        except ClientError as error:
            raise self._failure("read", tag, error) from error
        if not answer["images"]:
            return None
        found = answer["images"][0]
        return Image(
            found.get("imageId", {}).get("imageDigest", ""),
            found.get("imageManifest", ""),
            found.get("imageManifestMediaType", ""),
        )

    def tag(self, image: Image, tag: str) -> bool:
        """Add a tag to an image; tell whether it is new.

        Raises:
            StagingError: the tag names another image.
        """
        present = self.find(tag)
        if present is None:
            return self._put(image, tag)
        if present.digest == image.digest:
            return False
        raise StagingError(
            "the commit's tag names another image, and tags never move",
            resource=f"{self.name}:{tag}",
            found=present.digest,
            expected=image.digest,
            do="push a new commit; one commit is one image",
        )

    def _put(self, image: Image, tag: str) -> bool:
        try:
            self._client.put_image(
                repositoryName=self.name,
                imageManifest=image.manifest,
                imageManifestMediaType=image.media_type,
                imageTag=tag,
                imageDigest=image.digest,
            )
        except self._client.exceptions.ImageAlreadyExistsException:
            return False  # another build of this commit was quicker
        except ClientError as error:
            raise self._failure("tag", tag, error) from error
        return True

    def _failure(self, verb: str, tag: str, error: ClientError) -> StagingError:
        return StagingError(
            f"cannot {verb} an image",
            resource=f"{self.name}:{tag}",
            found=str(error),
            expected="a repository that the build's role may use",
            do="compare it with the build role's policy in components/build_permissions.py",
        )


def content_tag(commit: Commit) -> str:
    """Return the tag of the image that a commit's `training_image/` makes."""
    return f"content-{commit.trees[TRAINING_IMAGE]}"


def publish(commit: Commit, repository: Repository, artifacts: Bucket) -> tuple[Image, bool]:
    """Tag the commit's image and make the commit current, if it is the newest.

    The tag's push event is what starts the models' runs; the code that they need has to be staged.
    Returns the image and whether `code/current.json` names this commit now.
    """
    _require_staged(commit, artifacts)
    image = _require_image(commit, repository)
    repository.tag(image, commit.id)
    current = artifacts.replace(
        CURRENT_KEY,
        code.to_json(
            {
                "format": 1,
                "commit": commit.id,
                "number": commit.number,
                "image_digest": image.digest,
            }
        ),
        content_type=code.JSON,
        metadata={},
        unless=lambda stored: _number(artifacts, stored) > commit.number,
    )
    return image, current


def _require_staged(commit: Commit, artifacts: Bucket) -> None:
    key = code.manifest_key(commit.id)
    if artifacts.get(key) is None:
        raise StagingError(
            "the commit's code was not staged",
            resource=f"s3://{artifacts.name}/{key}",
            found="no such object",
            expected="the code manifest that the staging build writes",
            do="run the staging build of this commit first",
        )


def _require_image(commit: Commit, repository: Repository) -> Image:
    tag = content_tag(commit)
    image = repository.find(tag)
    if image is not None and image.media_type in _USABLE:
        return image
    raise StagingError(
        "there is no usable image of this commit",
        resource=f"{repository.name}:{tag}",
        found=image.media_type if image else "no such tag",
        expected=f"an image of type {' or '.join(_USABLE)}",
        do="build with `docker build --provenance=false` and push it under that tag",
    )


def _number(bucket: Bucket, stored: Stored) -> int:
    try:
        return int(json.loads(stored.body)["number"])
    except (ValueError, KeyError, TypeError) as error:
        raise StagingError(
            "the record of what is current cannot be read",
            resource=f"s3://{bucket.name}/{CURRENT_KEY}",
            found=repr(stored.body[:200]),
            expected='JSON with a field "number"',
            do="delete the object and retry the build",
        ) from error
