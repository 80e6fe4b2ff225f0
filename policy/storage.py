"""Buckets: private, versioned, encrypted with a key of ours, reached over TLS, logged, cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.rule import (
    Rule,
    each_has,
    finding,
    is_known,
    items,
    settings_of,
    statements,
    texts,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.graph import Graph, Resource
    from policy.rule import Finding

BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"

BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def private(graph: Graph) -> Iterator[Finding]:
    """Find buckets that do not block everything public."""
    blocked = each_has(
        graph, BUCKET, BLOCK, "bucket", lambda block: all(block.inputs.get(name) for name in BLOCKS)
    )
    for bucket, blocks in blocked:
        missing = [name for name in BLOCKS if not any(block.inputs.get(name) for block in blocks)]
        yield finding(bucket, f"not set: {', '.join(missing)}", "all four blocks of public access")


def owned(graph: Graph) -> Iterator[Finding]:
    """Find buckets in which access lists still count."""
    for bucket, settings in each_has(
        graph,
        BUCKET,
        OWNERSHIP,
        "bucket",
        lambda setting: value(setting.inputs, "rule.objectOwnership") == "BucketOwnerEnforced",
    ):
        found = [value(setting.inputs, "rule.objectOwnership") for setting in settings]
        yield finding(bucket, found, "objectOwnership 'BucketOwnerEnforced'")


def versioned(graph: Graph) -> Iterator[Finding]:
    """Find buckets that forget what was replaced."""
    for bucket, _ in each_has(
        graph,
        BUCKET,
        VERSIONING,
        "bucket",
        lambda setting: value(setting.inputs, "versioningConfiguration.status") == "Enabled",
    ):
        yield finding(bucket, "no versioning", "versioningConfiguration.status 'Enabled'")


def encrypted(graph: Graph) -> Iterator[Finding]:
    """Find buckets without a key of ours; a bucket of access logs can't have one."""
    targets = log_buckets(graph)
    for bucket in graph.of_type(BUCKET):
        wanted = "AES256" if bucket.urn in targets else "aws:kms"
        rules = [
            rule
            for setting in settings_of(graph, bucket, ENCRYPTION, "bucket")
            for rule in items(setting.inputs, "rules")
        ]
        if not any(_encrypts(rule, wanted) for rule in rules):
            yield finding(bucket, rules, f"sseAlgorithm {wanted!r}, with a key where it takes one")


def _encrypts(rule: dict[str, Any], wanted: str) -> bool:
    default = value(rule, "applyServerSideEncryptionByDefault")
    own_key = bool(value(default, "kmsMasterKeyId")) or wanted == "AES256"
    return value(default, "sseAlgorithm") == wanted and own_key


def over_tls(graph: Graph) -> Iterator[Finding]:
    """Find buckets whose policy lets plain HTTP in."""
    for bucket, _ in each_has(graph, BUCKET, POLICY, "bucket", _refuses_plain_text):
        yield finding(bucket, "no such statement", "a Deny on aws:SecureTransport 'false'")


def _refuses_plain_text(policy: Resource) -> bool:
    document = policy.inputs.get("policy")
    return not is_known(document) or any(
        statement.get("Effect") == "Deny"
        and "*" in (statement.get("Principal"), *texts(value(statement, "Principal.AWS")))
        and "s3:*" in texts(statement.get("Action"))
        and texts(value(statement, "Condition.Bool.aws:SecureTransport")) == ["false"]
        for statement in statements(document)
    )


def logged(graph: Graph) -> Iterator[Finding]:
    """Find buckets that nobody keeps an access log of; those that hold the logs are exempt."""
    targets = log_buckets(graph)
    for bucket, _ in each_has(graph, BUCKET, LOGGING, "bucket", lambda _: True):
        if bucket.urn not in targets:
            yield finding(bucket, "no access log", "a BucketLogging with a bucket for logs")


def cleared(graph: Graph) -> Iterator[Finding]:
    """Find buckets that keep torn uploads, or old versions, for ever."""
    for bucket, settings in each_has(graph, BUCKET, LIFECYCLE, "bucket", _clears):
        rules = [r.get("id") for setting in settings for r in items(setting.inputs, "rules")]
        yield finding(bucket, rules, "rules that end torn uploads and old versions")


def _clears(setting: Resource) -> bool:
    rules = [rule for rule in items(setting.inputs, "rules") if rule.get("status") == "Enabled"]
    return all(
        any(value(rule, wanted) for rule in rules)
        for wanted in (
            "abortIncompleteMultipartUpload.daysAfterInitiation",
            "noncurrentVersionExpiration.noncurrentDays",
        )
    )


def log_buckets(graph: Graph) -> set[str]:
    """Return the URNs of the buckets that access logs are written to."""
    return {
        urn
        for setting in graph.of_type(LOGGING)
        for urn in setting.property_dependencies.get("targetBucket", frozenset())
    }


RULES = (
    Rule(
        name="bucket-private",
        says="A bucket blocks everything public.",
        do="give it a BucketPublicAccessBlock with all four blocks",
        check=private,
    ),
    Rule(
        name="bucket-owned",
        says="Access lists count in no bucket.",
        do="give it BucketOwnershipControls with BucketOwnerEnforced",
        check=owned,
    ),
    Rule(
        name="bucket-versioned",
        says="A bucket keeps what is replaced or deleted.",
        do="give it a BucketVersioning",
        check=versioned,
    ),
    Rule(
        name="bucket-encrypted",
        says="A bucket encrypts with a key of ours; one for access logs with S3's own.",
        do="give it a BucketServerSideEncryptionConfiguration with kmsMasterKeyId",
        check=encrypted,
    ),
    Rule(
        name="bucket-over-tls",
        says="A bucket refuses requests without TLS.",
        do="give it a BucketPolicy that denies them",
        check=over_tls,
    ),
    Rule(
        name="bucket-logged",
        says="Somebody can see who read from a bucket.",
        do="give it a BucketLogging",
        check=logged,
    ),
    Rule(
        name="bucket-cleared",
        says="Torn uploads and old versions end some day.",
        do="give it a BucketLifecycleConfiguration with both rules",
        check=cleared,
    ),
)
