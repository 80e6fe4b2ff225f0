"""The program that deploys to AWS, run into a real moto: what it asks for is really there."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ops.program import StandInCloud, evaluate
from twin.cloud import Cloud
from twin.errors import TwinError
from twin.provision import provision
from twin.repository import Repository
from twin.services import codebuild, codecommit, codepipeline, ecr, events, glue, lambda_, s3
from twin.settings import ACCOUNT, Workspace
from twin.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from twin.provision import Provisioned

ROOT = Path(__file__).resolve().parents[3]
PREFIX = "mlops-twin"
DATA, ARTIFACTS, AIRFLOW = (
    f"{PREFIX}-{kind}-{ACCOUNT}-us-east-1" for kind in ("data", "artifacts", "airflow")
)


def is_for_airflow(environ: dict[str, Any]) -> bool:
    return "/airflow/aws4_request" in environ.get("HTTP_AUTHORIZATION", "")


class AirflowService:
    """Stands for MWAA: keeps environments, and says that each is reached at `airflow.test`."""

    def __init__(self) -> None:
        self.environments: dict[str, dict[str, Any]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        name = environ["PATH_INFO"].rsplit("/", 1)[-1]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["REQUEST_METHOD"] == "PUT":
            self.environments[name] = json.loads(body)
        arn = f"arn:aws:airflow:us-east-1:{ACCOUNT}:environment/{name}"
        found = {"Arn": arn, "Environment": {"Arn": arn, "WebserverUrl": "airflow.test"}}
        answer = json.dumps(found).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
        start_response("200 OK", headers)
        return [answer]


def serve(folder: Path) -> tuple[Cloud, AirflowService]:
    """Serve a fresh account with what provisioning needs of the twin's services."""
    from moto.moto_api._internal.models import moto_api_backend

    workspace = Workspace(folder)
    for place in (workspace.last, workspace.cache, workspace.run, workspace.bin):
        place.mkdir(parents=True)
    moto_api_backend.reset()
    cloud = Cloud(workspace, Timeline(workspace.last / "timeline.jsonl"))
    cloud.serve()
    codecommit.install(cloud, Repository(workspace))
    for service in (s3, codebuild, codepipeline, ecr, events, glue, lambda_):
        service.install(cloud)
    airflow = AirflowService()
    cloud.add_route(is_for_airflow, airflow)
    return cloud, airflow


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


def read(client: Callable[[str], Any], bucket: str, key: str) -> bytes:
    return client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


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
    assert environment["RequirementsS3ObjectVersion"]
    assert len({subnet["AvailabilityZone"] for subnet in subnets}) == 2
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in subnets)


# ---- programs of a few lines ------------------------------------------------------------------


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """Return what writes a program and gives its folder."""

    def write(source: str, config: str = "") -> Path:
        root = tmp_path / "program"
        root.mkdir()
        (root / "Pulumi.yaml").write_text("name: mlops\nruntime: python\n")
        (root / "Pulumi.twin.yaml").write_text(f"config:\n  aws:region: us-east-1\n{config}")
        (root / "__main__.py").write_text(source)
        return root

    return write


@pytest.fixture
def own_account(tmp_path: Path) -> Iterator[Cloud]:
    """Serve an account of a test's own, after the one that the module shares."""
    cloud, _ = serve(tmp_path / "twin")
    yield cloud
    cloud.stop()


def test_a_refused_resource_ends_the_program_with_its_cause(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "from pulumi_aws import s3\n"
        "data = s3.Bucket('data', bucket='ab')\n"
        "s3.BucketVersioning('versions', bucket=data.bucket,"
        " versioning_configuration={'status': 'Enabled'})\n"
    )

    with pytest.raises(TwinError) as caught:
        provision(own_account, root=root)

    assert caught.value.resource == "aws:s3/bucket:Bucket data"
    assert "InvalidBucketName" in caught.value.cause
    assert caught.value.found == "bucket = 'ab'"


def test_after_a_failure_nothing_more_is_created(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "import pulumi\n"
        "from pulumi_aws import s3\n"
        "first = s3.Bucket('first', bucket='ab')\n"
        "after = pulumi.ResourceOptions(depends_on=[first])\n"
        "s3.Bucket('data', bucket='data-after', opts=after)\n"
    )

    with pytest.raises(TwinError, match="aws:s3/bucket:Bucket first"):
        provision(own_account, root=root)

    assert own_account.client("s3").list_buckets()["Buckets"] == []


def test_a_program_that_breaks_is_located(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program("import pulumi\n\nraise ValueError('no such luck')\n")

    with pytest.raises(TwinError, match="no such luck") as caught:
        provision(own_account, root=root)

    assert caught.value.resource == "__main__.py:3"


def test_archives_and_assets_arrive_as_bytes(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "import pulumi\n"
        "from pulumi_aws import s3\n"
        "s3.Bucket('b', bucket='b-assets')\n"
        "def put(key, source):\n"
        "    s3.BucketObjectv2(key, bucket='b-assets', key=key, source=source)\n"
        "put('text', pulumi.StringAsset('hello'))\n"
        "put('file', pulumi.FileAsset('Pulumi.yaml'))\n"
        "put('folder', pulumi.FileArchive('folder'))\n"
        "inner = pulumi.AssetArchive({'a.py': pulumi.StringAsset('x = 1')})\n"
        "put('zip', pulumi.AssetArchive({'pkg': inner, 'b': pulumi.StringAsset('y')}))\n"
    )
    (root / "folder" / "deep").mkdir(parents=True)
    (root / "folder" / "deep" / "file.txt").write_bytes(b"deep")

    provision(own_account, root=root)

    def get(key: str) -> bytes:
        return read(own_account.client, "b-assets", key)

    assert get("text") == b"hello"
    assert get("file").startswith(b"name: mlops")
    with zipfile.ZipFile(io.BytesIO(get("folder"))) as folder:
        assert folder.read("deep/file.txt") == b"deep"
    with zipfile.ZipFile(io.BytesIO(get("zip"))) as packed:
        assert packed.namelist() == ["b", "pkg/a.py"]


def test_an_asset_that_is_not_there_is_named(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "import pulumi\n"
        "from pulumi_aws import s3\n"
        "s3.BucketObjectv2('o', bucket='b', key='k', source=pulumi.FileAsset('gone.txt'))\n"
    )

    with pytest.raises(TwinError) as caught:
        provision(own_account, root=root)

    assert caught.value.resource == "aws:s3/bucketObjectv2:BucketObjectv2 o"
    assert caught.value.found.endswith("gone.txt")


def test_secrets_reach_the_service_as_values(
    own_account: Cloud, program: Callable[[str], Path]
) -> None:
    root = program(
        "import pulumi\n"
        "from pulumi_aws import ssm\n"
        "secret = pulumi.Output.secret('s3cret')\n"
        "kept = ssm.Parameter('p', name='/p', type='String', value=secret)\n"
        "pulumi.export('version', kept.version)\n"
    )

    provisioned = provision(own_account, root=root)

    answer = own_account.client("ssm").get_parameter(Name="/p")
    assert answer["Parameter"]["Value"] == "s3cret"
    assert provisioned.outputs["version"] == 1


def test_a_setting_of_the_wrong_type_is_said_in_the_settings_own_words(
    own_account: Cloud, tmp_path: Path
) -> None:
    root = tmp_path / "copy"
    root.mkdir()
    for name in ("__main__.py", "Pulumi.yaml"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    twin = (ROOT / "Pulumi.twin.yaml").read_text()
    (root / "Pulumi.twin.yaml").write_text(f"{twin}  mlops:etlWorkers: many\n")

    with pytest.raises(TwinError) as caught:
        provision(own_account, root=root)

    message = str(caught.value)
    assert message.startswith("The settings of stack 'twin' cannot be deployed:")
    assert "etlWorkers" in message
    assert "many" in message
