"""MWAA in the twin, as a real client finds it: wire, refusals, what Airflow is given."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.fake_airflow import (
    AIRFLOW_BUCKET,
    SERVICES,
    FakeAirflow,
    environment_request,
    make_bucket,
    trust,
)
from twin.airflow.rest import Answer
from twin.service_models import read_models_quickly
from twin.services import mwaa, s3

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud
    from twin.settings import Workspace

    Request = dict[str, Any]

DAG_RUNS = "/dags/retrain-abalone/dagRuns"
RUN = {"dag_run_id": "push-1", "logical_date": None, "conf": {"model": "abalone"}}


@pytest.fixture
def airflow(workspace: Workspace) -> FakeAirflow:
    return FakeAirflow(workspace)


@pytest.fixture
def client(cloud: Cloud, airflow: FakeAirflow) -> Any:
    """Returns MWAA's client; moto's other services answer in the same account."""
    read_models_quickly()
    s3.install(cloud)
    mwaa.install(cloud, airflow)
    return cloud.client("mwaa")


@pytest.fixture
def request_(cloud: Cloud) -> Request:
    """Returns a request that creates an environment."""
    return environment_request(cloud)


@pytest.fixture
def environment(client: Any, request_: Request) -> str:
    client.create_environment(**request_)
    return request_["Name"]


def refusal(call: Callable[[], object]) -> dict[str, Any]:
    """Return the answer of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call()
    return dict(caught.value.response)


def test_an_environment_is_available_at_once(client: Any, request_: Request) -> None:
    arn = client.create_environment(**request_)["Arn"]

    found = client.get_environment(Name="mlops-twin")["Environment"]
    assert arn == "arn:aws:airflow:us-east-1:123456789012:environment/mlops-twin"
    assert (found["Status"], found["Arn"], found["Name"]) == ("AVAILABLE", arn, "mlops-twin")
    assert found["WebserverUrl"] == "127.0.0.1:8080"
    assert found["LoggingConfiguration"]["TaskLogs"]["CloudWatchLogGroupArn"].endswith(
        ":log-group:airflow-mlops-twin-Task"
    )
    assert found["CreatedAt"].timestamp() == pytest.approx(time.time(), abs=60)
    assert client.list_environments()["Environments"] == ["mlops-twin"]


def test_a_name_in_use_is_refused(client: Any, environment: str, request_: Request) -> None:
    answer = refusal(lambda: client.create_environment(**request_))

    assert answer["Error"]["Code"] == "ValidationException"
    assert answer["Error"]["Message"] == f"Environment {environment} already exists"


def test_an_unknown_environment_is_not_found(client: Any) -> None:
    answer = refusal(lambda: client.get_environment(Name="other"))

    assert answer["Error"]["Code"] == "ResourceNotFoundException"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"AirflowVersion": "2.10.3"}, "the twin runs Airflow 3.2.1 only, found 2.10.3"),
        ({"ExecutionRoleArn": "arn:aws:iam::123456789012:role/none"}, "does not exist"),
        ({"SourceBucketArn": "arn:aws:s3:::no-such-bucket"}, "no-such-bucket does not exist"),
        ({"DagS3Path": "/dags"}, "begins with a slash"),
        ({"RequirementsS3Path": "requirements.txt"}, "requirements.txt (version None) does not"),
        ({"KmsKey": "12345678-1234-1234-1234-123456789012"}, "KmsKey: the key"),
        ({"EnvironmentClass": "mw1.huge"}, "mw1.huge is none of"),
        ({"MinWorkers": 5, "MaxWorkers": 2}, "5 is more than MaxWorkers 2"),
        ({"AirflowConfigurationOptions": {"core.parallelism": "9"}}, "would not obey"),
        ({"Name": "1st"}, "regular expression pattern"),
        ({"Schedulers": 6}, "less than or equal to 5"),
        ({"WebserverAccessMode": "OPEN"}, "enum value set"),
    ],
)
def test_what_aws_refuses_is_refused(
    client: Any, request_: Request, changes: Request, message: str
) -> None:
    answer = refusal(lambda: client.create_environment(**{**request_, **changes}))

    assert answer["Error"]["Code"] == "ValidationException"
    assert message in answer["Error"]["Message"]
    assert client.list_environments()["Environments"] == []


def test_a_role_that_airflow_may_not_assume_is_refused(
    cloud: Cloud, client: Any, request_: Request
) -> None:
    cloud.client("iam").update_assume_role_policy(
        RoleName="airflow", PolicyDocument=trust(SERVICES[0])
    )

    answer = refusal(lambda: client.create_environment(**request_))

    assert "is not trusted by ['airflow-env.amazonaws.com']" in answer["Error"]["Message"]


def test_a_bucket_without_versions_is_refused(cloud: Cloud, client: Any, request_: Request) -> None:
    cloud.client("s3").put_bucket_versioning(
        Bucket=AIRFLOW_BUCKET, VersioningConfiguration={"Status": "Suspended"}
    )

    answer = refusal(lambda: client.create_environment(**request_))

    assert "does not keep versions" in answer["Error"]["Message"]


def test_a_bucket_that_could_be_public_is_refused(
    cloud: Cloud, client: Any, request_: Request
) -> None:
    cloud.client("s3").delete_public_access_block(Bucket=AIRFLOW_BUCKET)

    answer = refusal(lambda: client.create_environment(**request_))

    assert "does not block all public access" in answer["Error"]["Message"]


def test_subnets_in_one_zone_are_refused(client: Any, request_: Request) -> None:
    network = request_["NetworkConfiguration"]
    network["SubnetIds"] = [network["SubnetIds"][0]] * 2

    answer = refusal(lambda: client.create_environment(**request_))

    assert "not in two zones" in answer["Error"]["Message"]


def test_three_subnets_are_refused(client: Any, request_: Request) -> None:
    network = request_["NetworkConfiguration"]
    network["SubnetIds"] = [*network["SubnetIds"], "subnet-3"]

    answer = refusal(lambda: client.create_environment(**request_))

    assert "length less than or equal to 2" in answer["Error"]["Message"]


def test_an_update_changes_what_it_names(client: Any, environment: str) -> None:
    client.update_environment(Name=environment, MaxWorkers=3, WorkerReplacementStrategy="GRACEFUL")

    found = client.get_environment(Name=environment)["Environment"]
    assert (found["MaxWorkers"], found["MinWorkers"]) == (3, 1)
    assert found["LastUpdate"]["Status"] == "SUCCESS"


def test_a_deleted_environment_leaves_its_name(
    client: Any, environment: str, request_: Request
) -> None:
    client.delete_environment(Name=environment)

    assert client.list_environments()["Environments"] == []
    client.create_environment(**request_)


def test_tags_come_and_go(client: Any, environment: str) -> None:
    arn = client.get_environment(Name=environment)["Environment"]["Arn"]

    client.tag_resource(ResourceArn=arn, Tags={"stack": "twin"})
    client.untag_resource(ResourceArn=arn, tagKeys=["project"])

    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stack": "twin"}


def test_tokens_name_the_web_server(client: Any, environment: str) -> None:
    cli = client.create_cli_token(Name=environment)
    web = client.create_web_login_token(Name=environment)

    assert cli["WebServerHostname"] == web["WebServerHostname"] == "127.0.0.1:8080"
    assert cli["CliToken"] != web["WebToken"]


# ---- InvokeRestApi ---------------------------------------------------------


def test_a_request_reaches_airflow_and_its_answer_comes_back(
    client: Any, airflow: FakeAirflow, environment: str
) -> None:
    airflow.answers[DAG_RUNS] = Answer(200, {"dag_id": "retrain-abalone", "dag_run_id": "push-1"})

    answer = client.invoke_rest_api(Name=environment, Path=DAG_RUNS, Method="POST", Body=RUN)

    assert answer["RestApiStatusCode"] == 200
    assert answer["RestApiResponse"]["dag_run_id"] == "push-1"
    assert ("POST", DAG_RUNS, RUN) in airflow.asked


def test_no_content_is_an_empty_document(
    client: Any, airflow: FakeAirflow, environment: str
) -> None:
    airflow.answers["/dags/x"] = Answer(204, None)

    answer = client.invoke_rest_api(Name=environment, Path="/dags/x", Method="DELETE")

    assert (answer["RestApiStatusCode"], answer["RestApiResponse"]) == (204, {})


def test_what_airflow_refuses_is_a_client_exception_with_its_status(
    client: Any, airflow: FakeAirflow, environment: str
) -> None:
    airflow.answers[DAG_RUNS] = Answer(409, {"detail": {"reason": "Unique constraint violation"}})

    answer = refusal(
        lambda: client.invoke_rest_api(Name=environment, Path=DAG_RUNS, Method="POST", Body=RUN)
    )

    assert answer["Error"]["Code"] == "RestApiClientException"
    assert answer["RestApiStatusCode"] == 409
    assert answer["RestApiResponse"]["detail"]["reason"] == "Unique constraint violation"


def test_what_airflow_fails_at_is_a_server_exception(
    client: Any, airflow: FakeAirflow, environment: str
) -> None:
    airflow.answers["/dags"] = Answer(500, "Internal Server Error")

    answer = refusal(lambda: client.invoke_rest_api(Name=environment, Path="/dags", Method="GET"))

    assert answer["Error"]["Code"] == "RestApiServerException"
    assert answer["RestApiResponse"] == {"detail": "Internal Server Error"}


def test_an_airflow_that_is_not_ready_is_a_server_exception(
    client: Any, airflow: FakeAirflow, environment: str
) -> None:
    airflow.ready = False

    answer = refusal(lambda: client.invoke_rest_api(Name=environment, Path="/dags", Method="GET"))

    assert answer["Error"]["Code"] == "RestApiServerException"
    assert answer["RestApiStatusCode"] == 503


def test_an_airflow_that_does_not_answer_is_a_server_exception(
    client: Any, environment: str
) -> None:
    answer = refusal(
        lambda: client.invoke_rest_api(Name=environment, Path="/unreachable", Method="GET")
    )

    assert answer["RestApiStatusCode"] == 504


def test_a_path_of_more_than_64_characters_is_refused(client: Any, environment: str) -> None:
    path = "/" + "d" * 64

    answer = refusal(lambda: client.invoke_rest_api(Name=environment, Path=path, Method="GET"))

    assert answer["Error"]["Code"] == "ValidationException"
    assert "less than or equal to 64" in answer["Error"]["Message"]


# ---- what Airflow is given -------------------------------------------------


def test_tasks_get_the_credentials_of_the_environments_role(
    cloud: Cloud, airflow: FakeAirflow, environment: str
) -> None:
    del environment

    session: Any = cloud.client("sts").get_caller_identity
    assert session()["Account"] == cloud.account
    assert airflow.credentials["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert airflow.credentials["AWS_ENDPOINT_URL"] == cloud.url


def test_the_dags_folder_follows_the_bucket(
    cloud: Cloud, airflow: FakeAirflow, environment: str
) -> None:
    del environment
    client = cloud.client("s3")

    client.put_object(Bucket=AIRFLOW_BUCKET, Key="dags/settings/stack.json", Body=b"{}")
    client.put_object(Bucket=AIRFLOW_BUCKET, Key="dags/retrain.zip", Body=b"zip")
    client.put_object(Bucket=AIRFLOW_BUCKET, Key="requirements.txt", Body=b"")

    wait_for(lambda: (airflow.places.dags / "retrain.zip").exists())
    names = {str(one.relative_to(airflow.places.dags)) for one in airflow.places.dags.rglob("*")}
    assert names == {"settings", "settings/stack.json", "retrain.zip"}
    wait_for(lambda: airflow.refreshed > 0)


def test_what_tasks_log_comes_into_the_environments_group(
    cloud: Cloud, airflow: FakeAirflow, environment: str
) -> None:
    file = airflow.places.tasks / "dag_id=d" / "run_id=r" / "task_id=t" / "attempt=1.log"
    file.parent.mkdir(parents=True)

    file.write_text('{"timestamp":"2026-01-01T00:00:00Z","level":"info","event":"hello"}\n')

    group = f"airflow-{environment}-Task"
    logs = cloud.client("logs")

    def messages() -> list[str]:
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        events = logs.filter_log_events(logGroupName=group)["events"]
        return [event["message"] for event in events]

    wait_for(messages)
    assert messages() == ["2026-01-01T00:00:00Z INFO    hello"]
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert [one["logStreamName"] for one in streams] == [
        "dag_id=d/run_id=r/task_id=t/attempt=1.log"
    ]


def test_an_outcome_record_in_the_bucket_of_the_settings_ends_its_run(
    cloud: Cloud, airflow: FakeAirflow, environment: str
) -> None:
    del environment
    make_bucket(cloud, "twin-artifacts")
    client = cloud.client("s3")
    client.put_object(
        Bucket=AIRFLOW_BUCKET,
        Key="dags/settings/stack.json",
        Body=b'{"artifact_bucket": "twin-artifacts"}',
    )
    wait_for(lambda: airflow.refreshed > 0)

    client.put_object(
        Bucket="twin-artifacts",
        Key="runs/abalone/push-1.json",
        Body=b'{"dag_id": "retrain-abalone", "run_id": "push-1", "outcome": "deployed",'
        b' "reason": "better than both", "log": null}',
    )

    entry = cloud.timeline.entries()[-1]
    assert (entry.state, entry.run, entry.resource) == ("succeeded", "push-1", "retrain-abalone")
    assert entry.fact == "deployed: better than both"


def wait_for(holds: Callable[[], object]) -> None:
    """Wait until something holds, or fail."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
