"""Create or adopt, against an account that refuses what AWS refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from airflow.sdk.exceptions import AirflowFailException

from dags import endpoints, registry, requests, scaling, training
from dags.operators import EndpointOperator
from dags.requests import Trained
from dags.settings import Network
from models.endpoint import STRATEGIES
from tests.sagemaker_account import Account, script_images
from tests.unit.dags.builders import SCALING, hosted_model, plan, stack_settings, verdict
from twin.services import autoscaling, sagemaker_hosting, sagemaker_registry, sagemaker_training

if TYPE_CHECKING:
    from pathlib import Path

    from airflow.sdk import Context

    from dags.aws import Clients
    from dags.plan import Plan
    from dags.settings import StackSettings
    from models.schema import Model
    from twin.cloud import Cloud

ALARMS = ("mlops-test-endpoint-abalone-5xx", "mlops-test-endpoint-abalone-latency")
NAME = "twin-abalone"
WAITING = endpoints.Waiting(0.02)


@pytest.fixture
def account(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Return an account whose SageMaker works, and lead the provider's hooks to it."""
    images = script_images(tmp_path)
    sagemaker_hosting.install(cloud, images)
    autoscaling.install(cloud)
    sagemaker_registry.install(cloud)
    sagemaker_training.install(cloud, images)
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return Account(cloud)


# ---- training


def train(account: Account, **changes: Any) -> training.Job:
    request = account.training_request(NAME, **changes)
    job = training.adopt_or_create(account.sagemaker, request, poll_seconds=0.02)
    return training.wait(account.sagemaker, job.name, poll_seconds=0.02)


def test_equal_requests_are_one_training_job(account: Account) -> None:
    jobs = [train(account) for _ in range(3)]

    assert {job.name for job in jobs} == {NAME}
    assert training.result(jobs[0]).archive.endswith(f"{NAME}/output/model.tar.gz")


def test_after_a_failure_the_next_request_is_the_next_attempt(account: Account) -> None:
    failed = train(account, HyperParameters={"do": "fail"})

    again = train(account)

    assert (failed.status, again.status) == ("Failed", "Completed")
    assert again.name == f"{NAME}-a2"


# ---- registry


def stack(account: Account) -> tuple[Plan, StackSettings]:
    """Return plan and settings that name what the account has."""
    repository, digest = account.image.split("@")
    known = plan()
    settings = replace(
        stack_settings(),
        image_repository=repository,
        hosting_role_arn=account.role,
        hosting_network=network(account),
    )
    return replace(known, pinned=replace(known.pinned, image_digest=digest)), settings


def network(account: Account) -> Network:
    """Return the account's default network, in two zones."""
    ec2: Any = account.cloud.client("ec2")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]]
    (group,) = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"]
    return Network(subnet_ids=tuple(subnets[:2]), security_group_ids=(group["GroupId"],))


def test_packages_models_and_configs_are_adopted(account: Account) -> None:
    known, settings = stack(account)
    job = Trained("job", account.put_model("95"))
    group = requests.package_group_request(known, settings)
    package = requests.package_request(known, settings, job, verdict())

    arns: set[str] = set()
    for _ in range(2):
        arn = registry.ensure_package(account.sagemaker, group, package)
        registry.ensure_model(account.sagemaker, requests.model_request(known, settings, job, arn))
        registry.ensure_endpoint_config(
            account.sagemaker, requests.endpoint_config_request(known, settings, job, arn)
        )
        arns.add(arn)

    listed = account.sagemaker.list_model_packages(ModelPackageGroupName="mlops-test-abalone")
    assert [one["ModelPackageArn"] for one in listed["ModelPackageSummaryList"]] == list(arns)


# ---- endpoint


class AccountClients:
    """What the endpoint's task asks of the account."""

    def __init__(self, account: Account) -> None:
        self.sagemaker = account.sagemaker
        self.autoscaling: Any = account.cloud.client("application-autoscaling")
        self.cloudwatch: Any = account.cloud.client("cloudwatch")


def deploy(account: Account, config: str, hosted: Model | None = None) -> None:
    operator = EndpointOperator(
        task_id="endpoint",
        settings=stack_settings(poll_seconds=0.02, endpoint_alarms={"abalone": ALARMS}),
        config={"EndpointName": NAME, "EndpointConfigName": config},
        plan=plan(hosted).to_json(),
        clients=cast("Clients", AccountClients(account)),
    )
    operator.execute(cast("Context", {}))


pytestmark = pytest.mark.filterwarnings(
    "ignore:ProvidersManager.hooks is deprecated"  # the provider's own affair
)


def test_an_endpoint_is_created_then_updated(account: Account) -> None:
    first, second = account.deployable("1"), account.deployable("2")

    deploy(account, first)
    before = account.invoke("x")
    deploy(account, second)

    assert (before, account.invoke("x")) == ("1", "2")


def test_a_failed_endpoint_is_made_anew(account: Account) -> None:
    dead, good = account.deployable("dead"), account.deployable("1")

    with pytest.raises(AirflowFailException, match=r"Failed with .*ping health check"):
        deploy(account, dead)
    deploy(account, good)

    assert account.invoke("x") == "1"


def test_a_rollback_is_a_failure_and_the_old_model_answers(account: Account) -> None:
    good, dead = account.deployable("1"), account.deployable("dead")
    deploy(account, good)

    with pytest.raises(AirflowFailException, match=r"InService with config-1 .*ping health check"):
        deploy(account, dead)

    assert account.invoke("x") == "1"


def test_another_instance_type_is_deployed_although_the_endpoint_scales(account: Account) -> None:
    """SageMaker refuses it while the variant is registered; its instances stay as many."""
    hosted = hosted_model(scaling={**SCALING, "min_instances": 2})
    bounds = hosted.endpoint.scaling
    client = AccountClients(account).autoscaling
    account.add_model("model", "1")
    three = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 3}
    account.add_config("three", "model", variant=three)
    account.add_config("larger", "model", variant={"InstanceType": "ml.m5.xlarge"})
    deploy(account, "three", hosted)
    scaling.ensure(client, NAME, bounds)

    deploy(account, "larger", hosted)
    released = scaling.registered(client, NAME)
    scaling.ensure(client, NAME, bounds)

    described = account.sagemaker.describe_endpoint(EndpointName=NAME)
    assert described["ProductionVariants"][0]["DesiredInstanceCount"] == 3
    assert released is None
    assert scaling.registered(client, NAME) == bounds


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_traffic_moves_as_the_model_file_says(account: Account, strategy: str) -> None:
    """One alarm is there, the other is not: SageMaker would refuse its name."""
    hosted = hosted_model(deployment={"strategy": strategy})
    account.cloud.client("cloudwatch").put_metric_alarm(
        AlarmName=ALARMS[0],
        MetricName="Invocation5XXErrors",
        Namespace="AWS/SageMaker",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    deploy(account, account.deployable("1"), hosted)
    account.add_model("model-2", "2")
    account.add_config("two", "model-2", variant={"InitialInstanceCount": 2})

    deploy(account, "two", hosted)

    assert account.invoke("x") == "2"


def test_an_endpoint_under_way_is_waited_for(account: Account) -> None:
    first, second = account.deployable("1"), account.deployable("2")
    account.sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=first)

    deploy(account, second)

    assert account.invoke("x") == "2"


def test_the_previous_config_is_put_back(account: Account) -> None:
    first, second = account.deployable("1"), account.deployable("2")
    deploy(account, first)
    deploy(account, second)

    said = endpoints.put_back(account.sagemaker, NAME, first, WAITING)

    assert said == "the previous config config-1 serves again"
    assert account.invoke("x") == "1"


def test_without_a_previous_config_the_endpoint_goes(account: Account) -> None:
    deploy(account, account.deployable("1"))

    endpoints.put_back(account.sagemaker, NAME, None, WAITING)

    assert endpoints.describe(account.sagemaker, NAME) is None
