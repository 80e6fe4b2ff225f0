"""What Airflow's role may do so that endpoints scale and deployments are taken back by alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.policies import Statement

if TYPE_CHECKING:
    from components.naming import Names

SERVICE = "sagemaker.application-autoscaling.amazonaws.com"
SERVICE_ROLE = (
    f"role/aws-service-role/{SERVICE}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
)
"""What Application Auto Scaling works as: one for the whole account, made with its first target."""


def scaling_statements(names: Names) -> tuple[Statement, ...]:
    """Return what it takes to let an endpoint's variant scale, and to let it scale no more.

    Application Auto Scaling asks on behalf of whoever registers a target whether he may do what it
    is going to do: change the endpoint's instances, and keep alarms of its own.
    """
    return (
        *_target_statements(names),
        Statement(
            sid="ChangeInstances",
            actions=("sagemaker:UpdateEndpointWeightsAndCapacities",),
            resources=(names.arn("sagemaker", f"endpoint/{names.prefix}-*"),),
        ),
        Statement(
            sid="KeepAlarmsThatScale",
            actions=("cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"),
            resources=(names.arn("cloudwatch", f"alarm:TargetTracking-endpoint/{names.prefix}-*"),),
        ),
        see_alarms(names),
        Statement(
            sid="MakeTheRoleThatScales",
            actions=("iam:CreateServiceLinkedRole",),
            resources=(f"arn:{names.partition}:iam::{names.account}:{SERVICE_ROLE}",),
            conditions={"StringEquals": {"iam:AWSServiceName": SERVICE}},
        ),
    )


def _target_statements(names: Names) -> tuple[Statement, ...]:
    return (
        Statement(
            sid="LetEndpointsScale",
            actions=(
                "application-autoscaling:DeregisterScalableTarget",
                "application-autoscaling:PutScalingPolicy",
                "application-autoscaling:RegisterScalableTarget",
            ),
            resources=(names.arn("application-autoscaling", "scalable-target/*"),),
            conditions={
                "StringEquals": {
                    "application-autoscaling:service-namespace": "sagemaker",
                    "application-autoscaling:scalable-dimension": (
                        "sagemaker:variant:DesiredInstanceCount"
                    ),
                }
            },
        ),
        Statement(
            sid="SeeHowEndpointsScale",
            actions=(
                "application-autoscaling:DescribeScalableTargets",
                "application-autoscaling:DescribeScalingPolicies",
            ),
            resources=("*",),  # describing takes no resource
        ),
    )


def see_alarms(names: Names) -> Statement:
    """Allow looking at alarms; CloudWatch asks for all of them, whichever are named."""
    return Statement(
        sid="SeeAlarms",
        actions=("cloudwatch:DescribeAlarms",),
        resources=(names.arn("cloudwatch", "alarm:*"),),
    )
