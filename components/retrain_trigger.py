"""What starts a retraining: an image push, or a raw file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components import policies
from components.dead_letters import DeadLetters, DeadLettersArgs, retry_policy
from components.files import existing
from components.placement import Placement, lambda_statements
from components.roles import StepRole, StepRoleArgs

if TYPE_CHECKING:
    from pathlib import Path

    from components.naming import Names
    from components.settings import StackSettings

RECONCILIATION = {"reconcile": "current"}
"""What the schedule tells the function; `trigger/event.py` knows it by the same words."""

HANDLER = "trigger.handler.handle"
HANDLER_FILE = "handler.py"
PACKAGE = "trigger"
RUNTIME = "python3.12"
TIMEOUT_SECONDS = 120
"""Room for a dozen models, of which each is one call of at most ten seconds.

A reconciliation takes what there is of it, newest files first.
"""

MEMORY_MB = 256
FUNCTION_RETRIES = 2
"""Lambda's most, some three minutes; what takes longer lies in the dead-letter queue."""

EVENT_AGE_SECONDS = 6 * 3600


@dataclass(frozen=True, kw_only=True)
class RetrainTriggerArgs:
    """What the trigger needs from its neighbours.

    Attributes:
        root: The repository's folder, which holds the function's package.
        image_repository: The ECR repository's name.
        airflow_environment: The MWAA environment's name.
        placement: Where in the network the function lies; `None` outside of it.
    """

    names: Names
    settings: StackSettings
    root: Path
    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    messages_key_arn: pulumi.Input[str]
    data_bucket: pulumi.Input[str]
    artifact_bucket: pulumi.Input[str]
    image_repository: pulumi.Input[str]
    airflow_environment: pulumi.Input[str]
    placement: Placement | None = None


class RetrainTrigger(pulumi.ComponentResource):
    """Starts a DAG run for each image push and each raw object.

    It creates neither the bucket nor the environment: it listens to one and calls the other.
    What cannot be delivered, or fails three times, is kept in a dead-letter queue each; for what
    was never sent there is a schedule, which has the function look for it.
    """

    function_name: pulumi.Output[str]
    event_queue_url: pulumi.Output[str]
    function_queue_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: RetrainTriggerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:trigger:RetrainTrigger", name, None, opts)
        failures = self._dead_letters(name, args, "trigger-function")
        function = self._function(name, args, self._role(name, args, failures), failures)
        rules = {
            "image": self._rule(name, args, "image", image_pattern(args)),
            "data": self._rule(name, args, "data", data_pattern(args)),
            "schedule": self._schedule(name, args),
        }
        said = {"schedule": json.dumps(RECONCILIATION)}
        undelivered = self._dead_letters(name, args, "trigger-events", *rules.values())
        for purpose, rule in rules.items():
            self._deliver(f"{name}-{purpose}", args, rule, function, undelivered, said.get(purpose))
        self.function_name = function.name
        self.event_queue_url = undelivered.url
        self.function_queue_url = failures.url
        self.register_outputs({"function_name": self.function_name})

    def _dead_letters(
        self, name: str, args: RetrainTriggerArgs, step: str, *rules: aws.cloudwatch.EventRule
    ) -> DeadLetters:
        return DeadLetters(
            f"{name}-{step.removeprefix('trigger-')}-failures",
            DeadLettersArgs(
                names=args.names,
                step=step,
                key_arn=args.messages_key_arn,
                rule_arns=[rule.arn for rule in rules],
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _role(self, name: str, args: RetrainTriggerArgs, failures: DeadLetters) -> StepRole:
        return StepRole(
            f"{name}-access",
            StepRoleArgs(
                names=args.names,
                step="trigger",
                description="Trigger: read what was staged, start DAG runs",
                trust=policies.trust(
                    "lambda.amazonaws.com", account=args.names.account, documented=False
                ),
                statements=(*statements(args, failures.arn), *_placed(args)),
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _function(
        self, name: str, args: RetrainTriggerArgs, role: StepRole, failures: DeadLetters
    ) -> aws.lambda_.Function:
        logs = self._log_group(name, args)
        function = aws.lambda_.Function(
            f"{name}-function",
            name=args.names.trigger_function,
            description="Starts a DAG run for each image push and each raw file",
            role=role.arn,
            runtime=RUNTIME,
            architectures=["arm64"],
            handler=HANDLER,
            code=pulumi.AssetArchive(dict(package_files(args.root / PACKAGE))),
            timeout=TIMEOUT_SECONDS,
            memory_size=MEMORY_MB,
            environment={"variables": environment(args)},
            kms_key_arn=args.key_arn,
            vpc_config=_vpc_config(args.placement),
            dead_letter_config={"target_arn": failures.arn},
            reserved_concurrent_executions=args.settings.trigger_concurrency,
            logging_config={"log_format": "Text", "log_group": logs.name},
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._retry(name, function)
        return function

    def _log_group(self, name: str, args: RetrainTriggerArgs) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=args.names.function_log_group(args.names.trigger_function),
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.logs_key_arn,
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _retry(self, name: str, function: aws.lambda_.Function) -> None:
        aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-retries",
            function_name=function.name,
            maximum_retry_attempts=FUNCTION_RETRIES,
            maximum_event_age_in_seconds=EVENT_AGE_SECONDS,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _rule(
        self, name: str, args: RetrainTriggerArgs, purpose: str, pattern: dict[str, Any]
    ) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            f"{name}-{purpose}-rule",
            name=args.names.step(f"trigger-{purpose}"),
            description=f"Retraining is started by: {purpose}",
            event_pattern=pulumi.Output.json_dumps(pattern),
            state="ENABLED",
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _schedule(self, name: str, args: RetrainTriggerArgs) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            f"{name}-schedule-rule",
            name=args.names.step("trigger-schedule"),
            description="It is time to look for what no event told of",
            schedule_expression=f"rate({args.settings.reconcile_minutes} minutes)",
            state="ENABLED",
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _deliver(
        self,
        name: str,
        args: RetrainTriggerArgs,
        rule: aws.cloudwatch.EventRule,
        function: aws.lambda_.Function,
        undelivered: DeadLetters,
        said: str | None,
    ) -> None:
        """Let the function have a rule's events, or what is said in their place."""
        permission = aws.lambda_.Permission(
            f"{name}-permission",
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            source_account=args.names.account,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            target_id="trigger",
            arn=function.arn,
            input=said,
            retry_policy=retry_policy(),
            dead_letter_config={"arn": undelivered.arn},
            # An event that comes before it may be delivered would be dropped into the queue.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )


def _placed(args: RetrainTriggerArgs) -> tuple[policies.Statement, ...]:
    """Return what lying in the network asks of the function's role."""
    if args.placement is None:
        return ()
    return lambda_statements(args.names, args.placement, args.names.trigger_function)


def _vpc_config(placement: Placement | None) -> aws.lambda_.FunctionVpcConfigArgsDict | None:
    if placement is None:
        return None
    return {
        "subnet_ids": list(placement.subnet_ids),
        "security_group_ids": [placement.security_group_id],
    }


def package_files(folder: Path) -> tuple[tuple[str, pulumi.FileAsset], ...]:
    """Return the modules of a package under the paths that they have in the function's archive.

    Raises:
        ProgramError: The package is missing, or the module that Lambda calls.
    """
    existing(folder / HANDLER_FILE, "the module that Lambda calls")
    modules = sorted(folder.rglob("*.py"))
    return tuple(
        (module.relative_to(folder.parent).as_posix(), pulumi.FileAsset(str(module)))
        for module in modules
    )


def environment(args: RetrainTriggerArgs) -> dict[str, pulumi.Input[str]]:
    """Return what `trigger/settings.py` reads."""
    return {
        "ACCOUNT_ID": args.names.account,
        "AIRFLOW_ENVIRONMENT": args.airflow_environment,
        "ARTIFACT_BUCKET": args.artifact_bucket,
        "DATA_BUCKET": args.data_bucket,
        "IMAGE_REPOSITORY": args.image_repository,
    }


def image_pattern(args: RetrainTriggerArgs) -> dict[str, Any]:
    """Return which events tell of a finished push to the training image's repository."""
    return {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        "account": [args.names.account],
        "detail": {
            "action-type": ["PUSH"],
            "result": ["SUCCESS"],
            "repository-name": [args.image_repository],
        },
    }


def data_pattern(args: RetrainTriggerArgs) -> dict[str, Any]:
    """Return which events tell of a new raw file."""
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "account": [args.names.account],
        "detail": {
            "bucket": {"name": [args.data_bucket]},
            "object": {"key": [{"prefix": "raw/"}]},
        },
    }


def statements(
    args: RetrainTriggerArgs, queue_arn: pulumi.Input[str]
) -> tuple[policies.Statement, ...]:
    """Return what the function may do."""
    names = args.names
    return (
        policies.Statement(
            sid="StartDagRuns",
            actions=("airflow:InvokeRestApi",),
            resources=(names.arn("airflow", f"role/{names.airflow_environment}/User"),),
        ),
        policies.Statement(
            sid="ReadWhatWasStaged",
            actions=("s3:GetObject",),
            resources=names.objects_arn(names.artifact_bucket, "code/*"),
        ),
        policies.list_buckets(names.bucket_arn(names.artifact_bucket)),
        policies.Statement(
            sid="ListRawFiles",
            actions=("s3:ListBucketVersions",),
            resources=(names.bucket_arn(names.data_bucket),),
            conditions={"StringLike": {"s3:prefix": ["raw/*"]}},
        ),
        policies.Statement(sid="DecryptIt", actions=("kms:Decrypt",), resources=(args.key_arn,)),
        policies.Statement(
            sid="KeepWhatFailed", actions=("sqs:SendMessage",), resources=(queue_arn,)
        ),
        policies.use_key(args.messages_key_arn, sid="EncryptWhatFailed"),
        policies.write_logs(
            names.log_streams_arn(names.function_log_group(names.trigger_function))
        ),
    )
