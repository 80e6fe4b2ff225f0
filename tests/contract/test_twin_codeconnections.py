"""CodeConnections as the twin plays it, through a real client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ParamValidationError

from twin.services import codeconnections

if TYPE_CHECKING:
    from twin.cloud import Cloud


@pytest.fixture
def client(cloud: Cloud) -> Any:
    codeconnections.install(cloud)
    return cloud.client("codeconnections")


def test_a_connection_is_found_again_and_still_pending(client: Any) -> None:
    arn = client.create_connection(ConnectionName="mlops", ProviderType="GitHub")["ConnectionArn"]

    found = client.get_connection(ConnectionArn=arn)["Connection"]

    assert found["ConnectionName"] == "mlops"
    assert found["ConnectionStatus"] == "PENDING"


def test_a_deleted_connection_is_gone(client: Any) -> None:
    arn = client.create_connection(ConnectionName="mlops", ProviderType="GitHub")["ConnectionArn"]

    client.delete_connection(ConnectionArn=arn)

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_connection(ConnectionArn=arn)


def test_a_name_is_as_long_as_the_service_allows(client: Any) -> None:
    with pytest.raises(ParamValidationError):
        client.create_connection(ConnectionName="", ProviderType="GitHub")


def test_tags_are_given_and_taken(client: Any) -> None:
    arn = client.create_connection(
        ConnectionName="mlops", ProviderType="GitHub", Tags=[{"Key": "a", "Value": "1"}]
    )["ConnectionArn"]

    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    client.untag_resource(ResourceArn=arn, TagKeys=["a"])

    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_an_operation_that_is_not_played_says_so(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="does not play"):
        client.get_host(
            HostArn="arn:aws:codeconnections:us-east-1:123456789012:host/h/00000000-0000"
        )
