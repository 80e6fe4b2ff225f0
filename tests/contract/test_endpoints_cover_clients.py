"""Whatever our code asks of AWS from inside the network has an endpoint there, and nothing else.

The code is the list of clients that it makes; that Airflow's own operators make no others is seen
in the classes they are. What MWAA asks for itself, only its guide can say.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.vpc_endpoints import SERVICES

ROOT = Path(__file__).resolve().parents[2]
MADE = re.compile(r'(?:_make|\.client)\(\s*"([a-z0-9-]+)"')
GATEWAY = {"s3"}
"""Reached through the gateway endpoint, which every network has."""

ENDPOINTS = {
    "application-autoscaling": {"application-autoscaling"},
    "cloudwatch": {"monitoring"},
    "ecr": {"ecr.api"},
    "glue": {"glue"},
    "mwaa": {"airflow.env"},
    "sagemaker": {"sagemaker.api"},
    "sagemaker-runtime": {"sagemaker.runtime"},
}
"""boto3's name of a client -> the endpoints of the calls that are made with it.

Of MWAA's, `InvokeRestApi` alone is made, whose host begins with `env.` in botocore's model.
"""


def clients(folder: str) -> set[str]:
    """Return the services whose clients a unit makes."""
    modules = (ROOT / folder).rglob("*.py")
    return {name for module in modules for name in MADE.findall(module.read_text())} - GATEWAY


@pytest.mark.parametrize(("folder", "user"), [("dags", "tasks"), ("trigger", "trigger")])
def test_a_units_clients_are_exactly_what_it_has_endpoints_for(folder: str, user: str) -> None:
    wanted = {endpoint for client in clients(folder) for endpoint in ENDPOINTS[client]}

    assert {service.name for service in SERVICES if user in service.users} == wanted


def test_a_training_image_asks_nothing_of_aws() -> None:
    assert clients("training_image") == set()
    assert not any(
        "boto3" in module.read_text() for module in (ROOT / "training_image").rglob("*.py")
    )
