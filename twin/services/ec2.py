"""What the twin changes in moto's EC2: a flow log's role is one that may write it.

The wording is that which Terraform's provider waits for (its `flow_log.go`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.flow_logs import FlowLogs

from twin.services.roles import is_taken_on

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

    from twin.cloud import Cloud

PRINCIPAL: Final = "vpc-flow-logs.amazonaws.com"

_moto_create_flow_logs = FlowLogs.create_flow_logs


def install(cloud: Cloud) -> None:
    """Let moto's EC2 look at the role of a flow log."""
    del cloud  # moto's own state is looked at, whichever account it is
    FlowLogs.create_flow_logs = _create_flow_logs


def _create_flow_logs(self: FlowLogs) -> ActionResult:
    params: Any = self.params
    role = params.get("DeliverLogsPermissionArn")
    if role and not is_taken_on(self.current_account, role, PRINCIPAL):
        raise EC2ClientError("InvalidParameter", "Unable to assume given IAM role")
    return _moto_create_flow_logs(self)
