"""Reads from AWS what the checks look at, and changes nothing. The one module that speaks boto3.

    read_snapshot(clients, wanted, caller) -> Snapshot

Each part is read by itself and at the same time: what is not there, or may not be read, is a gap in
the snapshot and no error. Whoever runs it needs read permissions alone (`docs/network.md`).
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ops.aws import DENIED, code
from ops.preflight import network_reading, quota_reading
from ops.preflight.missing import NotThereError
from ops.preflight.snapshot import Bucket, Environment, Gap, Key, Role, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from ops.aws import ClientOf
    from ops.preflight.wanted import Wanted

T = TypeVar("T")

AT_ONCE = 12
NOT_THERE = (
    "404",
    "InvalidVpcID.NotFound",
    "NoSuchBucket",
    "NoSuchEntity",
    "NotFoundException",
    "ResourceNotFoundException",
)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks."""

    account: str
    arn: str


def read_caller(clients: ClientOf) -> Caller:
    """Return who the credentials belong to."""
    answer = clients("sts").get_caller_identity()
    return Caller(account=answer["Account"], arn=answer["Arn"])


def read_snapshot(clients: ClientOf, wanted: Wanted, caller: Caller) -> Snapshot:
    """Return everything that the checks look at.

    Raises:
        BotoCoreError: AWS does not answer, or there are no credentials.
    """
    ec2 = clients("ec2")
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def read(work: Callable[[], T]) -> Future[T | Gap]:
            return pool.submit(_gap_or, work)

        network = {
            name: read(lambda part=part: part(ec2, wanted))
            for name, part in network_reading.PARTS.items()
        }
        bucket = read(lambda: _bucket(clients, wanted))
        role = read(lambda: _role(clients("iam"), wanted))
        key = read(lambda: _key(clients("kms"), wanted))
        environment = read(lambda: _environment(clients("mwaa"), wanted))
        instances = read(lambda: quota_reading.instances(clients, wanted))
        quotas = {
            name: read(lambda quota=quota: quota(clients, wanted))
            for name, quota in quota_reading.QUOTAS.items()
        }
        return Snapshot(
            caller=principal_of(caller.arn),
            bucket=bucket.result(),
            role=role.result(),
            key=key.result(),
            environment=environment.result(),
            instance_quotas=instances.result(),
            quotas={name: quota.result() for name, quota in quotas.items()},
            **{name: part.result() for name, part in network.items()},
        )


def _gap_or(work: Callable[[], T]) -> T | Gap:
    try:
        return work()
    except NotThereError as error:
        return Gap(str(error))
    except ClientError as error:
        return _gap(error)
    except ResponseParserError:
        return Gap("the answer cannot be read", unreadable=True)


def _gap(error: ClientError) -> Gap:
    if code(error) in NOT_THERE:
        return Gap(_said(error))
    if code(error) in DENIED:
        return Gap(f"may not {error.operation_name}", unreadable=True)
    return Gap(_said(error), unreadable=True)


def _said(error: ClientError) -> str:
    said = error.response.get("Error", {}).get("Message")
    return f"{error.operation_name}: {said or code(error)}"


def principal_of(arn: str) -> str:
    """Return what `aws:PrincipalArn` is for a caller: the role, where it is a session of one."""
    head, separator, session = arn.replace(":sts:", ":iam:").partition(":assumed-role/")
    return f"{head}:role/{session.split('/')[0]}" if separator else head


def _bucket(clients: ClientOf, wanted: Wanted) -> Bucket:
    s3, name = clients("s3"), wanted.bucket
    location = s3.get_bucket_location(Bucket=name)["LocationConstraint"]
    versioning = s3.get_bucket_versioning(Bucket=name).get("Status", "")
    block = _block(lambda: s3.get_public_access_block(Bucket=name))
    return Bucket(
        name=name,
        region=location or "us-east-1",  # which S3 writes as none
        versioning=versioning,
        public_access_block=block,
        account_block={} if block and all(block.values()) else _account_block(clients, wanted),
    )


def _account_block(clients: ClientOf, wanted: Wanted) -> dict[str, bool]:
    """Return the account's own block; one that may not be read counts for nothing."""
    try:
        return _block(
            lambda: clients("s3control").get_public_access_block(AccountId=wanted.account)
        )
    except (BotoCoreError, ClientError):
        return {}


def _block(ask: Callable[[], Any]) -> dict[str, bool]:
    try:
        return ask()["PublicAccessBlockConfiguration"]
    except ClientError as error:
        if code(error) == "NoSuchPublicAccessBlockConfiguration":
            return {}
        raise


def _role(iam: Any, wanted: Wanted) -> Role:  # noqa: ANN401 - boto3 makes clients at run time
    name = wanted.role
    role = iam.get_role(RoleName=name)["Role"]
    inline = [
        iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    attached = [
        _managed(iam, policy["PolicyArn"])
        for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    ]
    boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return Role(
        arn=role["Arn"],
        trust=role["AssumeRolePolicyDocument"],
        policies=(*inline, *attached),
        boundary=_managed(iam, boundary) if boundary else None,
    )


def _managed(iam: Any, arn: str) -> Any:  # noqa: ANN401 - as above; a policy document
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _key(kms: Any, wanted: Wanted) -> Key:  # noqa: ANN401 - as above
    found = kms.describe_key(KeyId=wanted.key_alias)["KeyMetadata"]
    policy = kms.get_key_policy(KeyId=found["KeyId"], PolicyName="default")["Policy"]
    return Key(arn=found["Arn"], state=found["KeyState"], policy=json.loads(policy))


def _environment(mwaa: Any, wanted: Wanted) -> Environment:  # noqa: ANN401 - as above
    found = mwaa.get_environment(Name=wanted.environment)["Environment"]
    last = found.get("LastUpdate", {}).get("Error", {})
    return Environment(
        status=found.get("Status", ""),
        version=found.get("AirflowVersion", ""),
        subnets=tuple(found.get("NetworkConfiguration", {}).get("SubnetIds", ())),
        key=found.get("KmsKey", ""),
        last_error=" ".join(str(part) for part in last.values()),
    )
