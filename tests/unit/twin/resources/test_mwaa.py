"""Airflow environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]


def test_network_and_logs_are_spelled_as_mwaa_does(create: Create, aws: FakeAws) -> None:
    token = "aws:mwaa/environment:Environment"  # noqa: S105 - a type token
    aws.answers["get_environment"] = {"Environment": {"WebserverUrl": "x.airflow"}}

    created = create(token, SAMPLES[token])

    asked = aws.asked("create_environment")
    assert asked["NetworkConfiguration"]["SubnetIds"] == ["subnet-1", "subnet-2"]
    assert asked["LoggingConfiguration"]["TaskLogs"] == {"Enabled": True, "LogLevel": "INFO"}
    assert created.outputs["webserverUrl"] == "x.airflow"
