"""What must hold of an MWAA environment, as AWS or the twin needs it.

What AWS would only find out after half an hour of creating (a bucket without versions, subnets in
one zone, a role that it may not assume) is refused at once here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from twin.airflow.settings import AIRFLOW_VERSION
from twin.services.rest_json import validation_error
from twin.services.roles import trusted

if TYPE_CHECKING:
    from twin.services.rest_json import Parameters

Clients = Callable[[str], Any]

PRINCIPALS: Final = frozenset({"airflow.amazonaws.com", "airflow-env.amazonaws.com"})
SUBNETS: Final = 2

CLASSES: Final = frozenset(
    f"mw1.{size}" for size in ("micro", "small", "medium", "large", "xlarge", "2xlarge")
)

LEAST_WORKERS: Final = 1
MOST_WORKERS: Final = 10
"""How many there may be when a request does not say."""

UNSUPPORTED: Final = ("AirflowConfigurationOptions", "PluginsS3Path", "StartupScriptS3Path")
"""Would not take effect: the twin's Airflow runs before the environment is created."""


@dataclass(frozen=True)
class Rule:
    """One thing that must hold of an environment; `broken` says how it does not, or nothing."""

    members: tuple[str, ...]
    broken: Callable[[Clients, Parameters], str]


def check(clients: Clients, wanted: Parameters) -> None:
    """Refuse what AWS, or the twin, would not run; only rules about given members apply.

    Raises:
        ServiceError: names every rule that is broken.
    """
    applying = [rule for rule in RULES if any(member in wanted for member in rule.members)]
    problems = [problem for rule in applying if (problem := rule.broken(clients, wanted))]
    if problems:
        raise validation_error("; ".join(problems))


def _version(_clients: Clients, wanted: Parameters) -> str:
    found = wanted.get("AirflowVersion", "the newest")
    if found == AIRFLOW_VERSION:
        return ""
    return f"AirflowVersion: the twin runs Airflow {AIRFLOW_VERSION} only, found {found}"


def _unsupported(_clients: Clients, wanted: Parameters) -> str:
    given = [member for member in UNSUPPORTED if wanted.get(member)]
    return f"{', '.join(given)}: the twin's Airflow would not obey" if given else ""


def _size(_clients: Clients, wanted: Parameters) -> str:
    found = wanted["EnvironmentClass"]
    return "" if found in CLASSES else f"EnvironmentClass: {found} is none of {sorted(CLASSES)}"


def _workers(_clients: Clients, wanted: Parameters) -> str:
    least = wanted.get("MinWorkers", LEAST_WORKERS)
    most = wanted.get("MaxWorkers", MOST_WORKERS)
    return "" if least <= most else f"MinWorkers: {least} is more than MaxWorkers {most}"


def _role(clients: Clients, wanted: Parameters) -> str:
    arn = wanted["ExecutionRoleArn"]
    try:
        role = clients("iam").get_role(RoleName=arn.rsplit("/", 1)[-1])["Role"]
    except ClientError:
        return f"ExecutionRoleArn: the role {arn} does not exist"
    missing = PRINCIPALS - trusted(role["AssumeRolePolicyDocument"])
    return f"ExecutionRoleArn: {arn} is not trusted by {sorted(missing)}" if missing else ""


def _bucket(clients: Clients, wanted: Parameters) -> str:
    s3, bucket = clients("s3"), wanted["SourceBucketArn"].rsplit(":", 1)[-1]
    try:
        versioning = s3.get_bucket_versioning(Bucket=bucket).get("Status")
    except ClientError:
        return f"SourceBucketArn: the bucket {bucket} does not exist"
    if versioning != "Enabled":
        return f"SourceBucketArn: the bucket {bucket} does not keep versions"
    if not _is_private(s3, bucket):
        return f"SourceBucketArn: the bucket {bucket} does not block all public access"
    return ""


def _is_private(s3: Any, bucket: str) -> bool:
    try:
        answer = s3.get_public_access_block(Bucket=bucket)
    except ClientError:
        return False
    blocks = answer["PublicAccessBlockConfiguration"]
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return all(blocks.get(name) for name in names)


def _dags(_clients: Clients, wanted: Parameters) -> str:
    path = wanted["DagS3Path"]
    return f"DagS3Path: {path} begins with a slash" if path.startswith("/") else ""


def _requirements(clients: Clients, wanted: Parameters) -> str:
    key, version = wanted["RequirementsS3Path"], wanted.get("RequirementsS3ObjectVersion")
    bucket = wanted.get("SourceBucketArn", "").rsplit(":", 1)[-1]
    if not bucket:
        return ""
    asked = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
    try:
        clients("s3").head_object(**asked)
    except ClientError:
        return f"RequirementsS3Path: s3://{bucket}/{key} (version {version}) does not exist"
    return ""


def _network(clients: Clients, wanted: Parameters) -> str:
    network = wanted["NetworkConfiguration"]
    subnets = network.get("SubnetIds")
    return _subnets(clients, subnets) if subnets else ""


def _subnets(clients: Clients, ids: list[str]) -> str:
    try:
        found = clients("ec2").describe_subnets(SubnetIds=sorted(set(ids)))["Subnets"]
    except ClientError as error:
        return f"SubnetIds: {error.response.get('Error', {}).get('Message', error)}"
    zones = {subnet["AvailabilityZone"] for subnet in found}
    if len(zones) != SUBNETS:
        return f"SubnetIds: {ids} lie in {sorted(zones)}, not in two zones"
    if len({subnet["VpcId"] for subnet in found}) != 1:
        return f"SubnetIds: {ids} lie in different networks"
    return ""


def _security_groups(clients: Clients, wanted: Parameters) -> str:
    ids = wanted["NetworkConfiguration"].get("SecurityGroupIds")
    if not ids:
        return ""
    try:
        clients("ec2").describe_security_groups(GroupIds=ids)
    except ClientError as error:
        return f"SecurityGroupIds: {error.response.get('Error', {}).get('Message', error)}"
    return ""


def _key(clients: Clients, wanted: Parameters) -> str:
    try:
        clients("kms").describe_key(KeyId=wanted["KmsKey"])
    except ClientError:
        return f"KmsKey: the key {wanted['KmsKey']} does not exist"
    return ""


RULES: Final = (
    Rule(("AirflowVersion", "SourceBucketArn"), _version),
    Rule(UNSUPPORTED, _unsupported),
    Rule(("EnvironmentClass",), _size),
    Rule(("MinWorkers", "MaxWorkers"), _workers),
    Rule(("ExecutionRoleArn",), _role),
    Rule(("SourceBucketArn",), _bucket),
    Rule(("DagS3Path",), _dags),
    Rule(("RequirementsS3Path",), _requirements),
    Rule(("NetworkConfiguration",), _network),
    Rule(("NetworkConfiguration",), _security_groups),
    Rule(("KmsKey",), _key),
)
