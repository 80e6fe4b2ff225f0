"""Names of images."""

from __future__ import annotations

import pytest

from twin.docker_images import Reference


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag"),
    [
        ("1.dkr.ecr.r.amazonaws.com/a/b:c", "1.dkr.ecr.r.amazonaws.com", "a/b", "c"),
        ("localhost:5000/a", "localhost:5000", "a", "latest"),
        ("a/b:c", "localhost", "a/b", "c"),
        ("a", "localhost", "a", "latest"),
    ],
)
def test_a_name_has_registry_repository_and_tag(
    text: str, registry: str, repository: str, tag: str
) -> None:
    found = Reference.parse(text)

    assert found == Reference(registry, repository, tag)
    assert str(found) == f"{registry}/{repository}:{tag}"
