"""Roles that a service may take on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.cloud import Cloud


def trust(*services: str) -> str:
    """Return the document that lets services take on a role: `glue` stands for Glue's name."""
    names = [f"{service}.amazonaws.com" for service in services]
    principal = {"Service": names if len(names) > 1 else names[0]}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(cloud: Cloud, name: str, *services: str) -> str:
    """Create a role and return its ARN."""
    iam = cloud.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(*services))["Role"]
    return str(role["Arn"])
