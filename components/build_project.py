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
QUEUE_MINUTES = 120
MOST_AT_ONCE = 2
"""The pipeline starts one at a time. The second is for one that outlives its stopped execution:
past the limit CodeBuild does not queue a build, it refuses it."""

PACKAGES_CACHE = "LOCAL_CUSTOM_CACHE"
"""The folders that a buildspec names, kept on the build's own host: no bucket, no permission."""

LAYERS_CACHE = "LOCAL_DOCKER_LAYER_CACHE"
"""Layers of earlier images, likewise; it needs the privileges that the image build has anyway."""


@dataclass(frozen=True, kw_only=True)
class BuildProjectArgs:
    """Who the build is, what it runs, what it is told.

    Attributes:
        step: What its role is called after the stack's prefix.
        project: Its own name.
        buildspec: The file in the repository with its commands.
        environment: Variables, as `staging/settings.py` reads them.
        statements: What its commands do, and nothing else.
        minutes: When it is ended at last.
        most_at_once: How many run at the same time; one more is refused, not queued.
        clone_url: The CodeCommit repository that it clones itself; without one, a pipeline hands
            it what to build.
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
    minutes: int
    most_at_once: int = MOST_AT_ONCE
    clone_url: pulumi.Input[str] | None = None
    runs_docker: bool = False


class BuildProject(pulumi.ComponentResource):
    """A CodeBuild project with a role and a log group of its own.

    It caches on its own host, never in a bucket: what a build left behind reaches no other project.
    Its commands lie in the repository and travel by push: a change of them needs no `pulumi up`.
    """

    project_name: pulumi.Output[str]
    project_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: BuildProjectArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:build:BuildProject", name, None, opts)
        role = self._role(name, args)
        logs = self._log_group(name, args)
        project = self._project(name, args, role, logs)
        self.project_name = project.name
        self.project_arn = project.arn
        self.register_outputs({"project_name": self.project_name})

    def _role(self, name: str, args: BuildProjectArgs) -> StepRole:
        return StepRole(
            f"{name}-access",
            StepRoleArgs(
                names=args.names,
                step=args.step,
                description=args.description,
                trust=policies.trust(
                    "codebuild.amazonaws.com",
                    account=args.names.account,
                    sources=[args.names.arn("codebuild", f"project/{args.project}")],
                ),
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
            source=_source(args),
            artifacts={"type": "NO_ARTIFACTS" if args.clone_url is not None else "CODEPIPELINE"},
            environment=_machine(args),
            cache=_cache(args),
            encryption_key=args.key_arn,
            build_timeout=args.minutes,
            queued_timeout=QUEUE_MINUTES,
            concurrent_build_limit=args.most_at_once,
            logs_config={"cloudwatch_logs": {"status": "ENABLED", "group_name": logs.name}},
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _source(args: BuildProjectArgs) -> aws.codebuild.ProjectSourceArgsDict:
    if args.clone_url is None:
        return {"type": "CODEPIPELINE", "buildspec": args.buildspec}
    return {
        "type": "CODECOMMIT",
        "location": args.clone_url,
        "buildspec": args.buildspec,
        # All of the history: two commits are compared.
        "git_clone_depth": 0,
    }


def _cache(args: BuildProjectArgs) -> aws.codebuild.ProjectCacheArgsDict:
    if args.clone_url is not None:
        # It builds what nobody has reviewed: one such build leaves nothing for the next.
        return {"type": "NO_CACHE"}
    modes = [PACKAGES_CACHE, LAYERS_CACHE] if args.runs_docker else [PACKAGES_CACHE]
    return {"type": "LOCAL", "modes": modes}


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
