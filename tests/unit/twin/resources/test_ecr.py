"""Repositories for images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

REPOSITORY = "aws:ecr/repository:Repository"


def test_tags_are_immutable_and_images_encrypted(create: Create, aws: FakeAws) -> None:
    create(REPOSITORY, SAMPLES[REPOSITORY])

    asked = aws.asked("create_repository")
    assert asked["imageTagMutability"] == "IMMUTABLE"
    assert asked["encryptionConfiguration"]["encryptionType"] == "KMS"


def test_a_repository_without_a_key_is_not_told_of_one(create: Create, aws: FakeAws) -> None:
    create(REPOSITORY, {"name": "training"})

    assert "encryptionConfiguration" not in aws.asked("create_repository")
