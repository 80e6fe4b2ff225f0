"""The provider plugin: what the engine asks, as calls of the factory."""

from __future__ import annotations

import asyncio
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.rpc import UNKNOWN

from tests.fake_aws import FakeAws
from twin.errors import TwinError
from twin.provider import ASSET, GIVEN, HASHES, SIGNATURE, AwsProvider, Servicer, local_endpoint

if TYPE_CHECKING:
    from collections.abc import Coroutine

BUCKET = "aws:s3/bucket:Bucket"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
ENVIRONMENT = "aws:mwaa/environment:Environment"
ROUTE_TABLE = "aws:ec2/routeTable:RouteTable"


def urn(token: str, name: str = "it") -> str:
    return f"urn:pulumi:dev::mlops::mlops:storage:Storage${token}::{name}"


def values(**given: Any) -> dict[str, PropertyValue]:
    return {name: value_of(value) for name, value in given.items()}


def value_of(value: Any) -> PropertyValue:
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return PropertyValue({name: value_of(item) for name, item in parts.items()})
    if isinstance(value, list):
        return PropertyValue([value_of(item) for item in cast("list[Any]", value)])
    return PropertyValue(value)


def requested(**given: Any) -> dict[str, PropertyValue]:
    """Return inputs as the servicer hands them on: with the hashes of the files among them."""
    return {**values(**given), HASHES: PropertyValue({})}


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def provider(aws: FakeAws) -> AwsProvider:
    return AwsProvider(lambda _region: aws, Path.cwd())


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


class Context:
    """What gRPC gives to a handler: remembers how it was ended."""

    details = ""

    async def abort(self, code: object, details: str) -> None:
        self.details = details
        raise RuntimeError(code)


def servicer(provider: AwsProvider) -> Servicer:
    return Servicer([], "7.51.1", provider, "")


def file_of(signature: str, **parts: str) -> dict[str, str]:
    return {SIGNATURE: signature, "hash": "0a1b", **parts}


def test_a_file_is_compared_by_the_hash_that_the_engine_keeps(
    provider: AwsProvider, tmp_path: Path
) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("nothing")
    create_request = provider_pb2.CreateRequest(urn=urn(OBJECT))
    create_request.properties.update(
        {"bucket": "b", "key": "k", "source": file_of(ASSET, path=str(file))}
    )
    state = run(servicer(provider).Create(create_request, Context())).properties
    same, other = (
        provider_pb2.DiffRequest(urn=urn(OBJECT), id="b/k", olds=state) for _ in range(2)
    )
    same.news.update({"bucket": "b", "key": "k", "source": file_of(ASSET)})
    other.news.update({"bucket": "b", "key": "k", "source": file_of(ASSET) | {"hash": "ffff"}})

    unchanged = run(servicer(provider).Diff(same, Context()))
    changed = run(servicer(provider).Diff(other, Context()))

    assert unchanged.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert list(changed.diffs) == ["source"]


def state_with_a_file(provider: AwsProvider, folder: Path) -> Any:
    """Return the state of an object that was made of a file."""
    file = folder / "requirements.txt"
    file.write_text("nothing", encoding="utf-8")
    request = provider_pb2.CreateRequest(urn=urn(OBJECT))
    source = file_of(ASSET, path=str(file))
    request.properties.update({"bucket": "b", "key": "k", "source": source})
    return run(servicer(provider).Create(request, Context())).properties


def test_another_file_is_put_in_place_of_the_old_one(
    provider: AwsProvider, aws: FakeAws, tmp_path: Path
) -> None:
    state = state_with_a_file(provider, tmp_path)
    (tmp_path / "other.txt").write_text("something", encoding="utf-8")
    aws.requests.clear()
    request = provider_pb2.UpdateRequest(urn=urn(OBJECT), id="b/k", olds=state)
    source = file_of(ASSET, path=str(tmp_path / "other.txt")) | {"hash": "ffff"}
    request.news.update({"bucket": "b", "key": "k", "source": source})

    answer = run(servicer(provider).Update(request, Context()))

    assert aws.asked("put_object")["Body"] == b"something"
    assert answer.properties[GIVEN]["source"] == "ffff"


def test_what_was_made_of_a_file_can_be_looked_for_and_deleted(
    provider: AwsProvider, aws: FakeAws, tmp_path: Path
) -> None:
    state = state_with_a_file(provider, tmp_path)
    read = provider_pb2.ReadRequest(urn=urn(OBJECT), id="b/k", properties=state)
    delete = provider_pb2.DeleteRequest(urn=urn(OBJECT), id="b/k", properties=state)

    found = run(servicer(provider).Read(read, Context()))
    run(servicer(provider).Delete(delete, Context()))

    assert found.id == "b/k"
    assert aws.asked("list_object_versions") == {"Bucket": "b", "Prefix": "k"}


def test_a_refusal_is_told_without_a_traceback(provider: AwsProvider, aws: FakeAws) -> None:
    aws.refuse("create_bucket", "InvalidBucketName", "The specified bucket is not valid: b_data")
    request, context = provider_pb2.CreateRequest(urn=urn(BUCKET)), Context()
    request.properties.update({"bucket": "b_data"})

    with pytest.raises(RuntimeError):
        run(servicer(provider).Create(request, context))

    assert context.details.startswith(f"{BUCKET} it: create_bucket was refused")
    assert "Traceback" not in context.details


@pytest.mark.parametrize("url", ["", "https://s3.amazonaws.com", "http://127.0.0.1.example.org"])
def test_nothing_but_this_machine_is_reached(url: str) -> None:
    with pytest.raises(TwinError, match="this machine alone"):
        local_endpoint(url)
