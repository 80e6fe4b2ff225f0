"""The role of one step, with what it may do: a building block of the components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components import policies
from components.readiness import when_ready

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.naming import Names


@dataclass(frozen=True, kw_only=True)
class StepRoleArgs:
    """Who takes on the role, and what for.

    Attributes:
        step: What the role is called after the stack's prefix.
        description: What the step does, for who reads the role in the console.
        trust: The document that says which service takes it on.
        statements: What the step does, and nothing else.
    """

    names: Names
    step: str
    description: str
    trust: Mapping[str, Any]
    statements: Sequence[policies.Statement]


class StepRole(pulumi.ComponentResource):
    """A role of its own for a step.

    Its one policy is a resource of its own, so that nothing is removed that was attached elsewhere.
    `arn` is known only when the policy is in force: who is handed it never starts too early.
    """

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: StepRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:roles:StepRole", name, None, opts)
        role = self._role(name, args)
        policy = self._policy(name, args, role)
        self.arn = when_ready(role.arn, policy)
        self.register_outputs({"arn": self.arn})

    def _role(self, name: str, args: StepRoleArgs) -> aws.iam.Role:
        return aws.iam.Role(
            f"{name}-role",
            name=args.names.step(args.step),
            description=args.description,
            assume_role_policy=pulumi.Output.json_dumps(args.trust),
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _policy(self, name: str, args: StepRoleArgs, role: aws.iam.Role) -> aws.iam.RolePolicy:
        return aws.iam.RolePolicy(
            f"{name}-policy",
            name=args.step,
            role=role.name,
            policy=pulumi.Output.json_dumps(policies.document(*args.statements)),
            opts=pulumi.ResourceOptions(parent=self),
        )
