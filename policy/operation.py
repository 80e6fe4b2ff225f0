"""Running it: nothing lost, everything logged, production protected, everything tagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.rule import (
    Rule,
    block,
    equals,
    expect,
    finding,
    is_known,
    is_production,
    items,
    settings_of,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.graph import Graph, Resource
    from policy.rule import Finding

TARGET = "aws:cloudwatch/eventTarget:EventTarget"
FUNCTION = "aws:lambda/function:Function"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
BUILD = "aws:codebuild/project:Project"
IMAGES = "aws:ecr/repository:Repository"
ENVIRONMENT = "aws:mwaa/environment:Environment"
JOB = "aws:glue/job:Job"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"

AIRFLOW_LOGS = ("dagProcessingLogs", "schedulerLogs", "taskLogs", "webserverLogs", "workerLogs")
FUNCTION_RUNTIMES = ("python3.11", "python3.12", "python3.13")
"""Runtimes of Lambda that get security updates until 2027 at least (its documentation, 2026)."""

GLUE_VERSIONS = ("4.0", "5.0", "5.1")
YEAR_DAYS = 365
LASTING = (
    "aws:codecommit/repository:Repository",
    "aws:ecr/repository:Repository",
    "aws:kms/key:Key",
    "aws:mwaa/environment:Environment",
    "aws:s3/bucket:Bucket",
)
"""What holds data, or takes hours to make."""

TAGGED = frozenset(
    {
        "aws:budgets/budget:Budget",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:codebuild/project:Project",
        "aws:codecommit/repository:Repository",
        "aws:codeconnections/connection:Connection",
        "aws:codepipeline/pipeline:Pipeline",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ec2/eip:Eip",
        "aws:ec2/flowLog:FlowLog",
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/natGateway:NatGateway",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/vpc:Vpc",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "aws:ecr/repository:Repository",
        "aws:glue/job:Job",
        "aws:iam/role:Role",
        "aws:kms/key:Key",
        "aws:lambda/function:Function",
        "aws:mwaa/environment:Environment",
        "aws:s3/bucket:Bucket",
        "aws:sns/topic:Topic",
        "aws:sqs/queue:Queue",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    }
)
"""The types of this program that take tags; a contract test holds the list to the program."""


def events_kept(graph: Graph) -> Iterator[Finding]:
    """Find targets whose undelivered events vanish."""
    yield from expect(graph, TARGET, "deadLetterConfig.arn", bool, "a dead-letter queue")
    yield from expect(
        graph, "aws:scheduler/schedule:Schedule", "target.deadLetterConfig.arn", bool, "a queue"
    )


def failed_calls_kept(graph: Graph) -> Iterator[Finding]:
    """Find functions whose failed invocations vanish."""
    for function in graph.of_type(FUNCTION):
        by_config = any(
            value(config.inputs, "destinationConfig.onFailure.destination")
            for config in settings_of(
                graph,
                function,
                "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
                "functionName",
            )
        )
        if not by_config and not value(function.inputs, "deadLetterConfig.targetArn"):
            yield finding(function, "no dead-letter queue", "deadLetterConfig.targetArn")


def function_maintained(graph: Graph) -> Iterator[Finding]:
    """Find functions and jobs on a runtime that gets no updates any more."""
    yield from expect(
        graph, FUNCTION, "runtime", FUNCTION_RUNTIMES.__contains__, f"one of {FUNCTION_RUNTIMES}"
    )
    yield from expect(
        graph, JOB, "glueVersion", GLUE_VERSIONS.__contains__, f"one of {GLUE_VERSIONS}"
    )


def logs_end(graph: Graph) -> Iterator[Finding]:
    """Find log groups that are kept for ever, or in production for less than a year."""
    least = YEAR_DAYS if is_production(graph) else 1
    yield from expect(
        graph,
        LOG_GROUP,
        "retentionInDays",
        lambda days: (days or 0) >= least,
        f"at least {least}",
    )


def airflow_logged(graph: Graph) -> Iterator[Finding]:
    """Find environments that are silent about a part."""
    for name in AIRFLOW_LOGS:
        path = f"loggingConfiguration.{name}.enabled"
        yield from expect(graph, ENVIRONMENT, path, lambda on: on is True, "true")


def builds_logged(graph: Graph) -> Iterator[Finding]:
    """Find builds that write to no log group of ours."""
    path = "logsConfig.cloudwatchLogs"
    yield from expect(graph, BUILD, f"{path}.groupName", bool, "a log group")
    yield from expect(graph, BUILD, f"{path}.status", lambda on: on != "DISABLED", "on")


def builds_unprivileged(graph: Graph) -> Iterator[Finding]:
    """Find builds that own the machine they run on, other than those that build an image."""
    for build in graph.of_type(BUILD):
        if value(build.inputs, "environment.privilegedMode") and not _builds_an_image(build):
            yield finding(build, "privilegedMode true", "false, as it builds no image")


def _builds_an_image(build: Resource) -> bool:
    variables = items(build.inputs, "environment.environmentVariables")
    return any(variable.get("name") == "IMAGE_REPOSITORY_URI" for variable in variables)


def no_secrets_in_variables(graph: Graph) -> Iterator[Finding]:
    """Find variables in plain text that are called like a secret."""
    words = ("PASSWORD", "SECRET", "TOKEN", "ACCESS_KEY", "CREDENTIAL")
    for build in graph.of_type(BUILD):
        for variable in items(build.inputs, "environment.environmentVariables"):
            plain = variable.get("type", "PLAINTEXT") == "PLAINTEXT"
            if plain and any(word in str(variable.get("name")).upper() for word in words):
                yield finding(build, variable.get("name"), "a parameter or secret by reference")
    for function in graph.of_type(FUNCTION):
        for name in block(function.inputs, "environment.variables"):
            if any(word in name.upper() for word in words):
                yield finding(function, name, "a secret by reference")


def images_fixed(graph: Graph) -> Iterator[Finding]:
    """Find image repositories in which a tag can change its meaning."""
    yield from expect(graph, IMAGES, "imageTagMutability", equals("IMMUTABLE"), "'IMMUTABLE'")


def images_scanned(graph: Graph) -> Iterator[Finding]:
    """Find image repositories that nobody looks through for known holes."""
    path = "imageScanningConfiguration.scanOnPush"
    yield from expect(graph, IMAGES, path, lambda on: on is True, "true")


def images_cleared(graph: Graph) -> Iterator[Finding]:
    """Find image repositories that keep everything for ever."""
    for repository in graph.of_type(IMAGES):
        if not settings_of(
            graph, repository, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "repository"
        ):
            yield finding(repository, "no lifecycle policy", "one that ends untagged images")


def alarms_act(graph: Graph) -> Iterator[Finding]:
    """Find alarms that nobody hears."""
    for alarm in graph.of_type(ALARM):
        if not alarm.inputs.get("alarmActions") or alarm.inputs.get("actionsEnabled") is False:
            yield finding(alarm, alarm.inputs.get("alarmActions"), "an action that is enabled")


def pushes_not_polled(graph: Graph) -> Iterator[Finding]:
    """Find pipelines that ask again and again, or of the first kind."""
    for pipeline in graph.of_type("aws:codepipeline/pipeline:Pipeline"):
        if pipeline.inputs.get("pipelineType") != "V2":
            yield finding(pipeline, pipeline.inputs.get("pipelineType"), "pipelineType 'V2'")
        for stage in items(pipeline.inputs, "stages"):
            for action in items(stage, "actions"):
                polls = value(action, "configuration.PollForSourceChanges")
                if action.get("category") == "Source" and polls not in (None, "false"):
                    yield finding(pipeline, polls, "PollForSourceChanges 'false'")


def production_protected(graph: Graph) -> Iterator[Finding]:
    """Find what production could lose by one command."""
    if is_production(graph):
        for token in LASTING:
            for resource in graph.of_type(token):
                if not resource.options.protect:
                    yield finding(resource, "protect false", "protect true in production")


def tagged(graph: Graph) -> Iterator[Finding]:
    """Find what could carry tags and does not carry the stack's."""
    for resource in graph:
        tags = block(resource.inputs, "tags")
        could = bool(tags) or resource.type in TAGGED
        if could and is_known(resource.inputs.get("tags")) and "Stack" not in tags:
            yield finding(resource, sorted(tags), "a tag Stack")


RULES = (
    Rule(
        name="events-kept",
        says="An event that cannot be delivered is kept.",
        do="give the target a dead-letter queue",
        check=events_kept,
    ),
    Rule(
        name="failed-calls-kept",
        says="An invocation that fails is kept.",
        do="give the function a dead-letter queue or a destination on failure",
        check=failed_calls_kept,
    ),
    Rule(
        name="runtime-maintained",
        says="Functions and jobs run on what gets security updates.",
        do="choose a newer runtime, or add one that is maintained to policy/operation.py",
        check=function_maintained,
    ),
    Rule(
        name="logs-end",
        says="Logs are kept for a stated time, in production for a year.",
        do="set logRetentionDays in the stack's file",
        check=logs_end,
    ),
    Rule(
        name="airflow-logged",
        says="Every part of Airflow writes its log.",
        do="enable all five logs",
        check=airflow_logged,
    ),
    Rule(
        name="builds-logged",
        says="A build writes to a log group of ours.",
        do="name the group in logs_config",
        check=builds_logged,
    ),
    Rule(
        name="builds-unprivileged",
        says="Only the build of an image owns its machine.",
        do="leave privileged_mode false",
        check=builds_unprivileged,
    ),
    Rule(
        name="no-secrets-in-variables",
        says="No variable holds a secret in plain text.",
        do="refer to Secrets Manager or Parameter Store",
        check=no_secrets_in_variables,
    ),
    Rule(
        name="image-tags-fixed",
        says="A tag always means the same image.",
        do="set image_tag_mutability to IMMUTABLE",
        check=images_fixed,
    ),
    Rule(
        name="images-scanned",
        says="Images are scanned when they are pushed.",
        do="set scan_on_push",
        check=images_scanned,
    ),
    Rule(
        name="images-cleared",
        says="Images that no tag names end some day.",
        do="give the repository a LifecyclePolicy",
        check=images_cleared,
    ),
    Rule(
        name="alarms-act",
        says="An alarm tells somebody.",
        do="give it the alarm topic as its action",
        check=alarms_act,
    ),
    Rule(
        name="pushes-not-polled",
        says="A pipeline is of the second kind, and starts by an event.",
        do="set pipeline_type V2 and PollForSourceChanges false",
        check=pushes_not_polled,
    ),
    Rule(
        name="production-protected",
        says="What production cannot do without refuses to be deleted.",
        do="set protect to true in the stack's file",
        check=production_protected,
    ),
    Rule(
        name="tagged",
        says="Whatever takes tags carries the stack's.",
        do="use names.tags",
        check=tagged,
    ),
)
