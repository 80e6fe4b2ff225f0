"""What the operations of the other services ask, S3 and SageMaker aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin.permissions.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.permissions.rules import Context, Parameters


def _rules(service: str, resource: str, *operations: str) -> dict[str, Rule]:
    """Return the rules of operations that are asked on one kind of resource each."""
    return {one: Rule(action=f"{service}:{one}", resources=(resource,)) for one in operations}


def _namespace(parameters: Parameters) -> Context:
    return {"cloudwatch:namespace": parameters.get("Namespace", "")}


def _scalable(parameters: Parameters) -> Context:
    found = {
        "application-autoscaling:service-namespace": parameters.get("ServiceNamespace", ""),
        "application-autoscaling:scalable-dimension": parameters.get("ScalableDimension", ""),
    }
    return {key: value for key, value in found.items() if value}


def _scaling(*operations: str) -> dict[str, Rule]:
    return {
        one: Rule(
            action=f"application-autoscaling:{one}",
            resources=("*" if one.startswith("Describe") else "scalable-target/*",),
            context=_scalable,
        )
        for one in operations
    }


REPOSITORY: Final = "repository/{repositoryName}"
JOB: Final = "job/{JobName}"

RULES: Final[Mapping[str, Mapping[str, Rule]]] = {
    "application-autoscaling": _scaling(
        "DeregisterScalableTarget",
        "DeleteScalingPolicy",
        "DescribeScalableTargets",
        "DescribeScalingPolicies",
        "PutScalingPolicy",
        "RegisterScalableTarget",
    ),
    "cloudwatch": {
        # CloudWatch asks for all alarms, whichever are named
        "DescribeAlarms": Rule(action="cloudwatch:DescribeAlarms", resources=("alarm:*",)),
        "PutMetricData": Rule(
            action="cloudwatch:PutMetricData", resources=("*",), context=_namespace
        ),
    },
    "codebuild": {
        **_rules("codebuild", "project/{projectName}", "StartBuild"),
        **_rules("codebuild", "project/{project}", "BatchGetBuilds", "StopBuild"),
    },
    "codecommit": _rules(
        "codecommit",
        "{repositoryName}",
        "GetBranch",
        "GetCommentsForPullRequest",
        "GetCommit",
        "GetRepository",
        "PostCommentForPullRequest",
        "UpdateComment",
    ),
    "codepipeline": {
        "StartPipelineExecution": Rule(
            action="codepipeline:StartPipelineExecution", resources=("{name}",)
        )
    },
    "ecr": {
        **_rules(
            "ecr",
            REPOSITORY,
            "BatchCheckLayerAvailability",
            "BatchGetImage",
            "CompleteLayerUpload",
            "DescribeImages",
            "GetDownloadUrlForLayer",
            "InitiateLayerUpload",
            "PutImage",
            "UploadLayerPart",
        ),
        **_rules("ecr", "*", "GetAuthorizationToken"),
    },
    "glue": _rules(
        "glue", JOB, "BatchStopJobRun", "GetJob", "GetJobRun", "GetJobRuns", "StartJobRun"
    ),
    "kms": _rules("kms", "{KeyId}", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey"),
    "lambda": {
        "Invoke": Rule(action="lambda:InvokeFunction", resources=("function:{FunctionName}",))
    },
    "logs": {
        **_rules(
            "logs",
            "log-group:{logGroupName}:log-stream:{logStreamName}",
            "CreateLogStream",
            "GetLogEvents",
            "PutLogEvents",
        ),
        **_rules("logs", "log-group:{logGroupName}", "CreateLogGroup", "FilterLogEvents"),
        **_rules("logs", "*", "DescribeLogGroups"),
    },
    # An Airflow role is asked for, not the environment; starting runs needs no more than User
    "mwaa": {
        "InvokeRestApi": Rule(action="airflow:InvokeRestApi", resources=("role/{Name}/User",))
    },
    "sns": {"Publish": Rule(action="sns:Publish", resources=("{TopicArn}",))},
    "sqs": {
        one: Rule(action=f"sqs:{one}", resources=("{queue}",))
        for one in (
            "ChangeMessageVisibility",
            "DeleteMessage",
            "GetQueueAttributes",
            "ReceiveMessage",
            "SendMessage",
        )
    },
    "sts": {},
}

FREE: Final = frozenset({("sts", "GetCallerIdentity")})
"""What everybody may ask, whatever the policies say."""


def more_parameters(parameters: Parameters) -> Parameters:
    """Return parameters with what ARNs are made of, where calls name it otherwise."""
    found = dict(parameters)
    builds = [*parameters.get("ids", ()), *([parameters["id"]] if "id" in parameters else [])]
    if builds:
        found["project"] = str(builds[0]).partition(":")[0]
    if "QueueUrl" in parameters:
        found["queue"] = str(parameters["QueueUrl"]).rsplit("/", 1)[-1]
    if "FunctionName" in parameters:
        found["FunctionName"] = str(parameters["FunctionName"]).rsplit(":", 1)[-1]
    return found
