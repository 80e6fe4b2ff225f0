"""What the twin changes in moto's IAM: policies have the lengths that IAM gives them.

Of the quotas these alone: a stack that grows reaches them, and no account is needed to know them.
Reference: "IAM and AWS STS quotas" in IAM's user guide; the wordings are those of
https://github.com/aws/aws-cdk/issues/18564 and https://github.com/aws/aws-cdk/issues/12403.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.iam.exceptions import LimitExceededException
from moto.iam.responses import IamResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.responses import ActionResult

    from twin.cloud import Cloud

    Operation = Callable[[IamResponse], ActionResult]

TRUST_SIZE: Final = 2_048
"""Of an account that asked for no more; IAM gives up to 4,096."""

INLINE_SIZE: Final = 10_240
"""Of all the policies in a role together."""

MANAGED_SIZE: Final = 6_144

BOUNDED: Final = {
    "create_role": ("AssumeRolePolicyDocument", "ACLSizePerRole", TRUST_SIZE),
    "update_assume_role_policy": ("PolicyDocument", "ACLSizePerRole", TRUST_SIZE),
    "create_policy": ("PolicyDocument", "PolicySize", MANAGED_SIZE),
    "create_policy_version": ("PolicyDocument", "PolicySize", MANAGED_SIZE),
}
"""Operation -> which parameter is a policy, and its quota's name and value."""

_moto: Final[dict[str, Operation]] = {name: getattr(IamResponse, name) for name in BOUNDED}
_moto_put_role_policy = IamResponse.put_role_policy


def install(cloud: Cloud) -> None:
    """Let moto's IAM refuse policies that are too long."""
    del cloud  # moto's own state is looked at, whichever account it is
    for name in BOUNDED:
        setattr(IamResponse, name, _bounded(name))
    IamResponse.put_role_policy = _put_role_policy


def _bounded(name: str) -> Operation:
    parameter, quota, limit = BOUNDED[name]

    def answer(self: IamResponse) -> ActionResult:
        if _size(_sent(self)[parameter]) > limit:
            raise LimitExceededException(f"Cannot exceed quota for {quota}: {limit}")
        return _moto[name](self)

    return answer


def _put_role_policy(self: IamResponse) -> ActionResult:
    sent = _sent(self)
    role: Any = self.backend.get_role(sent["RoleName"])
    policies: dict[str, str] = {**role.policies, sent["PolicyName"]: sent["PolicyDocument"]}
    if sum(map(_size, policies.values())) > INLINE_SIZE:
        raise LimitExceededException(
            f"Maximum policy size of {INLINE_SIZE} bytes exceeded for role {role.name}"
        )
    return _moto_put_role_policy(self)


def _sent(request: IamResponse) -> dict[str, str]:
    found: Any = request.params
    return found


def _size(policy: str) -> int:
    """Return how many characters of a policy count: white space does not."""
    return len("".join(policy.split()))
