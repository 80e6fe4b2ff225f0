"""What becomes of each resource between two graphs."""

from __future__ import annotations

from typing import Any

import pytest

from ops.graph import Graph, Options, Resource
from ops.preview.comparison import ResourceChange, compare
from ops.preview.differences import ABSENT, Difference
from ops.preview.seal import SECRET
from tests.unit.ops.graphs import HEAD, graph, resource

QUEUE = "aws:sqs/queue:Queue"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
ENVIRONMENT = "aws:mwaa/environment:Environment"
KEY = "aws:kms/key:Key"
CONNECTION = "aws:codeconnections/connection:Connection"


def queue(**inputs: Any) -> Resource:
    return resource(QUEUE, "q", **inputs)


def changes(before: Graph, after: Graph) -> list[ResourceChange]:
    return list(compare(before, after).changes)


def one_change(before: Resource, after: Resource) -> ResourceChange:
    (found,) = changes(graph(before), graph(after))
    return found


def test_the_same_graph_has_no_changes() -> None:
    assert changes(graph(queue(name="q")), graph(queue(name="q"))) == []


def test_what_was_not_there_is_added() -> None:
    (found,) = changes(graph(), graph(queue()))

    assert (found.kind, found.name, found.type) == ("added", "q", QUEUE)


def test_what_is_no_longer_there_is_deleted() -> None:
    (found,) = changes(graph(queue()), graph())

    assert (found.kind, found.protected) == ("deleted", False)


def test_a_deletion_says_that_the_resource_is_protected() -> None:
    (found,) = changes(graph(queue(options=Options(protect=True))), graph())

    assert found.protected


def test_a_property_that_can_change_changes() -> None:
    found = one_change(queue(delaySeconds=1), queue(delaySeconds=2))

    assert found.kind == "changed"
    assert found.differences == (Difference("delaySeconds", 1, 2),)


def test_a_property_that_cannot_change_replaces() -> None:
    found = one_change(queue(name="a"), queue(name="b"))

    assert (found.kind, found.forced_by) == ("replaced", ("name",))


def test_a_nested_property_that_cannot_change_replaces() -> None:
    before, after = (
        resource(ENVIRONMENT, "e", networkConfiguration={"subnetIds": ["a", last]})
        for last in ("b", "c")
    )

    assert one_change(before, after).forced_by == ("networkConfiguration.subnetIds",)


def test_protection_is_a_change() -> None:
    found = one_change(queue(options=Options(protect=True)), queue())

    assert found.differences == (Difference("(option) protect", True, False),)  # noqa: FBT003 - values


def test_what_is_ignored_does_not_change() -> None:
    ignoring = Options(ignore_changes=("name",))

    assert changes(graph(queue(name="a")), graph(queue(name="b", options=ignoring))) == []


def test_components_are_left_out() -> None:
    assert changes(graph(), graph(resource("mlops:network:Network", "n"))) == []


# ---- secrets ----------------------------------------------------------------------------------


def test_a_secret_that_changed_is_not_shown() -> None:
    found = one_change(
        queue(policy="sealed 1", secrets=("policy",)), queue(policy="sealed 2", secrets=("policy",))
    )

    assert found.differences == (Difference("policy", SECRET, SECRET),)


def test_a_value_that_became_a_secret_is_not_shown_either() -> None:
    found = one_change(queue(policy="in the open"), queue(policy="sealed", secrets=("policy",)))

    assert found.differences == (Difference("policy", SECRET, SECRET),)


def test_a_secret_that_comes_is_only_said_to_be_there() -> None:
    found = one_change(queue(), queue(policy="sealed", secrets=("policy",)))

    assert found.differences == (Difference("policy", ABSENT, SECRET),)


# ---- what follows from a replacement ------------------------------------------------------------


def network(cidr: str) -> Graph:
    vpc = resource(VPC, "vpc", cidrBlock=cidr)
    subnet = resource(SUBNET, "sub", vpcId="vpc-id", depends={"vpcId": vpc.urn})
    environment = resource(
        ENVIRONMENT,
        "env",
        networkConfiguration={"subnetIds": ["sub-id"], "securityGroupIds": ["other"]},
        depends={"networkConfiguration": subnet.urn},
    )
    gateway = resource(
        "aws:ec2/internetGateway:InternetGateway",
        "gate",
        vpcId="vpc-id",
        depends={"vpcId": vpc.urn},
    )
    return graph(vpc, subnet, environment, gateway)


def test_what_hangs_on_a_replaced_resource_is_replaced_too() -> None:
    found = {one.name: one for one in changes(network("10.0.0.0/16"), network("10.1.0.0/16"))}

    assert {name: one.kind for name, one in found.items()} == {
        "vpc": "replaced",
        "sub": "replaced",
        "env": "replaced",
        "gate": "changed",
    }
    assert found["sub"].follows == ("vpc",)
    assert found["env"].follows == ("sub",)
    assert found["env"].forced_by == ("networkConfiguration.subnetIds",)
    assert found["gate"].renews == ("vpc",)


def test_a_name_that_stays_brings_nothing_with_it() -> None:
    def stack(token: str) -> Graph:
        bucket = resource("aws:s3/bucket:Bucket", "b", bucket="things", objectLockEnabled=token)
        versions = resource(
            "aws:s3/bucketVersioning:BucketVersioning",
            "v",
            bucket="things",
            depends={"bucket": bucket.urn},
        )
        return graph(bucket, versions)

    found = changes(stack("a"), stack("b"))

    assert [(one.name, one.kind) for one in found] == [("b", "replaced")]


def test_a_new_key_has_a_new_address_whatever_it_is_called() -> None:
    def stack(usage: str) -> Graph:
        key = resource(KEY, "k", keyUsage=usage)
        logs = resource(
            "aws:cloudwatch/logGroup:LogGroup",
            "l",
            kmsKeyId="arn:key",
            depends={"kmsKeyId": key.urn},
        )
        return graph(key, logs)

    found = {one.name: one for one in changes(stack("a"), stack("b"))}

    assert found["l"].kind == "changed"
    assert found["l"].renews == ("k",)


def test_who_has_the_address_of_a_replaced_connection_changes() -> None:
    def stack(provider: str) -> Graph:
        connection = resource(CONNECTION, "c", providerType=provider)
        pipeline = resource(
            "aws:codepipeline/pipeline:Pipeline",
            "p",
            stages=[{"actions": [{"configuration": {"ConnectionArn": "arn:of-no-name"}}]}],
            depends={"stages": connection.urn},
        )
        return graph(connection, pipeline)

    found = {one.name: one for one in changes(stack("GitHub"), stack("GitLab"))}

    assert found["c"].kind == "replaced"
    assert found["p"].renews == ("c",)


# ---- moves --------------------------------------------------------------------------------------


def renamed(*, alias: bool, **inputs: Any) -> tuple[Graph, Graph]:
    old = resource(QUEUE, "old", name="q")
    options = Options(aliases=(old.urn,)) if alias else None
    now: dict[str, Any] = {"name": "q", **inputs}
    return graph(old), graph(resource(QUEUE, "new", options=options, **now))


def test_a_rename_with_an_alias_is_a_move() -> None:
    (found,) = changes(*renamed(alias=True))

    assert (found.kind, found.former_urn) == ("moved", f"{HEAD}::{QUEUE}::old")


def test_a_move_that_changes_something_is_a_change() -> None:
    (found,) = changes(*renamed(alias=True, delaySeconds=1))

    assert found.kind == "changed"
    assert found.former_urn


def test_a_rename_without_an_alias_is_deleted_and_added_and_hinted_at() -> None:
    added, deleted = changes(*renamed(alias=False))

    assert (added.kind, added.twin, deleted.kind) == ("added", "old", "deleted")


def test_an_alias_of_a_component_moves_what_is_below_it() -> None:
    old = resource("mlops:net:Net", "net")
    new = resource("mlops:network:Network", "network", options=Options(aliases=(old.urn,)))

    (found,) = changes(
        graph(old, resource(VPC, "net-vpc", parent=old.urn)),
        graph(new, resource(VPC, "network-vpc", parent=new.urn)),
    )

    assert found.kind == "moved"


def test_an_alias_does_not_take_what_is_still_there() -> None:
    old, new = queue(), resource(QUEUE, "new", options=Options(aliases=(queue().urn,)))

    found = changes(graph(old), graph(old, new))

    assert [(one.name, one.kind) for one in found] == [("new", "added")]


# ---- the whole ----------------------------------------------------------------------------------


def test_changes_are_counted_by_kind() -> None:
    found = compare(graph(queue()), graph(resource(VPC, "a"), resource(VPC, "b")))

    assert found.counts == {"added": 2, "changed": 0, "replaced": 0, "moved": 0, "deleted": 1}
    assert [one.name for one in found.of_kind("added")] == ["a", "b"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [({"a": 1}, {"a": 2}, ((), ())), ({"a": 1}, {"b": 1}, (("b",), ("a",)))],
)
def test_outputs_that_come_and_go_are_named(
    before: dict[str, int], after: dict[str, int], expected: object
) -> None:
    found = compare(Graph("p", "dev", (), before), Graph("p", "dev", (), after))

    assert (found.outputs_added, found.outputs_removed) == expected
