"""Endpoints scale, and of everything else that scales nothing does."""

from __future__ import annotations

from components.naming import Names
from components.scaling_permissions import scaling_statements

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
STATEMENTS = {statement.sid: statement for statement in scaling_statements(NAMES)}


def test_variants_of_endpoints_alone_are_registered() -> None:
    conditions = STATEMENTS["LetEndpointsScale"].conditions["StringEquals"]

    assert conditions == {
        "application-autoscaling:service-namespace": "sagemaker",
        "application-autoscaling:scalable-dimension": "sagemaker:variant:DesiredInstanceCount",
    }


def test_only_the_service_that_scales_endpoints_gets_its_role() -> None:
    statement = STATEMENTS["MakeTheRoleThatScales"]

    assert statement.conditions == {
        "StringEquals": {"iam:AWSServiceName": "sagemaker.application-autoscaling.amazonaws.com"}
    }
    assert all("aws-service-role" in str(resource) for resource in statement.resources)


def test_alarms_of_our_endpoints_alone_are_kept() -> None:
    assert STATEMENTS["KeepAlarmsThatScale"].resources == (
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:TargetTracking-endpoint/mlops-dev-*",
    )


def test_instances_of_our_endpoints_alone_are_changed() -> None:
    assert STATEMENTS["ChangeInstances"].resources == (
        "arn:aws:sagemaker:us-east-1:123456789012:endpoint/mlops-dev-*",
    )
