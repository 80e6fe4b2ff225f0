"""The roles that the workflows take on: one to preview, one to deploy each stack. Pure.

What a deployment may do is read off the program itself: the services of its resources, and the
services that its roles are for. So a service that the program begins to use is in the next print.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ops.deploy_roles.place import Place
    from ops.graph import Graph

VERSION: Final = "2012-10-17"
ISSUER: Final = "token.actions.githubusercontent.com"
SERVICES: Final = {
    "cloudwatch/dashboard": "cloudwatch",
    "cloudwatch/metricAlarm": "cloudwatch",
    "cloudwatch/compositeAlarm": "cloudwatch",
    "cloudwatch/eventRule": "events",
    "cloudwatch/eventTarget": "events",
    "cloudwatch/logGroup": "logs",
    "mwaa": "airflow",
    "vpc": "ec2",
}
"""Modules of the provider that IAM calls otherwise; the rest have their service's name."""

DATA_SOURCES: Final = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": ("ec2:DescribeAvailabilityZones",),
    "aws:index/getCallerIdentity:getCallerIdentity": (),  # everybody may ask who they are
}
"""What the program asks AWS while it is evaluated, and so in a preview."""

ROLE_ACTIONS: Final = (
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
    "iam:ListRoleTags",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
LINKED_ROLES: Final = ("airflow.amazonaws.com",)
"""Services that make a role of their own in the account when they are used for the first time."""


Document = dict[str, Any]
Roles = dict[str, dict[str, Document]]


def deploy_roles(place: Place, graphs: Mapping[str, Sequence[Graph]]) -> Roles:
    """Return trust and policy of each role: one to preview, and one to deploy each stack.

    Args:
        place: Where they are used.
        graphs: The program's resources by stack, in each of its variants.
    """
    previewing = {"trust": _trust(place, "pull_request", "ref:refs/heads/main")}
    roles: Roles = {"preview": {**previewing, "policy": _preview_policy(place)}}
    for stack, found in graphs.items():
        roles[f"deploy-{stack}"] = {
            "trust": _trust(place, f"environment:{stack}"),
            "policy": _deploy_policy(place, found),
        }
    return roles


def _trust(place: Place, *where: str) -> Document:
    """Let runs of the repository take on a role, from these places in it alone."""
    subjects = [f"repo:{place.repository}:{part}" for part in where]
    return _document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{place.account}:oidc-provider/{ISSUER}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": subjects}
            },
        }
    )


def _preview_policy(place: Place) -> Document:
    asked = sorted(action for actions in DATA_SOURCES.values() for action in actions)
    return _document(
        _allow("ReadTheState", ("s3:GetObject",), f"arn:aws:s3:::{place.bucket}/.pulumi/*"),
        _allow("ListTheState", ("s3:ListBucket",), f"arn:aws:s3:::{place.bucket}"),
        _allow("ReadSecretsInTheState", ("kms:Decrypt",), place.key),
        _allow("AskWhatTheProgramAsks", asked, "*"),
    )


def _deploy_policy(place: Place, graphs: Sequence[Graph]) -> Document:
    prefix = graphs[0].outputs["name_prefix"]
    roles = f"arn:aws:iam::{place.account}:role/{prefix}-*"
    pass_role = _allow("HandRolesToTheirServices", ("iam:PassRole",), roles)
    pass_role["Condition"] = {"StringEquals": {"iam:PassedToService": trusted_services(graphs)}}
    linked = _allow("LetServicesMakeTheirOwnRole", ("iam:CreateServiceLinkedRole",), "*")
    linked["Condition"] = {"StringEquals": {"iam:AWSServiceName": list(LINKED_ROLES)}}
    return _document(
        _allow("UseTheProgramsServices", [f"{name}:*" for name in services(graphs)], "*"),
        _allow("MakeTheStacksRoles", ROLE_ACTIONS, roles),
        pass_role,
        linked,
        _allow("EncryptSecretsInTheState", ("kms:Decrypt", "kms:Encrypt"), place.key),
    )


def services(graphs: Iterable[Graph]) -> list[str]:
    """Return the services of the program's resources as IAM calls them; IAM is by itself."""
    found = {service_of(one.type) for graph in graphs for one in graph if one.custom}
    return sorted(found - {"iam"})


def service_of(token: str) -> str:
    """Return the service that a resource type belongs to."""
    path = token.split(":")[1]
    return SERVICES.get(path) or SERVICES.get(path.split("/")[0]) or path.split("/")[0]


def trusted_services(graphs: Iterable[Graph]) -> list[str]:
    """Return the services that the program's roles are for."""
    found: set[str] = set()
    for graph in graphs:
        for role in graph.of_type("aws:iam/role:Role"):
            for statement in json.loads(role.inputs["assumeRolePolicy"])["Statement"]:
                trusted = cast("str | list[str]", statement["Principal"]["Service"])
                found.update([trusted] if isinstance(trusted, str) else trusted)
    return sorted(found)


def _allow(sid: str, actions: Iterable[str], resource: str) -> Document:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}


def _document(*statements: Document) -> Document:
    return {"Version": VERSION, "Statement": list(statements)}
