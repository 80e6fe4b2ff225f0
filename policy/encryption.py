"""Encryption of everything else that keeps data: with a customer-managed key that rotates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.rule import Rule, equals, expect, finding, items, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.graph import Graph
    from policy.rule import Finding

KEY = "aws:kms/key:Key"
KEYED: Mapping[str, str] = {
    "aws:cloudwatch/logGroup:LogGroup": "kmsKeyId",
    "aws:codebuild/project:Project": "encryptionKey",
    "aws:lambda/function:Function": "kmsKeyArn",
    "aws:mwaa/environment:Environment": "kmsKey",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": "kmsKeyArn",
    "aws:secretsmanager/secret:Secret": "kmsKeyId",
    "aws:sns/topic:Topic": "kmsMasterKeyId",
    "aws:sqs/queue:Queue": "kmsMasterKeyId",
}
"""Which property of a type names its key.

CodeCommit's repositories are not among them: AWS's own key encrypts them always, and one of ours
would have to be opened to every person who pushes.
"""

DELETION_DAYS = 30
"""KMS's longest wait before a key is gone, and with it whatever it encrypts."""


def keyed(graph: Graph) -> Iterator[Finding]:
    """Find what is not encrypted with a key of ours."""
    for token, name in KEYED.items():
        yield from expect(graph, token, name, bool, "with a customer-managed key")


def images_keyed(graph: Graph) -> Iterator[Finding]:
    """Find image repositories without a key of ours."""
    for repository in graph.of_type("aws:ecr/repository:Repository"):
        blocks = items(repository.inputs, "encryptionConfigurations")
        if not any(b.get("encryptionType") == "KMS" and b.get("kmsKey") for b in blocks):
            yield finding(repository, blocks, "encryptionType 'KMS' with a key of ours")


def pipelines_keyed(graph: Graph) -> Iterator[Finding]:
    """Find pipelines whose artifacts have no key of ours."""
    for pipeline in graph.of_type("aws:codepipeline/pipeline:Pipeline"):
        for store in items(pipeline.inputs, "artifactStores"):
            if not value(store, "encryptionKey.id"):
                yield finding(pipeline, store, "artifactStores with an encryptionKey")


def jobs_secured(graph: Graph) -> Iterator[Finding]:
    """Find Glue jobs without a security configuration, and such that leave something open."""
    yield from expect(
        graph, "aws:glue/job:Job", "securityConfiguration", bool, "with a security configuration"
    )
    token = "aws:glue/securityConfiguration:SecurityConfiguration"  # noqa: S105 - a type token
    for path, mode in (
        ("cloudwatchEncryption.cloudwatchEncryptionMode", "SSE-KMS"),
        ("jobBookmarksEncryption.jobBookmarksEncryptionMode", "CSE-KMS"),
        ("s3Encryption.s3EncryptionMode", "SSE-KMS"),
    ):
        full = f"encryptionConfiguration.{path}"
        yield from expect(graph, token, full, equals(mode), repr(mode))


def keys_rotate(graph: Graph) -> Iterator[Finding]:
    """Find keys that never change."""
    yield from expect(graph, KEY, "enableKeyRotation", lambda on: on is True, "true")


def keys_wait(graph: Graph) -> Iterator[Finding]:
    """Find keys that are gone before anybody notices."""
    yield from expect(
        graph,
        KEY,
        "deletionWindowInDays",
        lambda days: days == DELETION_DAYS,
        f"{DELETION_DAYS} days",
    )


def keys_enabled(graph: Graph) -> Iterator[Finding]:
    """Find keys that are switched off: whatever they encrypt cannot be read."""
    yield from expect(graph, KEY, "isEnabled", lambda on: on is not False, "not false")


RULES = (
    Rule(
        name="encrypted-with-our-key",
        says="Logs, queues, topics, builds, functions and environments use a key of ours.",
        do="hand the component the key that its data belongs to",
        check=keyed,
    ),
    Rule(
        name="images-encrypted-with-our-key",
        says="Images are encrypted with a key of ours; it can't be changed later.",
        do="give the repository an encryptionConfiguration",
        check=images_keyed,
    ),
    Rule(
        name="artifacts-encrypted-with-our-key",
        says="What a pipeline hands from stage to stage is encrypted with a key of ours.",
        do="give the artifact store an encryptionKey",
        check=pipelines_keyed,
    ),
    Rule(
        name="glue-job-secured",
        says="A Glue job encrypts objects, logs and bookmarks.",
        do="give the job a security configuration that names the key for all three",
        check=jobs_secured,
    ),
    Rule(
        name="key-rotates",
        says="A key rotates.",
        do="set enable_key_rotation",
        check=keys_rotate,
    ),
    Rule(
        name="key-waits",
        says="A deleted key can be saved for a month.",
        do="set deletion_window_in_days",
        check=keys_wait,
    ),
    Rule(
        name="key-enabled",
        says="A key is switched on.",
        do="leave is_enabled out",
        check=keys_enabled,
    ),
)
