"""Roles and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]


def test_a_role_keeps_its_trust_policy_as_it_was_written(create: Create, aws: FakeAws) -> None:
    token = "aws:iam/role:Role"  # noqa: S105 - a type token

    created = create(token, {"name": "runs", "assumeRolePolicy": {"Statement": []}})

    assert aws.asked("create_role")["AssumeRolePolicyDocument"] == '{"Statement": []}'
    assert created.outputs["createDate"] == "2026-01-02T03:04:05Z"


def test_a_role_policy_is_known_by_role_and_name(create: Create) -> None:
    token = "aws:iam/rolePolicy:RolePolicy"  # noqa: S105 - a type token

    assert create(token, SAMPLES[token]).id == "runs:read"


def test_a_policy_is_known_by_its_arn(create: Create, aws: FakeAws) -> None:
    token = "aws:iam/policy:Policy"  # noqa: S105 - a type token

    created = create(token, SAMPLES[token])

    assert created.id == created.outputs["arn"]
    assert aws.asked("create_policy")["Tags"] == [{"Key": "Stack", "Value": "mlops-twin"}]


def test_an_attachment_names_both_sides(create: Create, aws: FakeAws) -> None:
    token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"  # noqa: S105 - a type token

    create(token, SAMPLES[token])

    assert aws.asked("attach_role_policy")["RoleName"] == "runs"
