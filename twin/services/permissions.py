"""The policies of moto's account: what a role's calls are held against.

moto keeps them and judges none but a bucket's. They are read from its state, not asked for: each
call of a role needs several.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends

from ops.iam.documents import parse
from ops.iam.evaluate import Policies
from twin.calls.journal import Journal
from twin.permissions.guard import RoleGuard
from twin.permissions.rules import Place
from twin.services.codecommit_pull_requests import repository_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ops.iam.documents import Statement
    from ops.iam.evaluate import Asked
    from twin.cloud import Cloud

CODECOMMIT: Final = "codecommit"

_parse = lru_cache(maxsize=512)(parse)


def install(cloud: Cloud) -> None:
    """Hold each role to its policies from now on, and record its calls."""
    account = MotoAccount(Place(cloud.account, cloud.region))
    journal = Journal(cloud.workspace.last / "calls.jsonl")
    cloud.guard_with(RoleGuard(account, cloud.role_of, journal))


class MotoAccount:
    """An account's policies and keys, as moto has them now."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._iam: Any = iam_backends[place.account][place.partition]
        self._kms: Any = kms_backends[place.account][place.region]
        self._s3: Any = s3_backends[place.account][place.partition]

    def policies(self, role_arn: str, asked: Asked) -> Policies:
        """Return the policies that bear on what a role asks."""
        role = self._iam.get_role(role_arn.rsplit("/", 1)[-1])
        boundary = role.permissions_boundary_arn
        service = asked.action.partition(":")[0]
        return Policies(
            identity=tuple(self._statements(role)),
            boundary=_managed(self._iam.managed_policies[boundary]) if boundary else None,
            resource=self._of_resource(service, asked.resource),
            resource_decides=service == "kms",
        )

    def _statements(self, role: Any) -> Iterator[Statement]:
        for document in role.policies.values():
            yield from _parse(document)
        for policy in role.managed_policies.values():
            yield from _managed(policy)

    def _of_resource(self, service: str, arn: str) -> Sequence[Statement]:
        name = arn.rsplit(":", 1)[-1]
        if service == "kms":
            key = self._kms.keys.get(name.removeprefix("key/"))
            return _parse(key.policy) if key else ()
        bucket = self._s3.buckets.get(name.partition("/")[0]) if service == "s3" else None
        return _parse(bucket.policy.decode()) if bucket and bucket.policy else ()

    def key_of(self, bucket: str) -> str | None:
        """Return the KMS key that encrypts a bucket's objects, if one does."""
        found: Any = self._s3.buckets.get(bucket)
        if not found or not found.encryption:
            return None
        default: Any = found.encryption["Rule"].get("ApplyServerSideEncryptionByDefault", {})
        return default.get("KMSMasterKeyID")

    def implied(self, service: str, parameters: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the repository of a pull request or comment that is named by its id alone."""
        repository = repository_of(self.place.account, parameters) if service == CODECOMMIT else ""
        return {"repositoryName": repository} if repository else {}


def _managed(policy: Any) -> Sequence[Statement]:
    """Return the statements of a policy that has versions: those of the one in force."""
    versions = {version.version_id: version.document for version in policy.versions}
    return _parse(versions[policy.default_version_id])
