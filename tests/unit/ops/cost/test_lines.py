"""What each type of resource costs in a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ops.cost.lines import RULES, Line, Stack, line
from ops.cost.prices import PRICES
from ops.cost.usage import read_usage
from tests.unit.ops.graphs import graph, resource

if TYPE_CHECKING:
    from ops.graph import Resource

USAGE = {"usageRetrainings": "60", "usageEtlMinutes": "10", "usageStoredGb": "30"}


def lines(*resources: Resource) -> list[Line]:
    """Return the lines of the first resource, among all of them."""
    first = resources[0]
    return list(RULES[first.type](first, Stack(graph(*resources), read_usage(USAGE))))


def monthly(token: str, **inputs: Any) -> float:
    return round(sum(one.monthly for one in lines(resource(token, "it", **inputs))), 2)


@pytest.mark.parametrize(
    ("token", "inputs", "dollars"),
    [
        ("aws:mwaa/environment:Environment", {"environmentClass": "mw1.micro"}, 212.30),
        ("aws:mwaa/environment:Environment", {"environmentClass": "mw1.small"}, 358.30),
        (
            "aws:mwaa/environment:Environment",
            {"environmentClass": "mw1.medium", "minWorkers": 3},
            701.40,
        ),
        ("aws:ec2/natGateway:NatGateway", {}, 33.30),
        ("aws:ec2/eip:Eip", {}, 3.65),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcEndpointType": "Gateway"}, 0.0),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", {}, 0.0),
        (
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            {
                "vpcEndpointType": "Interface",
                "subnetIds": ["a", "b"],
                "serviceName": "com.amazonaws.us-east-1.sqs",
            },
            14.61,
        ),
        ("aws:ec2/flowLog:FlowLog", {}, 0.50),
        ("aws:kms/key:Key", {}, 1.30),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 365}, 0.04),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {"period": 300}, 0.10),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {"period": 10}, 0.30),
        (
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            {"metricQueries": [{"metric": "m1"}, {"metric": "m2"}, {"expression": "a/b"}]},
            0.20,
        ),
        ("aws:cloudwatch/compositeAlarm:CompositeAlarm", {}, 0.50),
        ("aws:cloudwatch/dashboard:Dashboard", {}, 3.0),
        ("aws:codepipeline/pipeline:Pipeline", {}, 1.0),
        ("aws:codepipeline/pipeline:Pipeline", {"pipelineType": "V2"}, 0.60),
        ("aws:codebuild/project:Project", {}, 0.30),
        (
            "aws:codebuild/project:Project",
            {"environment": {"computeType": "BUILD_GENERAL1_MEDIUM", "privilegedMode": True}},
            1.80,
        ),
        ("aws:ecr/repository:Repository", {}, 0.30),
        ("aws:glue/job:Job", {"numberOfWorkers": 2, "workerType": "G.1X"}, 8.80),
        ("aws:glue/job:Job", {"numberOfWorkers": 3, "workerType": "G.2X"}, 26.40),
        (
            "aws:glue/job:Job",
            {"numberOfWorkers": 10, "defaultArguments": {"--enable-auto-scaling": "true"}},
            8.80,
        ),
        ("aws:lambda/function:Function", {"memorySize": 1024}, 0.15),
        ("aws:s3/bucket:Bucket", {}, 1.14),
        ("aws:scheduler/schedule:Schedule", {}, 0.0),
        ("aws:secretsmanager/secret:Secret", {}, 0.40),
    ],
)
def test_a_resource_costs_what_the_list_says(
    token: str, inputs: dict[str, Any], dollars: float
) -> None:
    assert monthly(token, **inputs) == dollars


@pytest.mark.parametrize(
    "token",
    [
        "aws:s3/bucket:Bucket",
        "aws:ecr/repository:Repository",
    ],
)
def test_what_is_assumed_for_all_is_shared(token: str) -> None:
    alone = lines(resource(token, "a"))

    shared = lines(resource(token, "a"), resource(token, "b"))

    assert [one.monthly for one in shared] == [one.monthly / 2 for one in alone]


def test_gateways_share_the_data_and_nothing_else() -> None:
    nat = "aws:ec2/natGateway:NatGateway"

    found = lines(resource(nat, "a"), resource(nat, "b"))

    assert [round(one.monthly, 3) for one in found] == [32.85, 0.225]


def test_a_line_says_how_it_comes_about() -> None:
    assert line("x", "NAT gateway", "network.nat", 730).what == "NAT gateway: 730 h x $0.045"


def test_a_price_that_is_not_known_counts_as_nothing_and_says_so() -> None:
    found = line("x", "1 x ml.x9.large", "instance.ml.x9.large", 730)

    assert (found.known, found.monthly) == (False, 0.0)
    assert "no price is known here" in found.what


def test_a_worker_that_nobody_knows_is_said() -> None:
    (found,) = lines(resource("aws:glue/job:Job", "j", workerType="G.99X"))

    assert not found.known


def test_every_price_is_positive_and_names_its_page() -> None:
    assert [
        key
        for key, price in PRICES.items()
        if price.dollars <= 0 or not price.page.endswith("Pricing")
    ] == []
