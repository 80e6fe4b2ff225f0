"""S3: what a bucket is set to, each setting a resource of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.inputs import capitalised
from twin.resources.resource import Created, ResourceType, again

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Create, Delete, Existing


def create_versioning(inputs: Inputs, context: Context) -> Created:
    """Turn the versions of a bucket's objects on or off."""
    bucket = inputs.text("bucket")
    context.client("s3").put_bucket_versioning(
        Bucket=bucket,
        VersioningConfiguration=capitalised(
            inputs.get("versioningConfiguration"), mfaDelete="MFADelete"
        ),
        **_owner(inputs),
    )
    return Created(bucket)


def create_encryption(inputs: Inputs, context: Context) -> Created:
    """Say how a bucket encrypts what is put into it."""
    bucket = inputs.text("bucket")
    rules = capitalised(
        inputs.get("rules"), sseAlgorithm="SSEAlgorithm", kmsMasterKeyId="KMSMasterKeyID"
    )
    context.client("s3").put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules}, **_owner(inputs)
    )
    return Created(bucket)


def create_public_access_block(inputs: Inputs, context: Context) -> Created:
    """Keep a bucket from the public."""
    inputs.ignore("skipDestroy")
    bucket = inputs.text("bucket")
    context.client("s3").put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": inputs.flag("blockPublicAcls", default=False),
            "IgnorePublicAcls": inputs.flag("ignorePublicAcls", default=False),
            "BlockPublicPolicy": inputs.flag("blockPublicPolicy", default=False),
            "RestrictPublicBuckets": inputs.flag("restrictPublicBuckets", default=False),
        },
    )
    return Created(bucket)


def create_ownership_controls(inputs: Inputs, context: Context) -> Created:
    """Say who owns objects that others put."""
    bucket = inputs.text("bucket")
    context.client("s3").put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [capitalised(inputs.get("rule"))]}
    )
    return Created(bucket)


def create_lifecycle(inputs: Inputs, context: Context) -> Created:
    """Say when objects and their old versions go."""
    inputs.ignore("timeouts")
    bucket = inputs.text("bucket")
    rules = [_lifecycle_rule(rule) for rule in inputs.items("rules")]
    context.client("s3").put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={"Rules": rules},
        **_owner(inputs),
        **inputs.pick(transitionDefaultMinimumObjectSize="TransitionDefaultMinimumObjectSize"),
    )
    return Created(bucket)


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Return the rule as S3 takes it: with a filter, be it an empty one."""
    spelled: dict[str, Any] = capitalised(rule, id="ID")
    spelled.setdefault("Filter", {"Prefix": spelled.pop("Prefix", "")})
    spelled["Filter"] = spelled["Filter"] or {"Prefix": ""}
    return spelled


def create_policy(inputs: Inputs, context: Context) -> Created:
    """Give a bucket its policy."""
    bucket = inputs.text("bucket")
    context.client("s3").put_bucket_policy(Bucket=bucket, Policy=inputs.document("policy"))
    return Created(bucket)


def create_logging(inputs: Inputs, context: Context) -> Created:
    """Say where the requests to a bucket are logged."""
    bucket = inputs.text("bucket")
    enabled = inputs.pick(targetBucket="TargetBucket", targetPrefix="TargetPrefix")
    grants = capitalised(inputs.get("targetGrants"))
    key_format = capitalised(inputs.get("targetObjectKeyFormat"))
    enabled |= {"TargetGrants": grants} if grants else {}
    enabled |= {"TargetObjectKeyFormat": key_format} if key_format else {}
    context.client("s3").put_bucket_logging(
        Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled}, **_owner(inputs)
    )
    return Created(bucket)


def create_notification(inputs: Inputs, context: Context) -> Created:
    """Say whom a bucket tells about its objects."""
    bucket = inputs.text("bucket")
    configuration: dict[str, Any] = {
        "LambdaFunctionConfigurations": _listeners(
            inputs, "lambdaFunctions", lambdaFunctionArn="LambdaFunctionArn"
        ),
        "QueueConfigurations": _listeners(inputs, "queues", queueArn="QueueArn"),
        "TopicConfigurations": _listeners(inputs, "topics", topicArn="TopicArn"),
        "EventBridgeConfiguration": {} if inputs.flag("eventbridge", default=False) else None,
    }
    context.client("s3").put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            name: value for name, value in configuration.items() if value not in (None, [])
        },
    )
    return Created(bucket)


def _listeners(inputs: Inputs, name: str, **target: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for listener in inputs.blocks(name):
        rules = [
            {"Name": which, "Value": value}
            for which, ours in (("prefix", "filterPrefix"), ("suffix", "filterSuffix"))
            if (value := listener.optional(ours))
        ]
        found.append(
            listener.pick(id="Id", events="Events", **target)
            | ({"Filter": {"Key": {"FilterRules": rules}}} if rules else {})
        )
    return found


def _owner(inputs: Inputs) -> dict[str, Any]:
    return inputs.pick(expectedBucketOwner="ExpectedBucketOwner")


def suspend_versioning(existing: Existing, context: Context) -> None:
    """Stop a bucket from keeping versions: once it did, it can't be as if it never had."""
    context.client("s3").put_bucket_versioning(
        Bucket=existing.id, VersioningConfiguration={"Status": "Suspended"}
    )


def silence(existing: Existing, context: Context) -> None:
    """Let a bucket tell nobody any more."""
    context.client("s3").put_bucket_notification_configuration(
        Bucket=existing.id, NotificationConfiguration={}
    )


def stop_logging(existing: Existing, context: Context) -> None:
    """Log the requests to a bucket no more."""
    context.client("s3").put_bucket_logging(Bucket=existing.id, BucketLoggingStatus={})


def is_logged(existing: Existing, context: Context) -> bool:
    """Tell whether the requests to a bucket are logged."""
    return "LoggingEnabled" in context.client("s3").get_bucket_logging(Bucket=existing.id)


def _setting(
    token: str, create: Create, request: str, delete: Delete | None = None
) -> ResourceType:
    """Return the type of a setting, which S3 gets and deletes under one name."""

    def take_away(existing: Existing, context: Context) -> object:
        return getattr(context.client("s3"), f"delete_{request}")(Bucket=existing.id)

    def ask(existing: Existing, context: Context) -> object:
        return getattr(context.client("s3"), f"get_{request}")(Bucket=existing.id)

    return ResourceType(token, create, delete=delete or take_away, exists=ask, update=again(create))


TYPES = (
    _setting(
        "aws:s3/bucketVersioning:BucketVersioning",
        create_versioning,
        "bucket_versioning",
        suspend_versioning,
    ),
    _setting(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        create_encryption,
        "bucket_encryption",
    ),
    _setting(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        create_public_access_block,
        "public_access_block",
    ),
    _setting(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        create_ownership_controls,
        "bucket_ownership_controls",
    ),
    ResourceType(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        create_lifecycle,
        delete=lambda it, context: context.client("s3").delete_bucket_lifecycle(Bucket=it.id),
        exists=lambda it, context: context.client("s3").get_bucket_lifecycle_configuration(
            Bucket=it.id
        ),
        update=again(create_lifecycle),
    ),
    ResourceType(
        "aws:s3/bucketLogging:BucketLogging",
        create_logging,
        delete=stop_logging,
        exists=is_logged,
        update=again(create_logging),
    ),
    _setting("aws:s3/bucketPolicy:BucketPolicy", create_policy, "bucket_policy"),
    _setting(
        "aws:s3/bucketNotification:BucketNotification",
        create_notification,
        "bucket_notification_configuration",
        silence,
    ),
)
