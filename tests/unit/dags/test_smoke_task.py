"""After a deployment: the endpoint is asked, and goes back where it answers otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.exceptions import AirflowFailException
from botocore.exceptions import ReadTimeoutError

from tests.unit.dags import builders
from tests.unit.dags.answers import refusal
from tests.unit.dags.builders import PACKAGE_ARN, RESOURCE, plan, trained
from tests.unit.dags.steps import BOUNDS, BUCKET, CONFIG, ENDPOINT, EVALUATION, steps

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients


@pytest.fixture
def serving(clients: FakeClients) -> FakeClients:
    state = {"EndpointStatus": "InService", "EndpointConfigName": CONFIG}
    clients.sagemaker.endpoints[ENDPOINT] = [state]
    clients.sagemaker.configs.update({CONFIG: {}, "before": {}})
    clients.s3.put(EVALUATION, builders.evaluation())
    return clients


def smoke_tested(clients: FakeClients, previous: str = "before") -> None:
    documents = (plan().to_json(), trained().to_json())
    steps(clients).smoke_test(*documents, PACKAGE_ARN, previous, {})


def test_smoke_test_says_what_is_deployed(serving: FakeClients) -> None:
    smoke_tested(serving)

    document = serving.s3.read("endpoints/abalone.json")
    assert document["endpoint_config"] == CONFIG
    assert document["previous_endpoint_config"] == "before"
    assert document["number"] == 12


def test_smoke_test_puts_the_previous_config_back(serving: FakeClients) -> None:
    serving.runtime.answer = b"1\n2\n"

    with pytest.raises(AirflowFailException, match=r"row 'M,0.455'.*before serves again"):
        smoke_tested(serving)

    assert serving.sagemaker.calls == ["update_endpoint before"]
    assert (BUCKET, "endpoints/abalone.json") not in serving.s3.objects


def test_an_endpoint_that_hangs_goes_back_too(serving: FakeClients) -> None:
    serving.runtime.answer = ReadTimeoutError(endpoint_url="https://runtime")

    with pytest.raises(AirflowFailException, match=r"gave no answer: .*before serves again"):
        smoke_tested(serving)


@pytest.mark.parametrize("content", [None, b"{", b"[]", b'{"format": 1, "examples": [{}]}'])
def test_an_evaluation_that_cannot_be_read_puts_the_previous_config_back(
    serving: FakeClients, content: bytes | None
) -> None:
    del serving.s3.objects[BUCKET, EVALUATION]
    if content is not None:
        serving.s3.objects[BUCKET, EVALUATION] = content

    with pytest.raises(AirflowFailException, match="before serves again"):
        smoke_tested(serving)


def test_a_bucket_that_refuses_the_evaluation_puts_the_previous_config_back(
    serving: FakeClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise refusal("not yours", "AccessDenied")

    monkeypatch.setattr(serving.s3, "get_object", refuse)

    with pytest.raises(AirflowFailException, match=r"not yours; the previous config before serves"):
        smoke_tested(serving)


def test_a_previous_config_that_is_gone_does_not_hide_the_wrong_answer(
    serving: FakeClients,
) -> None:
    serving.runtime.answer = b"1\n2\n"

    with pytest.raises(AirflowFailException, match=r"row 'M,0.455'.*putting gone back was refused"):
        smoke_tested(serving, previous="gone")


def test_smoke_test_of_a_first_model_takes_the_endpoint_away(serving: FakeClients) -> None:
    serving.runtime.answer = b"1\n2\n"

    with pytest.raises(AirflowFailException, match="was deleted"):
        smoke_tested(serving, previous="")

    assert serving.sagemaker.calls == ["delete_endpoint"]


def test_smoke_test_without_examples_is_a_failure(serving: FakeClients) -> None:
    serving.s3.put(EVALUATION, builders.evaluation(examples=[]))

    with pytest.raises(AirflowFailException, match="has no examples"):
        smoke_tested(serving)


def test_a_variant_that_scales_is_released_before_it_goes_back(serving: FakeClients) -> None:
    serving.runtime.answer = b"1\n2\n"
    serving.autoscaling.targets[RESOURCE] = {"MinCapacity": 1, "MaxCapacity": 4}
    documents = (plan().to_json(), trained().to_json())

    with pytest.raises(AirflowFailException, match="before serves again"):
        steps(serving).smoke_test(*documents, PACKAGE_ARN, "before", BOUNDS)

    assert serving.autoscaling.targets == {}
    assert serving.sagemaker.options["RetainAllVariantProperties"] is True
