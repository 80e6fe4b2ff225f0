"""What the twin relies on in moto's models and endpoints, and each refusal that it adds."""

from __future__ import annotations

import pytest

from tests.sagemaker_account import BUCKET, Account, refusal, wait_for


def test_names_of_models_and_configs_are_taken_once(account: Account) -> None:
    model = account.add_model("model", "1")
    config = account.add_config("config", "model")

    again = (
        refusal(lambda: account.add_model("model", "1")),
        refusal(lambda: account.add_config("config", "model")),
    )

    assert again[0][1] == f'Cannot create already existing model "{model}".'
    assert again[1][1] == f'Cannot create already existing endpoint configuration "{config}".'


def test_a_model_without_its_archive_is_refused(account: Account) -> None:
    container = {"Image": account.image, "ModelDataUrl": f"s3://{BUCKET}/nothing.tar.gz"}

    _, message = refusal(lambda: account.add_model("model", "1", PrimaryContainer=container))

    assert message.startswith(f"Could not access model data at s3://{BUCKET}/nothing.tar.gz")


def test_a_model_of_an_unknown_role_is_refused(account: Account) -> None:
    role = "arn:aws:iam::123456789012:role/nobody"

    _, message = refusal(lambda: account.add_model("model", "1", ExecutionRoleArn=role))

    assert message.startswith(f"Could not assume role {role}")


def test_a_config_of_an_unknown_model_is_refused(account: Account) -> None:
    _, message = refusal(lambda: account.add_config("config", "nobody"))

    assert message.startswith("Could not find model")


def test_instance_types_are_those_of_the_service_model(account: Account) -> None:
    account.add_model("model", "1")

    taken = account.add_config("config", "model", variant={"InstanceType": "ml.m6i.large"})
    _, message = refusal(
        lambda: account.add_config("other", "model", variant={"InstanceType": "ml.m99.large"})
    )

    assert taken
    assert "Value 'ml.m99.large' at 'productionVariants.1.member.instanceType'" in message


def test_models_are_listed_by_part_of_their_name(account: Account) -> None:
    account.add_model("abalone-1", "1")
    account.add_model("wine-1", "1")

    found = account.sagemaker.list_models(NameContains="abal")["Models"]

    assert [one["ModelName"] for one in found] == ["abalone-1"]


def test_an_endpoint_name_is_taken_once_in_the_words_that_airflow_looks_for(
    account: Account,
) -> None:
    endpoint = account.create_endpoint(account.deployable("1"))

    code, message = refusal(lambda: account.create_endpoint("config-1"))

    assert code == "ValidationException"
    assert message == f'Cannot create already existing endpoint "{endpoint["EndpointArn"]}".'


def test_an_endpoint_in_motion_can_neither_be_updated_nor_deleted(account: Account) -> None:
    config = account.deployable("sick", startup=60)
    name = {"EndpointName": "twin-abalone"}
    account.sagemaker.create_endpoint(**name, EndpointConfigName=config)

    messages = [
        refusal(lambda: account.sagemaker.update_endpoint(**name, EndpointConfigName=config))[1],
        refusal(lambda: account.sagemaker.delete_endpoint(**name))[1],
    ]

    assert all(one.startswith("Cannot update in-progress endpoint") for one in messages)


def test_a_failed_endpoint_can_only_be_deleted(account: Account) -> None:
    account.create_endpoint(account.deployable("dead"))

    _, message = refusal(lambda: account.update_endpoint("config-dead"))
    account.sagemaker.delete_endpoint(EndpointName="twin-abalone")

    assert "it can only be deleted" in message
    wait_for(lambda: account.sagemaker.list_endpoints()["Endpoints"], lambda found: not found)


@pytest.mark.parametrize("operation", ["create", "update"])
def test_an_unknown_config_is_refused(account: Account, operation: str) -> None:
    account.create_endpoint(account.deployable("1"))
    call = getattr(account.sagemaker, f"{operation}_endpoint")
    name = "other" if operation == "create" else "twin-abalone"

    _, message = refusal(lambda: call(EndpointName=name, EndpointConfigName="nothing"))

    assert message.startswith("Could not find endpoint configuration")
    assert "other" not in str(account.sagemaker.list_endpoints()["Endpoints"])


@pytest.mark.parametrize("operation", ["describe", "update", "delete"])
def test_an_unknown_endpoint_is_refused(account: Account, operation: str) -> None:
    account.deployable("1")
    call = getattr(account.sagemaker, f"{operation}_endpoint")
    config = {"EndpointConfigName": "config-1"} if operation == "update" else {}

    _, message = refusal(lambda: call(EndpointName="nobody", **config))

    assert message.startswith("Could not find endpoint")


def test_botos_own_waiter_understands_the_states(account: Account) -> None:
    account.sagemaker.create_endpoint(
        EndpointName="twin-abalone", EndpointConfigName=account.deployable("1")
    )

    waiter = account.sagemaker.get_waiter("endpoint_in_service")
    waiter.wait(EndpointName="twin-abalone", WaiterConfig={"Delay": 1, "MaxAttempts": 20})

    assert account.invoke("x") == "1"
