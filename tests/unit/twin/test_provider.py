"""The provider plugin: what the engine asks, as calls of the factory."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from tests.unit.twin.provider_requests import BUCKET, OBJECT, requested, run, urn, values
from twin.errors import TwinError
from twin.provider import AwsProvider, local_endpoint

if TYPE_CHECKING:
    from tests.fake_aws import FakeAws

ROUTE_TABLE = "aws:ec2/routeTable:RouteTable"


def create(provider: AwsProvider, token: str, **given: Any) -> protocol.CreateResponse:
    request = protocol.CreateRequest(urn(token), requested(**given), 0, preview=False)
    return run(provider.create(request))


def diff(
    provider: AwsProvider, token: str, old: dict[str, Any], new: dict[str, Any]
) -> protocol.DiffResponse:
    state = create(provider, token, **old).properties
    return run(provider.diff(protocol.DiffRequest(urn(token), "id", state, values(**new), [])))


def test_what_exists_holds_what_was_given_and_what_the_service_decided(
    provider: AwsProvider,
) -> None:
    created = create(provider, BUCKET, bucket="b-data")

    assert created.resource_id == "b-data"
    assert created.properties["bucket"].value == "b-data"
    assert created.properties["arn"].value == "arn:aws:s3:::b-data"


def test_a_preview_creates_nothing_and_knows_the_inputs_alone(
    provider: AwsProvider, aws: FakeAws
) -> None:
    given = requested(bucket="b-data")

    answer = run(provider.create(protocol.CreateRequest(urn(BUCKET), given, 0, preview=True)))

    assert not answer.resource_id
    assert set(answer.properties) == {"bucket"}
    assert aws.requests == []


def test_equal_inputs_are_no_change(provider: AwsProvider) -> None:
    given = {"bucket": "b-data", "tags": {"Stack": "dev"}}

    assert diff(provider, BUCKET, given, given).changes is False


def test_a_change_is_named_by_its_path(provider: AwsProvider) -> None:
    found = diff(
        provider,
        BUCKET,
        {"bucket": "b-data", "tags": {"Stack": "dev"}},
        {"bucket": "b-data", "tags": {"Stack": "prod"}},
    )

    assert found.changes
    assert found.replaces == []
    assert set(found.detailed_diff) == {"tags.Stack"}


def test_a_property_that_can_not_change_replaces(provider: AwsProvider) -> None:
    found = diff(provider, BUCKET, {"bucket": "b-data"}, {"bucket": "b-other"})

    assert found.replaces == ["bucket"]
    assert not found.delete_before_replace


def test_what_keeps_its_name_is_deleted_before_it_is_replaced(provider: AwsProvider) -> None:
    named = {"name": "images", "encryptionConfigurations": [{"encryptionType": "AES256"}]}
    other = {"name": "images", "encryptionConfigurations": [{"encryptionType": "KMS"}]}

    found = diff(provider, "aws:ecr/repository:Repository", named, other)
    nameless = diff(provider, ROUTE_TABLE, {"vpcId": "vpc-1"}, {"vpcId": "vpc-2"})

    assert found.delete_before_replace
    assert nameless.replaces == ["vpcId"]
    assert not nameless.delete_before_replace


def test_a_value_that_is_not_known_yet_is_a_change(provider: AwsProvider) -> None:
    found = diff(
        provider, OBJECT,
        {"bucket": "b", "key": "k", "content": "x"},
        {"bucket": "b", "key": "k", "content": UNKNOWN},
    )  # fmt: skip

    assert found.diffs == ["content"]


def test_a_preview_of_an_update_knows_no_output_that_will_be_new(provider: AwsProvider) -> None:
    old = create(provider, OBJECT, bucket="b", key="k", content="x").properties
    new = requested(bucket="b", key="k", content="y")

    answer = run(
        provider.update(protocol.UpdateRequest(urn(OBJECT), "b/k", old, new, 0, [], preview=True))
    )

    assert answer.properties["versionId"].value == UNKNOWN
    assert answer.properties["arn"].value == "arn:aws:s3:::b/k"


def test_a_refresh_finds_what_is_gone(provider: AwsProvider, aws: FakeAws) -> None:
    state = create(provider, BUCKET, bucket="b-data").properties
    aws.refuse("head_bucket", "404", "Not Found")

    answer = run(provider.read(protocol.ReadRequest(urn(BUCKET), "b-data", state, {})))

    assert not answer.resource_id


def test_a_refresh_leaves_what_is_there(provider: AwsProvider) -> None:
    state = create(provider, BUCKET, bucket="b-data").properties

    answer = run(provider.read(protocol.ReadRequest(urn(BUCKET), "b-data", state, {})))

    assert answer.resource_id == "b-data"
    assert answer.properties == state


def test_a_deletion_reaches_the_service(provider: AwsProvider, aws: FakeAws) -> None:
    state = create(provider, ROUTE_TABLE, vpcId="vpc-1").properties

    run(provider.delete(protocol.DeleteRequest(urn(ROUTE_TABLE), "rtb-1", state, 0)))

    assert aws.asked("delete_route_table") == {"RouteTableId": "rtb-1"}


def test_an_update_reaches_the_service_and_renews_what_it_decides(
    provider: AwsProvider, aws: FakeAws
) -> None:
    aws.answers["put_object"] = {"ETag": '"a"', "VersionId": "first"}
    old = create(provider, OBJECT, bucket="b", key="k", content="x").properties
    aws.answers["put_object"] = {"ETag": '"b"', "VersionId": "second"}
    new = requested(bucket="b", key="k", content="y")

    request = protocol.UpdateRequest(urn(OBJECT), "b/k", old, new, 0, [], preview=False)
    answer = run(provider.update(request))

    assert answer.properties["content"].value == "y"
    assert answer.properties["versionId"].value == "second"


def test_what_a_resource_was_given_is_compared_and_not_what_a_service_added(
    provider: AwsProvider,
) -> None:
    state = create(provider, BUCKET, bucket="b").properties
    assert "arn" in state

    same = protocol.DiffRequest(urn(BUCKET), "b", state, values(bucket="b"), [])

    assert run(provider.diff(same)).changes is False


def test_a_type_that_knows_no_update_is_replaced(provider: AwsProvider) -> None:
    policy = "arn:aws:iam::123456789012:policy/read"
    before, after = ({"role": role, "policyArn": policy} for role in ("runs", "trains"))

    found = diff(provider, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", before, after)

    assert found.replaces == ["role"]


def test_a_region_is_where_everything_goes(aws: FakeAws) -> None:
    asked: list[str] = []

    def clients_in(region: str) -> FakeAws:
        asked.append(region)
        return aws

    provider = AwsProvider(clients_in, Path.cwd())
    request = protocol.ConfigureRequest(
        {}, values(region="eu-west-1"), accept_secrets=True, accept_resources=True
    )

    run(provider.configure(request))
    created = create(provider, ROUTE_TABLE, vpcId="vpc-1")

    assert asked == ["us-east-1", "eu-west-1"]
    assert created.properties["region"].value == "eu-west-1"


def test_a_change_of_the_provider_itself_replaces_nothing(provider: AwsProvider) -> None:
    request = protocol.DiffRequest(
        "urn", "id", values(region="us-east-1"), values(region="eu-west-1"), []
    )

    assert run(provider.diff_config(request)).changes is False


def test_it_says_whose_place_it_takes(provider: AwsProvider) -> None:
    answer = run(provider.get_schema(protocol.GetSchemaRequest(0)))

    assert json.loads(answer.schema) == {"name": "aws", "version": version("pulumi-aws")}


def test_a_data_source_is_answered(provider: AwsProvider, aws: FakeAws) -> None:
    aws.answers["get_caller_identity"] = {"Account": "123456789012", "Arn": "a", "UserId": "u"}
    request = protocol.InvokeRequest("aws:index/getCallerIdentity:getCallerIdentity", {})

    answer = run(provider.invoke(request))

    assert answer.return_value["accountId"].value == "123456789012"


def test_an_unknown_type_fails_before_anything_is_created(provider: AwsProvider) -> None:
    request = protocol.CheckRequest(urn("aws:s3/bucketV2:BucketV2"), {}, {}, b"")

    answer = run(provider.check(request))

    assert "the twin does not know aws:s3/bucketV2:BucketV2" in answer.failures[0].reason


def test_a_secret_stays_one_in_the_state(provider: AwsProvider) -> None:
    given = {
        **requested(bucket="b", key="k"),
        "content": PropertyValue("quiet", is_secret=True),
    }

    state = run(
        provider.create(protocol.CreateRequest(urn(OBJECT), given, 0, preview=False))
    ).properties

    assert state["content"].is_secret
    assert all(value.contains_secret() for value in state.values() if "quiet" in str(value))


@pytest.mark.parametrize("url", ["", "https://s3.amazonaws.com", "http://127.0.0.1.example.org"])
def test_nothing_but_this_machine_is_reached(url: str) -> None:
    with pytest.raises(TwinError, match="this machine alone"):
        local_endpoint(url)
