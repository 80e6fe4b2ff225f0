"""What the twin changes in moto's STS: a role that does not exist gives nobody credentials.

Who may take a role on is not judged: what asks here is the twin, in the place of a service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.exceptions import AccessDeniedError
from moto.iam.models import iam_backends
from moto.sts.responses import TokenResponse

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

    from twin.cloud import Cloud

_moto_assume_role = TokenResponse.assume_role


def install(cloud: Cloud) -> None:
    """Let moto's STS look for a role in IAM."""
    del cloud  # moto's own state is looked at, whichever account it is
    TokenResponse.assume_role = _assume_role


def _assume_role(self: TokenResponse) -> ActionResult:
    """Refuse as STS does, which does not tell whether a role is missing or closed."""
    params: Any = self.params
    arn = str(params["RoleArn"])
    roles: Any = iam_backends[self.current_account][self.partition].roles
    if arn not in {role.arn for role in roles.values()}:
        _, caller, _ = self.backend.get_caller_identity(self.get_access_key(), self.region)
        raise AccessDeniedError(caller, f"sts:AssumeRole on resource: {arn}")
    return _moto_assume_role(self)
