"""Each rule about keys finds what breaks it, and is silent about what keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policy import encryption
from tests.unit.policy.builders import broken, graph, resource

if TYPE_CHECKING:
    from ops.graph import Resource

SECURITY = "aws:glue/securityConfiguration:SecurityConfiguration"
SECURED = {
    "cloudwatchEncryption": {"cloudwatchEncryptionMode": "SSE-KMS"},
    "jobBookmarksEncryption": {"jobBookmarksEncryptionMode": "CSE-KMS"},
    "s3Encryption": {"s3EncryptionMode": "SSE-KMS"},
}
REPOSITORY = "aws:ecr/repository:Repository"
PIPELINE = "aws:codepipeline/pipeline:Pipeline"


def key(**changed: Any) -> Resource:
    """Return a key that keeps every rule, but for what is changed."""
    inputs: dict[str, Any] = {"enableKeyRotation": True, "deletionWindowInDays": 30}
    inputs.update(changed)
    return resource(encryption.KEY, **inputs)


CASES: dict[str, tuple[Resource, Resource]] = {
    "encrypted-with-our-key": (
        resource("aws:sqs/queue:Queue", kmsMasterKeyId="a key"),
        resource("aws:sqs/queue:Queue", sqsManagedSseEnabled=True),
    ),
    "images-encrypted-with-our-key": (
        resource(REPOSITORY, encryptionConfigurations=[{"encryptionType": "KMS", "kmsKey": "k"}]),
        resource(REPOSITORY, encryptionConfigurations=[{"encryptionType": "KMS"}]),
    ),
    "artifacts-encrypted-with-our-key": (
        resource(PIPELINE, artifactStores=[{"encryptionKey": {"id": "a key"}}]),
        resource(PIPELINE, artifactStores=[{"type": "S3"}]),
    ),
    "glue-job-secured": (
        resource(SECURITY, encryptionConfiguration=SECURED),
        resource(
            SECURITY,
            encryptionConfiguration={
                **SECURED,
                "s3Encryption": {"s3EncryptionMode": "DISABLED"},
            },
        ),
    ),
    "key-rotates": (
        key(),
        key(enableKeyRotation=False),
    ),
    "key-waits": (
        key(),
        key(deletionWindowInDays=7),
    ),
    "key-enabled": (
        key(),
        key(isEnabled=False),
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_what_keeps_a_rule_is_left_alone(rule: str) -> None:
    kept, _ = CASES[rule]

    assert rule not in broken(encryption.RULES, graph(kept))


@pytest.mark.parametrize("rule", CASES)
def test_what_breaks_a_rule_is_found(rule: str) -> None:
    _, breaking = CASES[rule]

    assert rule in broken(encryption.RULES, graph(breaking))


@pytest.mark.parametrize(
    ("token", "name"),
    [
        ("aws:cloudwatch/logGroup:LogGroup", "kmsKeyId"),
        ("aws:codebuild/project:Project", "encryptionKey"),
        ("aws:lambda/function:Function", "kmsKeyArn"),
        ("aws:mwaa/environment:Environment", "kmsKey"),
        ("aws:sagemaker/endpointConfiguration:EndpointConfiguration", "kmsKeyArn"),
        ("aws:secretsmanager/secret:Secret", "kmsKeyId"),
        ("aws:sns/topic:Topic", "kmsMasterKeyId"),
        ("aws:sqs/queue:Queue", "kmsMasterKeyId"),
    ],
)
def test_each_type_that_takes_a_key_is_asked_for_one(token: str, name: str) -> None:
    named: dict[str, Any] = {name: "a key"}

    assert "encrypted-with-our-key" in broken(encryption.RULES, graph(resource(token)))
    assert "encrypted-with-our-key" not in broken(encryption.RULES, graph(resource(token, **named)))


def test_images_under_s3s_own_key_are_found() -> None:
    blocks = [{"encryptionType": "AES256", "kmsKey": "k"}]
    images = resource(REPOSITORY, encryptionConfigurations=blocks)

    assert "images-encrypted-with-our-key" in broken(encryption.RULES, graph(images))


def test_a_job_without_a_security_configuration_is_found() -> None:
    job = resource("aws:glue/job:Job")

    assert "glue-job-secured" in broken(encryption.RULES, graph(job))
