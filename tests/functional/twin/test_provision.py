"""The program that deploys to AWS, run into a real moto: what it asks for is really there."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ops.program import StandInCloud, evaluate
from tests.provisioned_account import AirflowService, read, serve
from twin.provision import provision
from twin.settings import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin.cloud import Cloud
    from twin.provision import Provisioned

ROOT = Path(__file__).resolve().parents[3]
PREFIX = "mlops-twin"
DATA, ARTIFACTS, AIRFLOW = (
    f"{PREFIX}-{kind}-{ACCOUNT}-us-east-1" for kind in ("data", "artifacts", "airflow")
)


@pytest.fixture(scope="module")
def account(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Cloud, AirflowService, Provisioned]]:
    """Provision the whole program once; the tests of this module only look at it."""
    cloud, airflow = serve(tmp_path_factory.mktemp("twin"))
    yield cloud, airflow, provision(cloud, root=ROOT)
    cloud.stop()


@pytest.fixture(scope="module")
def client(account: tuple[Cloud, AirflowService, Provisioned]) -> Callable[[str], Any]:
    return account[0].client


@pytest.fixture(scope="module")
def airflow(account: tuple[Cloud, AirflowService, Provisioned]) -> AirflowService:
    return account[1]


@pytest.fixture(scope="module")
def provisioned(account: tuple[Cloud, AirflowService, Provisioned]) -> Provisioned:
    return account[2]


def test_every_resource_of_the_program_was_created(provisioned: Provisioned) -> None:
    graph = evaluate(ROOT, "twin", StandInCloud())

    wanted = sorted((resource.type, resource.name) for resource in graph if resource.custom)

    assert sorted((made.type, made.name) for made in provisioned.resources) == wanted


def test_stack_outputs_are_plain_values(provisioned: Provisioned) -> None:
    assert provisioned.outputs["data_bucket"] == DATA
    assert provisioned.outputs["airflow_url"] == "https://airflow.test"
    json.dumps(dict(provisioned.outputs))


@pytest.mark.parametrize("bucket", [DATA, ARTIFACTS, AIRFLOW])
def test_each_bucket_is_versioned_encrypted_private_and_tls_only(
    bucket: str, client: Callable[[str], Any]
) -> None:
    found = client("s3")

    versioning = found.get_bucket_versioning(Bucket=bucket)
    encryption = found.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    private = found.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    policy = json.loads(found.get_bucket_policy(Bucket=bucket)["Policy"])

    assert versioning["Status"] == "Enabled"
    default = encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert default["SSEAlgorithm"] == "aws:kms"
    assert all(private.values())
    assert policy["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_old_versions_expire_and_current_objects_do_not(client: Callable[[str], Any]) -> None:
    rules = client("s3").get_bucket_lifecycle_configuration(Bucket=DATA)["Rules"]

    by_name = {rule["ID"]: rule for rule in rules}

    assert by_name["old-versions"]["NoncurrentVersionExpiration"]["NoncurrentDays"] > 0
    assert all("Days" not in rule.get("Expiration", {}) for rule in rules)


def test_the_stack_file_names_what_was_created(
    client: Callable[[str], Any], provisioned: Provisioned
) -> None:
    stack = json.loads(read(client, AIRFLOW, "dags/settings/stack.json"))

    roles = {role.outputs["arn"] for role in provisioned.of_type("aws:iam/role:Role")}
    keys = {key.outputs["arn"] for key in provisioned.of_type("aws:kms/key:Key")}

    assert stack["data_bucket"] == DATA
    assert stack["artifact_bucket"] == ARTIFACTS
    assert stack["glue_job"] == f"{PREFIX}-etl"
    assert {stack["training_role_arn"], stack["hosting_role_arn"]} <= roles
    assert stack["kms_key_arn"] in keys
    assert stack["deferrable"] is False


def test_the_launcher_is_the_file_of_the_repository(client: Callable[[str], Any]) -> None:
    staged = read(client, ARTIFACTS, "glue/launcher.py")

    assert staged == (ROOT / "etl" / "launcher.py").read_bytes()


def test_rules_keep_their_patterns(client: Callable[[str], Any]) -> None:
    events = client("events")

    patterns = {
        name: json.loads(events.describe_rule(Name=f"{PREFIX}-{name}")["EventPattern"])
        for name in ("push", "trigger-image", "trigger-data")
    }

    assert patterns["push"]["source"] == ["aws.codecommit"]
    assert patterns["trigger-image"]["detail"]["action-type"] == ["PUSH"]
    assert patterns["trigger-data"]["detail"]["bucket"]["name"] == [DATA]


@pytest.mark.parametrize("rule", ["trigger-image", "trigger-data"])
def test_the_trigger_is_called_retried_and_never_forgotten(
    rule: str, client: Callable[[str], Any]
) -> None:
    (target,) = client("events").list_targets_by_rule(Rule=f"{PREFIX}-{rule}")["Targets"]

    assert target["Arn"].endswith(f"function:{PREFIX}-trigger")
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert target["DeadLetterConfig"]["Arn"].endswith(f":{PREFIX}-trigger-events")


def test_a_push_hands_its_commit_to_the_pipeline(client: Callable[[str], Any]) -> None:
    (target,) = client("events").list_targets_by_rule(Rule=f"{PREFIX}-push")["Targets"]

    transformer = target["InputTransformer"]

    assert target["Arn"].endswith(f":{PREFIX}")
    assert "revisionValue" in transformer["InputTemplate"]
    assert "commit" in transformer["InputPathsMap"]


def test_the_function_has_its_environment_and_its_code(client: Callable[[str], Any]) -> None:
    function = client("lambda").get_function_configuration(FunctionName=f"{PREFIX}-trigger")

    assert function["Environment"]["Variables"] == {
        "ACCOUNT_ID": ACCOUNT,
        "AIRFLOW_ENVIRONMENT": PREFIX,
        "ARTIFACT_BUCKET": ARTIFACTS,
        "DATA_BUCKET": DATA,
        "IMAGE_REPOSITORY": f"{PREFIX}-training",
    }
    assert function["Handler"] == "trigger.handler.handle"
    assert function["DeadLetterConfig"]["TargetArn"].endswith(f":{PREFIX}-trigger-function")


def test_the_functions_zip_holds_the_files_of_the_repository() -> None:
    from moto.awslambda.models import lambda_backends

    backend = lambda_backends[ACCOUNT]["us-east-1"]
    packed = backend.get_function(f"{PREFIX}-trigger").code_bytes

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        handler = archive.read("trigger/handler.py")

    assert handler == (ROOT / "trigger" / "handler.py").read_bytes()


def test_a_role_is_trusted_by_its_service_and_may_do_its_step(client: Callable[[str], Any]) -> None:
    iam = client("iam")

    trust = iam.get_role(RoleName=f"{PREFIX}-etl")["Role"]["AssumeRolePolicyDocument"]
    policy = iam.get_role_policy(RoleName=f"{PREFIX}-etl", PolicyName="etl")["PolicyDocument"]

    assert trust["Statement"][0]["Principal"] == {"Service": "glue.amazonaws.com"}
    assert any("s3:GetObjectVersion" in statement["Action"] for statement in policy["Statement"])


def test_the_pipeline_is_queued_and_has_its_stages(client: Callable[[str], Any]) -> None:
    pipeline = client("codepipeline").get_pipeline(name=PREFIX)["pipeline"]

    source, staging, image = pipeline["stages"]

    assert pipeline["executionMode"] == "QUEUED"
    assert source["actions"][0]["configuration"]["OutputArtifactFormat"] == "CODEBUILD_CLONE_REF"
    assert staging["actions"][0]["configuration"]["ProjectName"] == f"{PREFIX}-staging"
    assert image["actions"][0]["configuration"]["ProjectName"] == f"{PREFIX}-image"


def test_builds_know_their_buckets(client: Callable[[str], Any]) -> None:
    answer = client("codebuild").batch_get_projects(names=[f"{PREFIX}-staging"])

    environment = {
        variable["name"]: variable["value"]
        for variable in answer["projects"][0]["environment"]["environmentVariables"]
    }

    assert environment["ARTIFACT_BUCKET"] == ARTIFACTS
    assert environment["AIRFLOW_BUCKET"] == AIRFLOW


def test_the_etl_job_takes_several_models_at_once(client: Callable[[str], Any]) -> None:
    job = client("glue").get_job(JobName=f"{PREFIX}-etl")["Job"]

    assert job["Command"]["ScriptLocation"] == f"s3://{ARTIFACTS}/glue/launcher.py"
    assert job["DefaultArguments"]["--engine"] == "auto"
    assert job["ExecutionProperty"]["MaxConcurrentRuns"] > 1


def test_image_tags_are_immutable(client: Callable[[str], Any]) -> None:
    answer = client("ecr").describe_repositories(repositoryNames=[f"{PREFIX}-training"])

    assert answer["repositories"][0]["imageTagMutability"] == "IMMUTABLE"


def test_airflow_lies_in_two_private_subnets_in_two_zones(
    airflow: AirflowService, client: Callable[[str], Any]
) -> None:
    environment = airflow.environments[PREFIX]

    subnets = client("ec2").describe_subnets(
        SubnetIds=environment["NetworkConfiguration"]["SubnetIds"]
    )["Subnets"]

    assert environment["AirflowVersion"] == "3.2.1"
    assert len({subnet["AvailabilityZone"] for subnet in subnets}) == 2
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in subnets)


def test_a_failed_job_run_is_told_in_words(
    account: tuple[Cloud, AirflowService, Provisioned], client: Callable[[str], Any]
) -> None:
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:{PREFIX}-alarms"
    queue = client("sqs").create_queue(QueueName="told")["QueueUrl"]
    client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:told"
    )
    detail = {"jobName": f"{PREFIX}-etl", "state": "FAILED", "jobRunId": "jr_1", "message": "why"}

    account[0].emit("aws.glue", "Glue Job State Change", detail)

    for _ in range(100):
        told = client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", [])
        if told:
            message = json.loads(json.loads(told[0]["Body"])["Message"])
            assert message.startswith(
                f"The Glue job {PREFIX}-etl ended with FAILED (run jr_1): why"
            )
            return
    pytest.fail("nothing was published")


def test_every_alarm_is_there_and_publishes(client: Callable[[str], Any]) -> None:
    alarms = client("cloudwatch").describe_alarms()["MetricAlarms"]

    assert f"{PREFIX}-endpoint-abalone-5xx" in {alarm["AlarmName"] for alarm in alarms}
    for alarm in alarms:
        assert alarm["AlarmActions"] == [f"arn:aws:sns:us-east-1:{ACCOUNT}:{PREFIX}-alarms"]
