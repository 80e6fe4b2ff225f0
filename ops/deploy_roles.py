"""Prints the roles that the workflows take on: `make deploy-roles REPOSITORY=owner/name ...`.

What a deployment may do is read off the program itself: the services of its resources, and the
services that its roles are for. So a service that the program begins to use is in the next print.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from ops import terminal
from ops.errors import OpsError
from ops.program import StandInCloud
from ops.stack import evaluate_stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ops.graph import Graph

ROOT: Final = Path(__file__).resolve().parents[1]
STACKS: Final = ("dev", "prod")
VERSION: Final = "2012-10-17"
ISSUER: Final = "token.actions.githubusercontent.com"
VARIANTS: Final[tuple[dict[str, str], ...]] = (
    {"mlops:reviewPullRequests": "true"},
    {"mlops:source": "connection", "mlops:sourceRepository": "owner/name"},
    {"mlops:alarmEmail": "somebody@example.com", "mlops:monthlyBudget": "1"},
)
"""Settings that add resources: a role is for every setting of its stack."""

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


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the workflows run, and where Pulumi's state lies.

    Attributes:
        repository: `owner/name` at GitHub.
        account: The AWS account's 12 digits.
        bucket: Holds the state.
        key: ARN of the key that encrypts the secrets in it.
    """

    repository: str
    account: str
    bucket: str
    key: str


ARGUMENTS: Final = {
    "repository": (r"[\w-]+/[\w.-]+", "owner/name at GitHub"),
    "account": (r"\d{12}", "the AWS account's 12 digits"),
    "bucket": (r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "the name of the bucket of Pulumi's state"),
    "key": (
        r"arn:aws[\w-]*:kms:[\w-]+:\d{12}:key/[\w-]+",
        "ARN of the key of the secrets in it, as arn:aws:kms:REGION:ACCOUNT:key/ID",
    ),
}
"""What has to be given: how it looks, and what it is."""


def read_place(given: Mapping[str, str]) -> Place:
    """Return the place that is named.

    Raises:
        OpsError: A part is missing or cannot be one; all such parts are told together.
    """
    wrong = {
        name: what
        for name, (pattern, what) in ARGUMENTS.items()
        if not re.fullmatch(pattern, given[name])
    }
    if wrong:
        raise OpsError(
            "who may take on the roles, and what for?",
            found=", ".join(f"{name.upper()}={given[name]}" for name in wrong),
            expected="; ".join(f"{name.upper()}: {what}" for name, what in wrong.items()),
            do="name them: make --silent deploy-roles REPOSITORY=owner/name "
            "ACCOUNT=123456789012 BUCKET=my-state KEY=arn:aws:kms:...",
        )
    return Place(**given)


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


def stack_graphs() -> dict[str, list[Graph]]:
    """Return what the program of this folder declares, by stack and in each variant."""
    return {
        stack: [evaluate_stack(ROOT, stack, StandInCloud(), values) for values in VARIANTS]
        for stack in STACKS
    }


def _allow(sid: str, actions: Iterable[str], resource: str) -> Document:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}


def _document(*statements: Document) -> Document:
    return {"Version": VERSION, "Statement": list(statements)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the roles as JSON."""
    parser = argparse.ArgumentParser(prog="make deploy-roles", description=__doc__)
    for name, (_, what) in ARGUMENTS.items():
        parser.add_argument(f"--{name}", default="", help=what)
    given = vars(parser.parse_args(arguments))
    return terminal.run("deploy-roles", lambda: _print(given))


def _print(given: Mapping[str, str]) -> None:
    place = read_place(given)
    sys.stdout.write(json.dumps(deploy_roles(place, stack_graphs()), indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
