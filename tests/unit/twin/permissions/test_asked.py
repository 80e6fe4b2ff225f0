"""A call asks for what its service's table says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.permissions.asked import UNKNOWN, asked_of, asked_when_missing
from twin.permissions.rules import UNNAMED, Place

if TYPE_CHECKING:
    from ops.iam.evaluate import Asked

PLACE = Place("123456789012", "us-east-1")
ROLE = "arn:aws:iam::123456789012:role/stack-training"
SAGEMAKER = "arn:aws:sagemaker:us-east-1:123456789012"


def asked(service: str, operation: str, **parameters: Any) -> list[Asked]:
    return asked_of(service, operation, parameters, PLACE, lambda _: None)


def names(found: list[Asked]) -> list[tuple[str, str]]:
    return [(one.action, one.resource) for one in found]


def test_a_training_job_asks_for_itself_its_tags_and_the_role_it_is_handed() -> None:
    found = asked(
        "sagemaker",
        "CreateTrainingJob",
        TrainingJobName="job",
        RoleArn=ROLE,
        Tags=[{"Key": "model", "Value": "abalone"}],
        ResourceConfig={"InstanceType": "ml.m5.large", "VolumeKmsKeyId": "key"},
        VpcConfig={"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    )

    assert names(found) == [
        ("sagemaker:CreateTrainingJob", f"{SAGEMAKER}:training-job/job"),
        ("sagemaker:AddTags", f"{SAGEMAKER}:training-job/job"),
        ("iam:PassRole", ROLE),
    ]
    context = found[0].context
    assert context["sagemaker:InstanceTypes"] == ["ml.m5.large"]
    assert context["sagemaker:VpcSubnets"] == ["subnet-1"]
    assert context["sagemaker:VpcSecurityGroupIds"] == ["sg-1"]
    assert context["aws:RequestTag/model"] == "abalone"
    assert context["aws:TagKeys"] == ["model"]
    assert context["sagemaker:VolumeKmsKeyArn"] == "key"
    assert found[1].context["sagemaker:TaggingAction"] == "CreateTrainingJob"
    assert found[2].context["iam:PassedToService"] == "sagemaker.amazonaws.com"


def test_a_call_that_names_too_little_asks_for_what_no_policy_gives() -> None:
    ((action, resource),) = names(asked("codecommit", "UpdateComment", commentId="c"))

    assert action == "codecommit:UpdateComment"
    assert resource == f"{UNNAMED} ('repositoryName')"


def test_an_endpoint_asks_for_its_config_too() -> None:
    found = asked("sagemaker", "UpdateEndpoint", EndpointName="e", EndpointConfigName="c")

    assert names(found) == [
        ("sagemaker:UpdateEndpoint", f"{SAGEMAKER}:endpoint/e"),
        ("sagemaker:UpdateEndpoint", f"{SAGEMAKER}:endpoint-config/c"),
    ]


def test_services_that_iam_calls_otherwise_are_asked_under_its_names() -> None:
    airflow = asked("mwaa", "InvokeRestApi", Name="env", Path="/dags", Method="POST")
    runtime = asked("sagemaker-runtime", "InvokeEndpoint", EndpointName="e", Body=b"")
    function = asked("lambda", "Invoke", FunctionName="arn:aws:lambda:x:1:function:f")

    assert names(airflow) == [
        ("airflow:InvokeRestApi", "arn:aws:airflow:us-east-1:123456789012:role/env/User")
    ]
    assert names(runtime) == [("sagemaker:InvokeEndpoint", f"{SAGEMAKER}:endpoint/e")]
    assert names(function) == [
        ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:f")
    ]


def test_a_build_s_project_and_a_queue_s_name_are_found_in_what_names_them() -> None:
    build = asked("codebuild", "BatchGetBuilds", ids=["project:1"])
    queue = asked(
        "sqs", "SendMessage", QueueUrl="http://127.0.0.1:1/123456789012/q", MessageBody=""
    )

    assert build[0].resource == "arn:aws:codebuild:us-east-1:123456789012:project/project"
    assert queue[0].resource == "arn:aws:sqs:us-east-1:123456789012:q"


def test_metrics_tell_their_namespace() -> None:
    (metrics,) = asked("cloudwatch", "PutMetricData", Namespace="Glue", MetricData=[])

    assert metrics.context["cloudwatch:namespace"] == "Glue"


def test_what_stands_in_no_table_is_asked_for_a_resource_that_nothing_names() -> None:
    assert names(asked("glue", "CreateCrawler", Name="x")) == [("glue:CreateCrawler", UNKNOWN)]


def test_who_one_is_may_everybody_ask() -> None:
    assert asked("sts", "GetCallerIdentity") == []


def test_every_request_has_what_all_requests_have() -> None:
    (one,) = asked("s3", "HeadBucket", Bucket="b")
    (missing,) = asked_when_missing("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, PLACE)

    for found in (one, missing):
        assert found.context["aws:SecureTransport"] == "true"
        assert found.context["aws:PrincipalAccount"] == "123456789012"
    assert asked_when_missing("glue", "GetJob", {}, PLACE) == []
