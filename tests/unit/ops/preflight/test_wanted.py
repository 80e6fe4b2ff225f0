"""What a stack wants is what its program says, by the names that AWS knows."""

from __future__ import annotations

from dataclasses import replace

from ops.preflight.wanted import Instances, read_wanted
from ops.program import StandInCloud, evaluate
from tests.unit.dags.builders import model
from tests.unit.ops.preflight.builders import ACCOUNT, REGION, ROOT, graph, wanted


def test_resources_are_named_as_the_program_names_them() -> None:
    asked = wanted()

    assert asked.environment == "mlops-dev"
    assert asked.bucket == f"mlops-dev-airflow-{ACCOUNT}-{REGION}"
    assert asked.role_arn == f"arn:aws:iam::{ACCOUNT}:role/mlops-dev-airflow"
    assert asked.key_alias == "alias/mlops-dev-data"
    assert asked.group == "mlops-dev-airflow"
    assert asked.vpc == "mlops-dev-vpc"
    assert asked.subnets == ("mlops-dev-private-0", "mlops-dev-private-1")


def test_a_way_out_is_as_many_gateways_as_the_stack_has() -> None:
    prod = read_wanted(evaluate(ROOT, "prod", StandInCloud()), REGION, ACCOUNT, [model()])

    assert (wanted().nat_gateways, prod.nat_gateways) == (1, 2)
    assert wanted().has_way_out
    assert not wanted(closed=True).has_way_out


def test_endpoints_are_those_of_the_program() -> None:
    asked = wanted(closed=True)

    assert asked.gateway_services == ("com.amazonaws.us-east-1.s3",)
    assert "com.amazonaws.us-east-1.airflow.env" in asked.interface_services
    assert wanted().interface_services == ()


def test_the_instances_of_all_models_are_wanted_at_once() -> None:
    first = model()
    other = replace(first, endpoint=replace(first.endpoint, instance_count=2))

    asked = read_wanted(graph(), REGION, ACCOUNT, [first, other])

    kind = first.endpoint.instance_type
    assert Instances(purpose="endpoint usage", type=kind, count=3) in asked.instances
    assert (
        Instances(purpose="training job usage", type=first.training.instance_type, count=2)
        in asked.instances
    )


def test_a_stack_may_want_other_instances_than_the_models() -> None:
    values = {
        "mlops:trainingInstanceType": "ml.c5.large",
        "mlops:endpointInstanceType": "ml.t2.medium",
    }
    stack = evaluate(ROOT, "dev", StandInCloud(), values=values)

    asked = read_wanted(stack, REGION, ACCOUNT, [model()])

    assert [one.quota for one in asked.instances] == [
        "ml.t2.medium for endpoint usage",
        "ml.c5.large for training job usage",
    ]
