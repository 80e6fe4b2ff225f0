"""What the twin changes in moto's CloudWatch Logs: keys of log groups.

Logs encrypts for itself, so a key's own policy has to let it in, for the group by its ARN. It looks
when a group is given the key. Which actions it tries then is not documented; all of them are asked
for that its guide has a key allow.
Reference: "Encrypt log data in CloudWatch Logs using AWS KMS" in its user guide; the wording is in
https://github.com/hashicorp/terraform-provider-aws/issues/29282.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.kms.models import kms_backends
from moto.logs.exceptions import LogsClientError, ResourceNotFoundException
from moto.logs.responses import LogsResponse

from ops.iam.documents import parse
from ops.iam.errors import UnknownInPolicyError
from ops.iam.evaluate import Asked, decide_for_service
from twin.services.json_protocol import add_operations, parameters

if TYPE_CHECKING:
    from twin.cloud import Cloud

USES: Final = tuple(
    f"kms:{action}"
    for action in ("Decrypt", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo")
)
CONTEXT: Final = "kms:EncryptionContext:aws:logs:arn"

_moto_create_log_group = LogsResponse.create_log_group


def install(cloud: Cloud) -> None:
    """Let moto's Logs look at a group's key."""
    del cloud  # moto's own state is looked at, whichever account it is
    LogsResponse.create_log_group = _create_log_group
    operations = {"associate_kms_key": _associate, "disassociate_kms_key": _disassociate}
    add_operations(LogsResponse, operations)


def _create_log_group(self: LogsResponse) -> str:
    sent = parameters(self)
    if sent.get("kmsKeyId"):
        _require_key(self, sent["kmsKeyId"], sent["logGroupName"])
    return _moto_create_log_group(self)


def _associate(request: LogsResponse, sent: dict[str, Any]) -> dict[str, Any]:
    group = _group(request, sent)
    _require_key(request, sent["kmsKeyId"], group.name)
    group.kms_key_id = sent["kmsKeyId"]
    return {}


def _disassociate(request: LogsResponse, sent: dict[str, Any]) -> dict[str, Any]:
    _group(request, sent).kms_key_id = None
    return {}


def _group(request: LogsResponse, sent: dict[str, Any]) -> Any:
    name = sent.get("logGroupName") or sent.get("resourceIdentifier", "").partition("log-group:")[2]
    groups: Any = request.logs_backend.groups
    if name not in groups:
        raise ResourceNotFoundException
    return groups[name]


def _require_key(request: LogsResponse, key_arn: str, group: str) -> None:
    """Refuse a key that does not work, or that does not let Logs use it for a group."""
    region, account = request.region, request.current_account
    keys: Any = kms_backends[account][region].keys
    key = keys.get(key_arn.rpartition("key/")[2])
    arn = f"arn:{request.partition}:logs:{region}:{account}:log-group:{group}"
    if key is None or key.arn != key_arn or not key.enabled:
        raise _refused("InvalidParameterException", arn, f"found no enabled key {key_arn}")
    for action in USES:
        why = _why_not(Asked(action, key_arn, {CONTEXT: arn}), f"logs.{region}.amazonaws.com", key)
        if why:
            raise _refused("AccessDeniedException", arn, f"{action}: {why}")


def _why_not(asked: Asked, service: str, key: Any) -> str:
    """Return what keeps a service from using a key; empty where nothing does."""
    try:
        decision = decide_for_service(asked, service, parse(key.policy))
    except UnknownInPolicyError as error:
        return str(error)
    return "" if decision.allowed else decision.why


def _refused(code: str, arn: str, why: str) -> LogsClientError:
    """Return what AWS says, and what the twin knows besides."""
    return LogsClientError(
        code,
        "The specified KMS key does not exist or is not allowed to be used with Arn "
        f"'{arn}' ({why}; do: let CloudWatch Logs use the key, in its own policy)",
    )
