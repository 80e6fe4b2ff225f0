"""What the twin adds to moto's ECR: digests of the manifests themselves, events, and refusals.

Layers are not uploaded: the twin's `docker` keeps an image's files in the run folder, and pushes
its manifest. Lifecycle policies are kept and never evaluated, so no image expires here.
"""

from __future__ import annotations

import hashlib
import json
import threading
from typing import TYPE_CHECKING, Any, Final

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse

from twin.services.json_protocol import parameters

if TYPE_CHECKING:
    from moto.ecr.models import Image, Repository

    from twin.cloud import Cloud

INDEX_KEY: Final = "manifests"
"""What an index of images holds, and the manifest of one image does not."""

_moto_batch_delete_image = ECRResponse.batch_delete_image


class EcrRefusal(ServiceException):
    """What ECR refuses; of this module, so that moto looks its shape up in ECR's own model."""


def install(cloud: Cloud) -> None:
    """Complete moto's ECR for this cloud."""
    service = _Service(cloud)

    def put_image(self: ECRResponse) -> ActionResult:
        return service.put_image(self)

    def batch_delete_image(self: ECRResponse) -> ActionResult:
        return service.batch_delete_image(self)

    ECRResponse.put_image = put_image
    ECRResponse.batch_get_image = _batch_get_image
    ECRResponse.batch_delete_image = batch_delete_image


def manifest_digest(manifest: str) -> str:
    """Return the digest of a manifest, which is that of its bytes."""
    return f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"


class _Service:
    """The operations that change images, and tell EventBridge."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lock = threading.Lock()  # moto looks and then appends

    def put_image(self, request: ECRResponse) -> ActionResult:
        """Take a manifest under a tag, unless ECR would not."""
        sent = parameters(request)
        digest = manifest_digest(sent["imageManifest"])
        with self._lock:
            repository = _repository(request, sent)
            _require_same_digest(sent, digest)
            _require_free_tag(repository, sent.get("imageTag"), digest)
            _require_referenced(repository, sent["imageManifest"])
            image = request.ecr_backend.put_image(
                repository.name,
                sent["imageManifest"],
                sent.get("imageTag"),  # pyright: ignore[reportArgumentType]  # moto's own caller passes None too
                sent.get("imageManifestMediaType"),
                digest,
            )
        # A further tag on an image that is there is a push as well.
        kind = {"manifest-media-type": image.image_manifest_media_type}
        self._emit("PUSH", repository.name, digest, sent.get("imageTag"), **kind)
        return ActionResult({"image": _shown(image, sent.get("imageTag"))})

    def batch_delete_image(self, request: ECRResponse) -> ActionResult:
        """Delete as moto does, and tell of each image or tag that is gone."""
        with self._lock:
            answer = _moto_batch_delete_image(request)
        deleted: Any = answer.result
        for gone in deleted["imageIds"]:
            name = parameters(request)["repositoryName"]
            self._emit("DELETE", name, gone.image_digest, gone.image_tag)
        return answer

    def _emit(
        self, action: str, repository: str, digest: str, tag: str | None, **more: str | None
    ) -> None:
        detail = {
            "action-type": action,
            "result": "SUCCESS",
            "repository-name": repository,
            "image-digest": digest,
            "image-tag": tag,
            **more,
        }
        said = {key: value for key, value in detail.items() if value}
        self._cloud.emit("aws.ecr", "ECR Image Action", said)


def _batch_get_image(self: ECRResponse) -> ActionResult:
    """Answer with the image under the tag that was asked for; moto names the latest tag."""
    sent = parameters(self)
    repository = _repository(self, sent)
    images: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    for wanted in sent["imageIds"]:
        found = _find(repository, wanted)
        if found is None:
            failures.append(
                {
                    "imageId": wanted,
                    "failureCode": "ImageNotFound",
                    "failureReason": "Requested image not found",
                }
            )
        else:
            images.append(_shown(found, wanted.get("imageTag")))
    return ActionResult({"images": images, "failures": failures})


def _find(repository: Repository, wanted: dict[str, str]) -> Image | None:
    for image in repository.images:
        digest, tag = wanted.get("imageDigest"), wanted.get("imageTag")
        if digest in (None, image.get_image_digest()) and (tag is None or tag in image.image_tags):
            return image
    return None


def _shown(image: Image, tag: str | None) -> dict[str, Any]:
    digest = image.get_image_digest()
    return {
        "registryId": image.registry_id,
        "repositoryName": image.repository_name,
        "imageId": {"imageDigest": digest, **({"imageTag": tag} if tag else {})},
        "imageManifest": image.image_manifest,
        "imageManifestMediaType": image.image_manifest_media_type,
    }


def _repository(request: ECRResponse, sent: dict[str, Any]) -> Repository:
    """Return the repository, or raise what ECR raises; moto's put_image fails with a 500."""
    (found,) = request.ecr_backend.describe_repositories(
        sent.get("registryId"), [sent["repositoryName"]]
    )
    return found


def _require_same_digest(sent: dict[str, Any], digest: str) -> None:
    claimed = sent.get("imageDigest", digest)
    if claimed != digest:
        raise EcrRefusal(
            "ImageDigestDoesNotMatchException",
            f"The specified image digest '{claimed}' does not match the digest of the image "
            f"manifest, '{digest}'",
        )


def _require_free_tag(repository: Repository, tag: str | None, digest: str) -> None:
    """Refuse the same image under the same tag, and in an immutable repository any taken tag."""
    holders = [image for image in repository.images if tag in (image.image_tags if tag else [None])]
    same = [image for image in holders if image.get_image_digest() == digest]
    if same:
        raise EcrRefusal(
            "ImageAlreadyExistsException",
            f"Image with digest '{digest}' and tag '{tag or 'null'}' already exists in the "
            f"repository with name '{repository.name}' in registry with id "
            f"'{repository.registry_id}'",
        )
    if tag and holders and repository.is_tag_immutable():
        raise EcrRefusal(
            "ImageTagAlreadyExistsException",
            f"The image tag '{tag}' already exists in the '{repository.name}' repository and "
            "cannot be overwritten because the repository is immutable.",
        )


def _require_referenced(repository: Repository, manifest: str) -> None:
    """Refuse an index of images that are not there."""
    known = {image.get_image_digest() for image in repository.images}
    for listed in json.loads(manifest).get(INDEX_KEY, []):
        if listed["digest"] not in known:
            raise EcrRefusal(
                "ReferencedImagesNotFoundException",
                f"The image '{listed['digest']}' that the manifest refers to was not found in "
                f"the repository with name '{repository.name}'",
            )
