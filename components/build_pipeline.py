"""From a push to what it leads to: staged code, and an image if its content is new."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components import policies
from components.build_permissions import (
    image_statements,
    pipeline_statements,
    staging_statements,
    start_statements,
)
from components.build_project import BuildProject, BuildProjectArgs
from components.dead_letters import DeadLetters, DeadLettersArgs, retry_policy
from components.pipeline_source import (
    CONNECTIONS_CONSOLE,
    PipelineSource,
    arn_service,
    codecommit_source,
    connection_source,
    hand_over_commit,
    push_pattern,
)
from components.pipeline_stages import stages
from components.roles import StepRole, StepRoleArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.naming import Names
    from components.settings import StackSettings

STAGING_BUILDSPEC = "staging.buildspec.yml"
IMAGE_BUILDSPEC = "training_image/buildspec.yml"
UNTAGGED_IMAGE_DAYS = 7
STAGING_MINUTES = 15
IMAGE_MINUTES = 60


@dataclass(frozen=True, kw_only=True)
class BuildPipelineArgs:
    """What the pipeline needs from its neighbours."""

    names: Names
    settings: StackSettings
    artifact_bucket: pulumi.Input[str]
    airflow_bucket: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    messages_key_arn: pulumi.Input[str]


class BuildPipeline(pulumi.ComponentResource):
    """Repository or connection, pipeline, the two builds, and the registry of the image.

    A push starts it with its own commit; pushes queue and none is left out.
    It starts no training: the image's own event does.

    Attributes:
        clone_url: Of the stack's own repository; a connection has none.
        source_outputs: What a person needs to know of the source, by the stack output's name.
        dead_letter_queue_urls: Where undelivered pushes lie; a connection has no such queue.
    """

    pipeline_name: pulumi.Output[str]
    image_repository: pulumi.Output[str]
    image_repository_uri: pulumi.Output[str]
    clone_url: pulumi.Output[str] | None
    source_outputs: Mapping[str, pulumi.Input[str]]
    dead_letter_queue_urls: Mapping[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: BuildPipelineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:build:BuildPipeline", name, None, opts)
        if args.settings.source == "connection":
            self._from_connection(name, args)
        else:
            self._from_codecommit(name, args)
        self.register_outputs(
            {"pipeline_name": self.pipeline_name, "image_repository": self.image_repository}
        )

    def _from_codecommit(self, name: str, args: BuildPipelineArgs) -> None:
        """Build what is pushed to a repository of the stack's own."""
        repository = self._repository(name, args)
        branch = args.settings.branch
        source = codecommit_source(args.names, repository.repository_name, branch)
        pipeline = self._build(name, args, source)
        undelivered = self._start_on_push(name, args, repository, pipeline)
        self.clone_url = repository.clone_url_http
        self.dead_letter_queue_urls = {"pipeline_events": undelivered.url}
        self.source_outputs = {
            "repository_clone_url": repository.clone_url_http,
            "repository_ssh_url": repository.clone_url_ssh,
        }

    def _from_connection(self, name: str, args: BuildPipelineArgs) -> None:
        """Build what is pushed to a repository at GitHub, GitLab or Bitbucket."""
        settings = args.settings
        connection_arn = settings.connection_arn or self._connection(name, args).arn
        source = connection_source(
            connection_arn,
            settings.source_repository,
            settings.branch,
            service=arn_service(settings.connection_arn),
        )
        self._build(name, args, source)
        self.clone_url = None
        self.dead_letter_queue_urls = {}
        self.source_outputs = {
            "connection_arn": connection_arn,
            "approve_connection_at": CONNECTIONS_CONSOLE.format(region=args.names.region),
        }

    def _build(
        self, name: str, args: BuildPipelineArgs, source: PipelineSource
    ) -> aws.codepipeline.Pipeline:
        """Make all that is the same for every source."""
        registry = self._registry(name, args)
        staging = self._staging(name, args, source)
        image = self._image(name, args, source, registry)
        pipeline = self._pipeline(name, args, source, (staging, image))
        self.pipeline_name = pipeline.name
        self.image_repository = registry.name
        self.image_repository_uri = registry.repository_url
        return pipeline

    def _connection(self, name: str, args: BuildPipelineArgs) -> aws.codeconnections.Connection:
        """Make a connection, which waits until a person approves it in the console."""
        return aws.codeconnections.Connection(
            f"{name}-connection",
            name=args.names.connection,
            provider_type=args.settings.connection_provider,
            tags=args.names.tags,
            opts=self._child(),
        )

    def _repository(self, name: str, args: BuildPipelineArgs) -> aws.codecommit.Repository:
        return aws.codecommit.Repository(
            f"{name}-repository",
            repository_name=args.names.source_repository,
            description="Code and model files; a push retrains what it changes",
            tags=args.names.tags,
            opts=self._lasting(args),
        )

    def _registry(self, name: str, args: BuildPipelineArgs) -> aws.ecr.Repository:
        registry = aws.ecr.Repository(
            f"{name}-images",
            name=args.names.image_repository,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            # Can't be changed later without losing the images.
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": args.key_arn}],
            # Each can be built again from its commit, and a destroy would stop at the first.
            force_delete=not args.settings.protect,
            tags=args.names.tags,
            opts=self._lasting(args),
        )
        aws.ecr.LifecyclePolicy(
            f"{name}-images-lifecycle",
            repository=registry.name,
            policy=json.dumps(image_lifecycle()),
            opts=self._child(),
        )
        return registry

    def _staging(self, name: str, args: BuildPipelineArgs, source: PipelineSource) -> BuildProject:
        return BuildProject(
            f"{name}-staging",
            BuildProjectArgs(
                names=args.names,
                step="staging",
                project=args.names.staging_project,
                description="Stages code, DAGs and model files of a commit",
                buildspec=STAGING_BUILDSPEC,
                environment={
                    "AIRFLOW_BUCKET": args.airflow_bucket,
                    "ARTIFACT_BUCKET": args.artifact_bucket,
                },
                statements=staging_statements(args.names, args.key_arn, source.clone),
                key_arn=args.key_arn,
                logs_key_arn=args.logs_key_arn,
                log_retention_days=args.settings.log_retention_days,
                minutes=STAGING_MINUTES,
            ),
            self._child(),
        )

    def _image(
        self,
        name: str,
        args: BuildPipelineArgs,
        source: PipelineSource,
        registry: aws.ecr.Repository,
    ) -> BuildProject:
        return BuildProject(
            f"{name}-image",
            BuildProjectArgs(
                names=args.names,
                step="image",
                project=args.names.image_project,
                description="Builds the training image if its content is new, and tags it",
                buildspec=IMAGE_BUILDSPEC,
                environment={
                    "ARTIFACT_BUCKET": args.artifact_bucket,
                    "IMAGE_REPOSITORY": registry.name,
                    "IMAGE_REPOSITORY_URI": registry.repository_url,
                },
                statements=image_statements(args.names, args.key_arn, source.clone),
                key_arn=args.key_arn,
                logs_key_arn=args.logs_key_arn,
                log_retention_days=args.settings.log_retention_days,
                minutes=IMAGE_MINUTES,
                runs_docker=True,
            ),
            self._child(),
        )

    def _pipeline(
        self,
        name: str,
        args: BuildPipelineArgs,
        source: PipelineSource,
        builds: tuple[BuildProject, BuildProject],
    ) -> aws.codepipeline.Pipeline:
        staging, image = builds
        return aws.codepipeline.Pipeline(
            f"{name}-pipeline",
            name=args.names.pipeline,
            pipeline_type="V2",
            # Each push is built, in order; the other modes leave some out.
            execution_mode="QUEUED",
            role_arn=self._pipeline_role(name, args, source).arn,
            artifact_stores=[
                {
                    "type": "S3",
                    "location": args.artifact_bucket,
                    "encryption_key": {"type": "KMS", "id": args.key_arn},
                }
            ],
            stages=stages(
                source.action, {"Staging": staging.project_name, "Image": image.project_name}
            ),
            triggers=source.triggers or None,
            tags=args.names.tags,
            opts=self._child(),
        )

    def _pipeline_role(
        self, name: str, args: BuildPipelineArgs, source: PipelineSource
    ) -> StepRole:
        return self._role(
            f"{name}-pipeline",
            args,
            "pipeline",
            "Build pipeline: hand a commit to the builds",
            policies.trust(
                "codepipeline.amazonaws.com",
                account=args.names.account,
                sources=[args.names.arn("codepipeline", args.names.pipeline)],
                documented=False,
            ),
            pipeline_statements(args.names, args.key_arn, source.look),
        )

    def _start_on_push(
        self,
        name: str,
        args: BuildPipelineArgs,
        repository: aws.codecommit.Repository,
        pipeline: aws.codepipeline.Pipeline,
    ) -> DeadLetters:
        role = self._role(
            f"{name}-start",
            args,
            "pipeline-start",
            "Push event: start the build pipeline",
            policies.trust_rule(args.names, "push"),
            start_statements(args.names),
        )
        rule = self._push_rule(name, args, repository)
        undelivered = DeadLetters(
            f"{name}-start-failures",
            DeadLettersArgs(
                names=args.names,
                step="pipeline-events",
                key_arn=args.messages_key_arn,
                rule_arns=[rule.arn],
            ),
            self._child(),
        )
        aws.cloudwatch.EventTarget(
            f"{name}-start-target",
            rule=rule.name,
            target_id="pipeline",
            arn=pipeline.arn,
            role_arn=role.arn,
            input_transformer=hand_over_commit(),
            retry_policy=retry_policy(),
            dead_letter_config={"arn": undelivered.arn},
            opts=self._child(),
        )
        return undelivered

    def _push_rule(
        self, name: str, args: BuildPipelineArgs, repository: aws.codecommit.Repository
    ) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            f"{name}-push-rule",
            name=args.names.step("push"),
            description=f"A push to {args.settings.branch}, also the one that creates the branch",
            event_pattern=pulumi.Output.json_dumps(
                push_pattern(repository.arn, args.settings.branch)
            ),
            state="ENABLED",
            tags=args.names.tags,
            opts=self._child(),
        )

    def _role(
        self,
        name: str,
        args: BuildPipelineArgs,
        step: str,
        description: str,
        trust: Mapping[str, Any],
        statements: Sequence[policies.Statement],
    ) -> StepRole:
        return StepRole(
            f"{name}-access",
            StepRoleArgs(
                names=args.names,
                step=step,
                description=description,
                trust=trust,
                statements=statements,
            ),
            self._child(),
        )

    def _child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)

    def _lasting(self, args: BuildPipelineArgs) -> pulumi.ResourceOptions:
        """Return the options of what holds code or images."""
        return pulumi.ResourceOptions(parent=self, protect=args.settings.protect)


def image_lifecycle() -> dict[str, Any]:
    """Return the rule that lets images without a tag expire, and never one with a tag.

    A rule by age or number would delete the image in service, and the next scale-out would fail.
    """
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Images that no tag names any more",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": UNTAGGED_IMAGE_DAYS,
                },
                "action": {"type": "expire"},
            }
        ]
    }
