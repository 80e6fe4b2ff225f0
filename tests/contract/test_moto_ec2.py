"""What the twin changes in moto's EC2, which takes any role for a flow log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.roles import make_role
from twin.services import ec2

if TYPE_CHECKING:
    from twin.cloud import Cloud


def watch(cloud: Cloud, role: str) -> dict[str, Any]:
    """Write the flow logs of a new network into a group."""
    client = cloud.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    cloud.client("logs").create_log_group(logGroupName="flows")
    return client.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="flows",
        DeliverLogsPermissionArn=role,
    )


def test_a_flow_log_keeps_its_role(cloud: Cloud) -> None:
    ec2.install(cloud)
    role = make_role(cloud, "flows", "vpc-flow-logs")

    answer = watch(cloud, role)

    (found,) = cloud.client("ec2").describe_flow_logs(FlowLogIds=answer["FlowLogIds"])["FlowLogs"]
    assert found["DeliverLogsPermissionArn"] == role


@pytest.mark.parametrize("name", ["none", "other"])
def test_a_role_that_flow_logs_may_not_take_on_is_refused(cloud: Cloud, name: str) -> None:
    ec2.install(cloud)
    role = make_role(cloud, "other", "glue").replace("other", name)

    with pytest.raises(ClientError, match="Unable to assume given IAM role") as refusal:
        watch(cloud, role)

    response: Any = refusal.value.response
    assert response["Error"]["Code"] == "InvalidParameter"
