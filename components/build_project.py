"""One build of the pipeline: a building block of the components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components import policies
from components.roles import StepRole, StepRoleArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.naming import Names

BUILD_IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
BUILD_MINUTES = 60
QUEUE_MINUTES = 120


@dataclass(frozen=True, kw_only=True)
class BuildProjectArgs:
    """Who the build is, what it runs, what it is told.

    Attributes:
        step: What its role is called after the stack's prefix.
        project: Its own name.
        buildspec: The file in the repository with its commands.
        environment: Variables, as `staging/settings.py` reads them.
        statements: What its commands do, and nothing else.
        runs_docker: Whether it builds an image, which needs a privileged and a larger machine.
    """

    names: Names
    step: str
    project: str
    description: str
    buildspec: str
    environment: Mapping[str, pulumi.Input[str]]
    statements: Sequence[policies.Statement]
    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    log_retention_days: int
    runs_docker: bool = False


class BuildProject(pulumi.ComponentResource):
    """A CodeBuild project with a role and a log group of its own.

    Its commands lie in the repository and travel by push: a change of them needs no `pulumi up`.
    """

    project_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: BuildProjectArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:build:BuildProject", name, None, opts)
        role = self._role(name, args)
        logs = self._log_group(name, args)
        self.project_name = self._project(name, args, role, logs).name
        self.register_outputs({"project_name": self.project_name})

    def _role(self, name: str, args: BuildProjectArgs) -> StepRole:
        return StepRole(
            f"{name}-access",
            StepRoleArgs(
                names=args.names,
                step=args.step,
                description=args.description,
                trust=policies.trust("codebuild.amazonaws.com", account=args.names.account),
                statements=args.statements,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _log_group(self, name: str, args: BuildProjectArgs) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=args.names.build_log_group(args.project),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.logs_key_arn,
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _project(
        self, name: str, args: BuildProjectArgs, role: StepRole, logs: aws.cloudwatch.LogGroup
    ) -> aws.codebuild.Project:
        return aws.codebuild.Project(
            f"{name}-project",
            name=args.project,
            description=args.description,
            service_role=role.arn,
            source={"type": "CODEPIPELINE", "buildspec": args.buildspec},
            artifacts={"type": "CODEPIPELINE"},
            environment=_machine(args),
            encryption_key=args.key_arn,
            build_timeout=BUILD_MINUTES,
            queued_timeout=QUEUE_MINUTES,
            logs_config={"cloudwatch_logs": {"status": "ENABLED", "group_name": logs.name}},
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _machine(args: BuildProjectArgs) -> aws.codebuild.ProjectEnvironmentArgsDict:
    return {
        "type": "LINUX_CONTAINER",
        "compute_type": "BUILD_GENERAL1_MEDIUM" if args.runs_docker else "BUILD_GENERAL1_SMALL",
        "image": BUILD_IMAGE,
        # Docker inside a build asks for it; no other build gets it.
        "privileged_mode": args.runs_docker,
        "environment_variables": [
            {"name": name, "value": value} for name, value in args.environment.items()
        ],
    }
