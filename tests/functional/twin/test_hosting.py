"""Endpoints in the twin: containers that answer, are replaced unnoticed, and come back."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.sagemaker_account import Account, script_images, wait_for
from twin.services import sagemaker_hosting
from twin.timeline import Step

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloud import Cloud

NAME = "twin-abalone"


@pytest.fixture
def account(cloud: Cloud, tmp_path: Path) -> Account:
    sagemaker_hosting.install(cloud, script_images(tmp_path))
    return Account(cloud)


def post(account: Account, body: str, name: str = NAME, method: str = "POST") -> tuple[int, str]:
    """Ask an endpoint as curl does: plain HTTP, no signature."""
    address = account.cloud.url.removeprefix("http://")
    with closing(http.client.HTTPConnection(address, timeout=20)) as client:
        client.request(method, f"/endpoints/{name}/invocations", body, {"Content-Type": "text/csv"})
        answer = client.getresponse()
        return answer.status, answer.read().decode()


def invocation_error(account: Account, body: str, name: str = NAME) -> dict[str, Any]:
    """Return the error that boto3 raises."""
    with pytest.raises(ClientError) as caught:
        account.invoke(body, name)
    found: Any = caught.value.response
    return found


def test_an_endpoint_is_created_and_answers(account: Account) -> None:
    config = account.deployable("95")
    account.sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=config)

    first = account.sagemaker.describe_endpoint(EndpointName=NAME)["EndpointStatus"]
    last = account.wait_endpoint()

    assert (first, last["EndpointStatus"]) == ("Creating", "InService")
    assert last["EndpointConfigName"] == config
    (variant,) = last["ProductionVariants"]
    assert variant["DeployedImages"][0]["SpecifiedImage"] == account.image
    assert account.invoke("a row") == "95"


def test_curl_gets_an_answer_without_a_signature(account: Account) -> None:
    account.create_endpoint(account.deployable("95"))

    assert post(account, "a row") == (200, "95")


def test_botos_answer_names_variant_and_type(account: Account) -> None:
    account.create_endpoint(account.deployable("95"))

    answer = account.cloud.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=NAME, ContentType="text/csv", Accept="text/csv", Body=b"x"
    )

    assert (answer["InvokedProductionVariant"], answer["ContentType"]) == ("AllTraffic", "text/csv")


def test_a_container_sees_only_the_headers_of_the_api(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))

    seen = json.loads(account.invoke("headers"))

    assert seen["Content-Type"] == "text/csv"
    assert "Authorization" not in seen


def test_a_containers_refusal_is_a_model_error(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))

    error = invocation_error(account, "refuse")

    assert error["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert error["Error"]["Code"] == "ModelError"
    assert (error["OriginalStatusCode"], error["OriginalMessage"]) == (400, "row 1, column 'sex'")
    assert "Received client error (400) from AllTraffic" in error["Error"]["Message"]
    assert post(account, "refuse") == (400, "row 1, column 'sex'")


def test_an_endpoint_that_does_not_exist_is_refused(account: Account) -> None:
    error = invocation_error(account, "x", "nobody")

    assert error["Error"]["Code"] == "ValidationError"
    assert error["Error"]["Message"] == "Endpoint nobody of account 123456789012 not found."
    assert post(account, "x", "nobody")[0] == 404
    assert post(account, "", method="GET")[0] == 405


def test_an_update_is_unnoticed_by_who_asks_twenty_times_a_second(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))
    account.deployable("2")
    answers: list[tuple[int, str]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.05):
            answers.append(post(account, "slow" if len(answers) % 5 == 0 else "x"))

    clients = [threading.Thread(target=ask) for _ in range(3)]
    for client in clients:
        client.start()
    endpoint = account.update_endpoint("config-2")
    time.sleep(0.7)
    done.set()
    for client in clients:
        client.join()

    assert endpoint["EndpointConfigName"] == "config-2"
    assert {status for status, _ in answers} == {200}
    assert answers[0][1] == "1"
    assert answers[-1][1] == "2"


def test_the_old_container_ends_after_an_update(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))
    account.deployable("2")
    hosting = account.cloud.workspace.run / "hosting" / NAME

    account.update_endpoint("config-2")

    wait_for(lambda: len(list(hosting.iterdir())), lambda found: found == 1)


def test_while_it_is_updated_the_old_config_is_described(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))
    account.deployable("sick", startup=60)
    account.sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="config-sick")

    found = account.sagemaker.describe_endpoint(EndpointName=NAME)

    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("Updating", "config-1")
    assert account.invoke("x") == "1"


def test_a_first_container_that_ends_fails_the_endpoint(account: Account) -> None:
    endpoint = account.create_endpoint(account.deployable("dead"))

    assert endpoint["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in endpoint["FailureReason"]
    assert "it exited with 1: the model cannot be loaded" in endpoint["FailureReason"]
    assert post(account, "x")[0] == 404


def test_a_failed_update_leaves_the_previous_config_in_service(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))
    account.deployable("dead")

    endpoint = account.update_endpoint("config-dead")

    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("InService", "config-1")
    assert "did not pass the ping health check" in endpoint["FailureReason"]
    assert account.invoke("x") == "1"


def test_a_good_update_clears_the_failure(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))
    account.deployable("dead")
    account.update_endpoint("config-dead")

    endpoint = account.update_endpoint("config-1")

    assert "FailureReason" not in endpoint


def test_an_archive_that_is_gone_fails_the_deployment(account: Account) -> None:
    config = account.deployable("1")
    account.s3.delete_object(Bucket="twin-artifacts", Key="models/1/model.tar.gz")

    endpoint = account.create_endpoint(config)

    assert endpoint["EndpointStatus"] == "Failed"
    assert endpoint["FailureReason"].startswith("Failed to download model data")


def test_an_archive_that_is_damaged_fails_the_deployment(account: Account) -> None:
    config = account.deployable("1")
    account.put("models/1/model.tar.gz", "no archive")

    endpoint = account.create_endpoint(config)

    assert endpoint["EndpointStatus"] == "Failed"


def test_a_crash_is_told_and_mended(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))

    status, text = post(account, "crash")
    wait_for(lambda: post(account, "x"), lambda found: found == (200, "1"))

    assert status == 503
    assert "its container does not answer (it exited with 7: serving 1)" in text


def test_boto_is_told_that_a_crashed_container_is_unavailable(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))

    error = invocation_error(account, "crash")

    assert error["Error"]["Code"] == "ServiceUnavailable"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_a_deleted_endpoint_leaves_nothing(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))

    account.sagemaker.delete_endpoint(EndpointName=NAME)
    wait_for(lambda: account.sagemaker.list_endpoints()["Endpoints"], lambda found: not found)

    assert post(account, "x")[0] == 404
    assert not list((account.cloud.workspace.run / "hosting" / NAME).iterdir())


def test_a_deleted_name_is_free_again(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))
    account.sagemaker.delete_endpoint(EndpointName=NAME)
    wait_for(lambda: account.sagemaker.list_endpoints()["Endpoints"], lambda found: not found)

    account.create_endpoint("config-1")

    assert account.invoke("x") == "1"


def test_the_containers_log_is_the_endpoints(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))

    text = wait_for(lambda: account.log_or_nothing(f"/aws/sagemaker/Endpoints/{NAME}"), bool)

    assert "serving 1" in text


def test_deployments_are_on_the_timeline_of_their_run(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))

    entries = account.cloud.timeline.entries()

    assert [(one.step, one.state, one.run) for one in entries] == [
        ("deployment", "started", "push-1"),
        ("deployment", "succeeded", "push-1"),
    ]
    assert entries[-1].fact == f"{NAME} serves config-1"


def test_an_adopted_config_belongs_to_the_run_under_way(account: Account) -> None:
    timeline = account.cloud.timeline
    dag = "retrain-abalone"
    timeline.record(Step.RUN, "started", run="push-1", resource=dag)
    timeline.record(Step.RUN, "succeeded", run="push-1", resource=dag)
    timeline.record(Step.RUN, "started", run="push-2", resource=dag)

    account.create_endpoint(account.deployable("1"))

    assert timeline.entries()[-1].run == "push-2"


def test_a_deployment_is_not_of_another_models_run(account: Account) -> None:
    timeline = account.cloud.timeline
    account.add_model("model-1", "1")
    account.add_config("config-1", "model-1", of="young-abalone")
    timeline.record(Step.RUN, "started", run="push-2", resource="retrain-abalone")

    account.create_endpoint("config-1")

    assert timeline.entries()[-1].run == "push-1"


def test_a_deployment_is_not_of_a_run_that_waits(account: Account) -> None:
    timeline = account.cloud.timeline
    timeline.record(Step.RUN, "started", run="push-2", resource="retrain-abalone")
    timeline.record(Step.RUN, "started", run="push-3", resource="retrain-abalone")

    account.create_endpoint(account.deployable("1"))

    assert timeline.entries()[-1].run == "push-2"


def test_a_deployment_is_not_of_a_run_whose_end_nobody_told(account: Account) -> None:
    timeline = account.cloud.timeline
    for run in ("push-2", "push-3"):
        timeline.record(Step.RUN, "started", run=run, resource="retrain-abalone")
        timeline.record(Step.ETL, "started", run=run, resource="etl")

    account.create_endpoint(account.deployable("1"))

    assert timeline.entries()[-1].run == "push-3"


def test_stopping_the_twin_ends_the_containers(account: Account) -> None:
    account.create_endpoint(account.deployable("1"))
    (folder,) = (account.cloud.workspace.run / "hosting" / NAME).iterdir()

    account.cloud.stop()

    assert not folder.exists()


def test_a_container_that_is_never_healthy_is_given_up(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.add_model("model", "sick")
    account.add_config("config", "model", startup=None)
    monkeypatch.setattr(sagemaker_hosting, "STARTUP_SECONDS", 1.0)

    endpoint = account.create_endpoint("config")

    assert endpoint["EndpointStatus"] == "Failed"
    assert "health check within 1 s (it is running)" in endpoint["FailureReason"]
