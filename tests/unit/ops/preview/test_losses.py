"""What a replacement costs, in words."""

from __future__ import annotations

from ops.preview.losses import GRAVE, is_grave, loss


def test_an_airflow_environment_costs_an_hour() -> None:
    assert "an hour without Airflow" in loss("aws:mwaa/environment:Environment")
    assert is_grave("aws:mwaa/environment:Environment")


def test_a_route_costs_nothing() -> None:
    assert loss("aws:ec2/route:Route") == ""
    assert not is_grave("aws:ec2/route:Route")


def test_whatever_is_grave_says_why() -> None:
    assert {token for token in GRAVE if not loss(token)} == set()
