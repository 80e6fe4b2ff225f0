"""What SageMaker refuses of the network that a job or a model shall lie in.

moto keeps a VpcConfig and looks at nothing in it. On AWS a job whose subnet or group is not there
never starts, and a model needs two zones before an endpoint can serve it.
Reference: "Give SageMaker AI Hosted Endpoints Access to Resources in Your Amazon VPC" in its guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from twin.services.sagemaker_rules import refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud

HOSTING_ZONES: Final = 2


def require_network(cloud: Cloud, config: Mapping[str, Any] | None, *, zones: int = 1) -> None:
    """Refuse subnets and groups that are not there, or lie apart or too close together.

    Args:
        cloud: Whose EC2 is asked.
        config: A request's VpcConfig; none means SageMaker's own network.
        zones: In how many zones the subnets have to lie.
    """
    if not config:
        return
    subnets = _subnets(cloud, config["Subnets"])
    networks = {subnet["VpcId"] for subnet in subnets}
    networks |= _networks_of_groups(cloud, config["SecurityGroupIds"])
    if len(networks) != 1:
        raise refused(f"VpcConfig: subnets and security groups lie in {sorted(networks)}.")
    found = sorted({subnet["AvailabilityZone"] for subnet in subnets})
    if len(found) < zones:
        raise refused(f"VpcConfig: subnets lie in {found}; specify at least {zones} zones.")


def _subnets(cloud: Cloud, ids: list[str]) -> list[dict[str, Any]]:
    try:
        return cloud.client("ec2").describe_subnets(SubnetIds=ids)["Subnets"]
    except ClientError as error:
        raise _missing(error) from error


def _networks_of_groups(cloud: Cloud, ids: list[str]) -> set[str]:
    try:
        groups = cloud.client("ec2").describe_security_groups(GroupIds=ids)["SecurityGroups"]
    except ClientError as error:
        raise _missing(error) from error
    return {group["VpcId"] for group in groups}


def _missing(error: ClientError) -> Exception:
    return refused(f"VpcConfig: {error.response.get('Error', {}).get('Message', error)}")
