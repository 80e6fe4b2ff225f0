"""What the twin relies on in moto's Glue, and what it changes there."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from twin.services import glue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin.cloud import Cloud

JOB = "twin-etl"
BUCKET = "twin-artifacts"
SLEEPS = "import time; time.sleep(60)"


@pytest.fixture
def client(cloud: Cloud) -> Iterator[Any]:
    """Return a Glue client of an account with a role and a bucket."""
    glue.install(cloud)
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    for role, service in (("etl", "glue.amazonaws.com"), ("other", "ec2.amazonaws.com")):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        cloud.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)
    yield cloud.client("glue")
    cloud.stop()


@pytest.fixture
def create(cloud: Cloud, client: Any) -> Callable[..., None]:
    """Return a function that puts a script and creates a job that runs it."""

    def job(script: str = "", **members: Any) -> None:
        body = script.encode()
        cloud.client("s3").put_object(Bucket=BUCKET, Key="glue/script.py", Body=body)
        client.create_job(**(definition(cloud) | {"Name": JOB} | members))

    return job


def definition(cloud: Cloud) -> dict[str, Any]:
    return {
        "Role": f"arn:aws:iam::{cloud.account}:role/etl",
        "Command": {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/glue/script.py"},
        "GlueVersion": "5.1",
        "WorkerType": "G.1X",
        "NumberOfWorkers": 2,
    }


def wait_for(client: Any, run_id: str, *states: str) -> dict[str, Any]:
    wanted = states or ("SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED")
    seen = ""
    for _ in range(500):
        run = client.get_job_run(JobName=JOB, RunId=run_id)["JobRun"]
        seen = run["JobRunState"]
        if seen in wanted:
            return run
        time.sleep(0.02)
    pytest.fail(f"the run stays {seen}, expected {wanted}")


def start(client: Any, **members: Any) -> str:
    return str(client.start_job_run(JobName=JOB, **members)["JobRunId"])


# ---- jobs ----------------------------------------------------------------------------------------


def test_a_job_keeps_what_the_program_declares(client: Any, create: Callable[..., None]) -> None:
    create(
        JobRunQueuingEnabled=True,
        ExecutionProperty={"MaxConcurrentRuns": 4},
        DefaultArguments={"--engine": "auto"},
        Timeout=30,
    )

    job = client.get_job(JobName=JOB)["Job"]

    assert job["JobRunQueuingEnabled"] is True
    assert job["ExecutionProperty"] == {"MaxConcurrentRuns": 4}
    assert job["DefaultArguments"] == {"--engine": "auto"}
    assert (job["Timeout"], job["GlueVersion"], job["NumberOfWorkers"]) == (30, "5.1", 2)


def test_a_name_in_use_is_refused(create: Callable[..., None]) -> None:
    create()

    with pytest.raises(ClientError, match="IdempotentParameterMismatchException"):
        create(Timeout=7)


@pytest.mark.parametrize("role", ["nobody", "other"])
def test_a_role_that_glue_cannot_assume_is_refused(
    cloud: Cloud, create: Callable[..., None], role: str
) -> None:
    arn = f"arn:aws:iam::{cloud.account}:role/{role}"

    with pytest.raises(ClientError, match=f"{role} should be given assume role permissions"):
        create(Role=arn)


def test_default_arguments_that_glue_reserves_are_refused(create: Callable[..., None]) -> None:
    with pytest.raises(ClientError, match="--conf are internal to AWS Glue"):
        create(DefaultArguments={"--conf": "spark.x=1"})


def test_retries_of_glue_s_own_are_refused(create: Callable[..., None]) -> None:
    with pytest.raises(ClientError, match="MaxRetries must be 0"):
        create(MaxRetries=1)


def test_an_update_replaces_the_whole_definition(
    cloud: Cloud, client: Any, create: Callable[..., None]
) -> None:
    create(Timeout=30, Description="old", Tags={"stack": "twin"})

    client.update_job(JobName=JOB, JobUpdate=definition(cloud) | {"JobRunQueuingEnabled": True})

    job = client.get_job(JobName=JOB)["Job"]
    assert (job["Timeout"], job["JobRunQueuingEnabled"]) == (480, True)
    assert "Description" not in job
    arn = f"arn:aws:glue:{cloud.region}:{cloud.account}:job/{JOB}"
    assert client.get_tags(ResourceArn=arn)["Tags"] == {"stack": "twin"}


def test_an_update_of_a_job_that_is_not_there_is_refused(cloud: Cloud, client: Any) -> None:
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        client.update_job(JobName=JOB, JobUpdate=definition(cloud))


# ---- runs ----------------------------------------------------------------------------------------


def test_a_run_of_a_job_that_is_not_there_is_refused(client: Any) -> None:
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        start(client)


def test_arguments_that_glue_reserves_are_refused(client: Any, create: Callable[..., None]) -> None:
    create()

    with pytest.raises(ClientError, match="--mode are internal to AWS Glue"):
        start(client, Arguments={"--mode": "x"})


def test_a_run_shows_its_states_and_arguments(client: Any, create: Callable[..., None]) -> None:
    create("pass", DefaultArguments={"--engine": "auto"}, Timeout=9)

    run = wait_for(client, start(client, Arguments={"--commit": "abc"}))

    assert run["JobRunState"] == "SUCCEEDED"
    assert run["Arguments"] == {"--commit": "abc"}
    assert run["Timeout"] == 9
    assert run["CompletedOn"] >= run["StartedOn"]
    assert "ErrorMessage" not in run


def test_a_failed_run_says_why(client: Any, create: Callable[..., None]) -> None:
    create("import sys; print('done so far'); sys.exit('no rows in a.csv')")

    run = wait_for(client, start(client))

    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "no rows in a.csv")


def test_a_script_that_is_not_there_fails_the_run(client: Any, create: Callable[..., None]) -> None:
    create(Command={"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/gone.py"})

    run = wait_for(client, start(client))

    assert run["JobRunState"] == "FAILED"
    assert f"Error downloading from S3 for bucket: {BUCKET}, key: gone.py" in run["ErrorMessage"]


def test_one_run_too_many_is_refused_without_queuing(
    client: Any, create: Callable[..., None]
) -> None:
    create(SLEEPS)
    start(client)

    with pytest.raises(ClientError, match="ConcurrentRunsExceededException"):
        start(client)


def test_one_run_too_many_waits_with_queuing(client: Any, create: Callable[..., None]) -> None:
    create(SLEEPS, JobRunQueuingEnabled=True)
    first = start(client)

    second = start(client)

    assert wait_for(client, second, "WAITING")["StateDetail"]
    client.batch_stop_job_run(JobName=JOB, JobRunIds=[first])
    assert "StateDetail" not in wait_for(client, second, "RUNNING")


def test_as_many_runs_as_declared_are_under_way(client: Any, create: Callable[..., None]) -> None:
    create(SLEEPS, JobRunQueuingEnabled=True, ExecutionProperty={"MaxConcurrentRuns": 2})

    runs = [start(client) for _ in range(3)]

    for run in runs[:2]:
        wait_for(client, run, "RUNNING")
    wait_for(client, runs[2], "WAITING")


def test_a_waiting_run_can_be_stopped(client: Any, create: Callable[..., None]) -> None:
    create(SLEEPS, JobRunQueuingEnabled=True)
    start(client)
    waiting = start(client)

    client.batch_stop_job_run(JobName=JOB, JobRunIds=[waiting])

    assert wait_for(client, waiting)["JobRunState"] == "STOPPED"


def test_stopping_tells_which_runs_it_could_not_stop(
    client: Any, create: Callable[..., None]
) -> None:
    create("pass")
    ended = start(client)
    wait_for(client, ended)

    answer = client.batch_stop_job_run(JobName=JOB, JobRunIds=[ended, "jr_none"])

    assert answer["SuccessfulSubmissions"] == []
    assert [error["ErrorDetail"]["ErrorCode"] for error in answer["Errors"]] == [
        "InvalidInputException",
        "EntityNotFoundException",
    ]


def test_runs_are_listed_the_latest_first_and_in_pages(
    client: Any, create: Callable[..., None]
) -> None:
    create(SLEEPS, JobRunQueuingEnabled=True)
    runs = [start(client) for _ in range(3)]

    first = client.get_job_runs(JobName=JOB, MaxResults=2)
    second = client.get_job_runs(JobName=JOB, MaxResults=2, NextToken=first["NextToken"])

    shown = [run["Id"] for page in (first, second) for run in page["JobRuns"]]
    assert shown == runs[::-1]
    assert "NextToken" not in second


def test_a_run_that_ended_is_an_event(
    client: Any,
    create: Callable[..., None],
    events_of: Callable[[str], Callable[[], dict[str, Any]]],
) -> None:
    take_event = events_of("aws.glue")
    create("pass")

    run_id = start(client)

    event = take_event()
    assert event["detail-type"] == "Glue Job State Change"
    assert (event["detail"]["state"], event["detail"]["jobRunId"]) == ("SUCCEEDED", run_id)


def test_installing_again_serves_the_new_account(
    cloud: Cloud, client: Any, create: Callable[..., None]
) -> None:
    create("pass")
    wait_for(client, start(client))

    glue.install(cloud)

    assert client.get_job_runs(JobName=JOB)["JobRuns"] == []


def test_encrypted_logs_lie_in_groups_of_the_job_s_own(
    cloud: Cloud, client: Any, create: Callable[..., None]
) -> None:
    encryption = {"CloudWatchEncryptionMode": "SSE-KMS", "KmsKeyArn": "arn:aws:kms:r:1:key/k"}
    client.create_security_configuration(
        Name="twin", EncryptionConfiguration={"CloudWatchEncryption": encryption}
    )
    create("print('hello')", SecurityConfiguration="twin")

    wait_for(client, start(client))

    found = cloud.client("logs").describe_log_groups()["logGroups"]
    names = {group["logGroupName"] for group in found}
    assert "/aws-glue/jobs/twin-role/etl/output" in names
    assert "/aws-glue/jobs/output" not in names
