"""In the twin a role does what its policies allow and nothing else, and all of it is recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from twin.calls.journal import Recorded, read_journal
from twin.services import permissions, s3

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud

    Allow = Callable[..., str]

BUCKET = "data"
RAW = f"arn:aws:s3:::{BUCKET}/raw/*"


@pytest.fixture
def key(cloud: Cloud) -> str:
    """Return the key that encrypts the bucket."""
    permissions.install(cloud)
    s3.install(cloud)
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    cloud.client("s3").put_bucket_encryption(
        Bucket=BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
        },
    )
    cloud.client("s3").put_object(Bucket=BUCKET, Key="raw/a.csv", Body=b"1,2")
    return key


@pytest.fixture
def allow(cloud: Cloud) -> Allow:
    """Return a function that makes a role which may do something."""

    def make(*statements: dict[str, Any], boundary: str = "") -> str:
        iam = cloud.client("iam")
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "glue.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        more = {"PermissionsBoundary": boundary} if boundary else {}
        role = iam.create_role(RoleName="etl", AssumeRolePolicyDocument=_document(trust), **more)
        iam.put_role_policy(RoleName="etl", PolicyName="p", PolicyDocument=_document(*statements))
        return role["Role"]["Arn"]

    return make


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def may(action: str, *resources: str, **more: Any) -> dict[str, Any]:
    sid = f"May{action.replace(':', '').replace('*', 'All')}"
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": list(resources), **more}


def recorded(cloud: Cloud) -> list[Recorded]:
    return list(read_journal(cloud.workspace.last / "calls.jsonl"))


def error_of(refusal: pytest.ExceptionInfo[ClientError]) -> dict[str, str]:
    response: Any = refusal.value.response
    return response["Error"]


def test_what_a_role_may_do_is_done_and_recorded(cloud: Cloud, key: str, allow: Allow) -> None:
    role = allow(may("s3:GetObject", RAW), may("kms:Decrypt", key))

    found = cloud.client("s3", role_arn=role).get_object(Bucket=BUCKET, Key="raw/a.csv")

    (call,) = recorded(cloud)
    assert found["Body"].read() == b"1,2"
    assert (call.role, call.service, call.operation) == (role, "s3", "GetObject")
    assert (call.status, call.denied) == (200, "")
    assert [(one.action, one.resource) for one in call.asked] == [
        ("s3:GetObject", f"arn:aws:s3:::{BUCKET}/raw/a.csv"),
        ("kms:Decrypt", key),
    ]


def test_what_a_role_may_not_do_is_denied_with_what_to_do(
    cloud: Cloud, key: str, allow: Allow
) -> None:
    role = allow(may("s3:GetObject", "arn:aws:s3:::data/other/*"), may("kms:Decrypt", key))

    with pytest.raises(ClientError) as refusal:
        cloud.client("s3", role_arn=role).get_object(Bucket=BUCKET, Key="raw/a.csv")

    (call,) = recorded(cloud)
    error = error_of(refusal)
    assert error["Code"] == "AccessDenied"
    assert "assumed-role/etl/twin is not authorized to perform: s3:GetObject" in error["Message"]
    assert (
        "allowed elsewhere alone: Mays3GetObject on arn:aws:s3:::data/other/*" in error["Message"]
    )
    assert "do: let the role etl do it" in error["Message"]
    assert call.denied.startswith("s3:GetObject on arn:aws:s3:::data/raw/a.csv: ")


def test_an_encrypted_object_needs_its_key(cloud: Cloud, key: str, allow: Allow) -> None:
    del key
    role = allow(may("s3:GetObject", RAW))

    with pytest.raises(ClientError, match="not authorized to perform: kms:Decrypt"):
        cloud.client("s3", role_arn=role).get_object(Bucket=BUCKET, Key="raw/a.csv")


def test_a_key_that_does_not_know_the_account_opens_to_nobody(
    cloud: Cloud, key: str, allow: Allow
) -> None:
    role = allow(may("s3:GetObject", RAW), may("kms:Decrypt", key))
    only_logs = {**may("kms:*", "*"), "Principal": {"Service": "logs.us-east-1.amazonaws.com"}}
    cloud.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=_document(only_logs))

    with pytest.raises(ClientError, match="the resource's own policy does not allow it"):
        cloud.client("s3", role_arn=role).get_object(Bucket=BUCKET, Key="raw/a.csv")


def test_a_bucket_s_own_denial_counts(cloud: Cloud, key: str, allow: Allow) -> None:
    role = allow(may("s3:GetObject", RAW), may("kms:Decrypt", key))
    deny = {**may("s3:GetObject", RAW), "Effect": "Deny", "Principal": "*", "Sid": "Never"}
    deny["Condition"] = {"ArnLike": {"aws:PrincipalArn": role}}
    cloud.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=_document(deny))

    with pytest.raises(ClientError, match="Never denies it"):
        cloud.client("s3", role_arn=role).get_object(Bucket=BUCKET, Key="raw/a.csv")


@pytest.mark.parametrize(("may_list", "code"), [(True, "NoSuchKey"), (False, "AccessDenied")])
def test_only_who_may_list_is_told_that_an_object_is_missing(
    cloud: Cloud, key: str, allow: Allow, code: str, *, may_list: bool
) -> None:
    listing = [may("s3:ListBucket", f"arn:aws:s3:::{BUCKET}")] if may_list else []
    role = allow(may("s3:GetObject", RAW), may("kms:Decrypt", key), *listing)

    with pytest.raises(ClientError) as refusal:
        cloud.client("s3", role_arn=role).get_object(Bucket=BUCKET, Key="raw/none.csv")

    (call,) = recorded(cloud)
    assert error_of(refusal)["Code"] == code
    assert [one.action for one in call.asked] == ["s3:GetObject", "s3:ListBucket"]


def test_a_role_is_handed_on_only_to_whom_the_policy_says(
    cloud: Cloud, key: str, allow: Allow
) -> None:
    del key
    condition = {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}
    passing = may("iam:PassRole", "arn:aws:iam::*:role/*", Condition=condition)
    role = allow(may("sagemaker:CreateModel", "*"), passing)

    with pytest.raises(
        ClientError, match=r"iam:PassRole.*only with StringEquals iam:PassedTo"
    ) as no:
        cloud.client("sagemaker", role_arn=role).create_model(
            ModelName="m", ExecutionRoleArn=role, PrimaryContainer={"Image": "i"}
        )

    assert error_of(no)["Code"] == "AccessDeniedException"


def test_a_boundary_bounds(cloud: Cloud, key: str, allow: Allow) -> None:
    document = _document(may("s3:*", "*"))
    policy = cloud.client("iam").create_policy(PolicyName="b", PolicyDocument=document)
    role = allow(may("s3:*", "*"), may("kms:*", "*"), boundary=policy["Policy"]["Arn"])

    with pytest.raises(ClientError, match="permissions boundary does not allow it"):
        cloud.client("s3", role_arn=role).get_object(Bucket=BUCKET, Key="raw/a.csv")

    assert key


def test_an_operation_that_nobody_taught_the_twin_says_so(
    cloud: Cloud, key: str, allow: Allow
) -> None:
    del key
    role = allow(may("glue:GetCrawler", "arn:aws:glue:us-east-1:123456789012:crawler/x"))

    with pytest.raises(ClientError, match="teach it in twin/permissions/"):
        cloud.client("glue", role_arn=role).get_crawler(Name="x")


def test_people_and_the_twin_itself_may_do_everything(cloud: Cloud, key: str) -> None:
    del key

    cloud.client("s3").get_object(Bucket=BUCKET, Key="raw/a.csv")

    assert not (cloud.workspace.last / "calls.jsonl").exists()
