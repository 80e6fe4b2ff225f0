"""What the twin relies on in moto's ECR, and what it changes there."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from twin.services import ecr

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud

NAME = "training"
MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


@pytest.fixture
def client(cloud: Cloud) -> Any:
    ecr.install(cloud)
    found = cloud.client("ecr")
    found.create_repository(repositoryName=NAME, imageTagMutability="IMMUTABLE")
    return found


@pytest.fixture
def details(cloud: Cloud) -> Callable[[int], list[dict[str, Any]]]:
    """Reads the details of the events that ECR has sent."""
    queue = cloud.client("sqs").create_queue(QueueName="events")["QueueUrl"]
    events = cloud.client("events")
    events.put_rule(Name="all-ecr", EventPattern=json.dumps({"source": ["aws.ecr"]}))
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account}:events"
    events.put_targets(Rule="all-ecr", Targets=[{"Id": "queue", "Arn": arn}])

    def read(count: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(100):
            answer = cloud.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            found += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
            if len(found) >= count:
                return [event["detail"] for event in found]
            time.sleep(0.02)
        pytest.fail(f"{len(found)} events came")

    return read


def manifest(content: str = "a") -> str:
    return json.dumps({"schemaVersion": 2, "mediaType": MEDIA_TYPE, "layers": [], "x": content})


def digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def put(client: Any, text: str, **more: Any) -> dict[str, Any]:
    given = {"repositoryName": NAME, "imageManifest": text, "imageTag": "t", **more}
    image: dict[str, Any] = client.put_image(**given)["image"]
    return image


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    found: Any = error.value.response
    return str(found["Error"]["Code"])


def test_an_images_digest_is_that_of_its_manifest(client: Any) -> None:
    image = put(client, manifest())

    (found,) = client.describe_images(repositoryName=NAME)["imageDetails"]

    assert image["imageId"] == {"imageDigest": digest(manifest()), "imageTag": "t"}
    assert found["imageDigest"] == digest(manifest())


def test_a_push_is_an_event(client: Any, details: Callable[[int], list[dict[str, Any]]]) -> None:
    put(client, manifest())

    assert details(1) == [
        {
            "action-type": "PUSH",
            "result": "SUCCESS",
            "repository-name": NAME,
            "image-digest": digest(manifest()),
            "image-tag": "t",
            "manifest-media-type": MEDIA_TYPE,
        }
    ]


def test_a_further_tag_is_a_push_of_the_same_image(
    client: Any, details: Callable[[int], list[dict[str, Any]]]
) -> None:
    put(client, manifest(), imageTag="content-1")
    put(client, manifest(), imageTag="2" * 40)

    found = details(2)

    assert {detail["image-digest"] for detail in found} == {digest(manifest())}
    assert {detail["image-tag"] for detail in found} == {"content-1", "2" * 40}
    (image,) = client.describe_images(repositoryName=NAME)["imageDetails"]
    assert sorted(image["imageTags"]) == ["2" * 40, "content-1"]


def test_an_image_is_shown_under_the_tag_that_was_asked_for(client: Any) -> None:
    put(client, manifest(), imageTag="one")
    put(client, manifest(), imageTag="two")

    answer = client.batch_get_image(
        repositoryName=NAME, imageIds=[{"imageTag": "one"}, {"imageTag": "none"}]
    )

    assert [image["imageId"]["imageTag"] for image in answer["images"]] == ["one"]
    assert answer["images"][0]["imageManifest"] == manifest()
    assert answer["failures"][0]["failureCode"] == "ImageNotFound"


def test_an_immutable_tag_never_moves(client: Any) -> None:
    put(client, manifest("a"))

    with pytest.raises(ClientError, match="repository is immutable") as raised:
        put(client, manifest("b"))

    assert code(raised) == "ImageTagAlreadyExistsException"


def test_the_same_image_under_the_same_tag_is_refused(client: Any) -> None:
    put(client, manifest())

    with pytest.raises(ClientError) as raised:
        put(client, manifest())

    assert code(raised) == "ImageAlreadyExistsException"


def test_a_mutable_tag_moves(client: Any) -> None:
    client.create_repository(repositoryName="mutable", imageTagMutability="MUTABLE")
    put(client, manifest("a"), repositoryName="mutable")

    put(client, manifest("b"), repositoryName="mutable")

    answer = client.batch_get_image(repositoryName="mutable", imageIds=[{"imageTag": "t"}])
    assert answer["images"][0]["imageId"]["imageDigest"] == digest(manifest("b"))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"imageDigest": "sha256:" + "0" * 64}, "ImageDigestDoesNotMatchException"),
        ({"repositoryName": "none"}, "RepositoryNotFoundException"),
        (
            {"imageManifest": json.dumps({"mediaType": "i", "manifests": [{"digest": "x"}]})},
            "ReferencedImagesNotFoundException",
        ),
    ],
)
def test_what_ecr_would_refuse_is_refused(client: Any, more: dict[str, Any], expected: str) -> None:
    with pytest.raises(ClientError) as raised:
        put(client, manifest(), **more)

    assert code(raised) == expected


def test_a_deleted_image_is_an_event(
    client: Any, details: Callable[[int], list[dict[str, Any]]]
) -> None:
    put(client, manifest())

    client.batch_delete_image(repositoryName=NAME, imageIds=[{"imageTag": "t"}])

    assert sorted(detail["action-type"] for detail in details(2)) == ["DELETE", "PUSH"]
