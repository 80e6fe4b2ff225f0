"""Functions are created from their packed code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

import pytest

from twin.errors import TwinError

FUNCTION = "aws:lambda/function:Function"


def test_code_environment_and_dead_letters_reach_lambda(create: Create, aws: FakeAws) -> None:
    create(FUNCTION, SAMPLES[FUNCTION])

    asked = aws.asked("create_function")
    assert asked["Code"] == {"ZipFile": b"PK"}
    assert asked["Environment"] == {"Variables": {"DATA_BUCKET": "b"}}
    assert asked["DeadLetterConfig"]["TargetArn"].endswith(":failed")


def test_reserved_concurrency_is_a_request_of_its_own(create: Create, aws: FakeAws) -> None:
    create(FUNCTION, SAMPLES[FUNCTION])

    assert aws.asked("put_function_concurrency")["ReservedConcurrentExecutions"] == 5


def test_minus_one_reserves_nothing(create: Create, aws: FakeAws) -> None:
    create(FUNCTION, {**SAMPLES[FUNCTION], "reservedConcurrentExecutions": -1})

    assert all(request.operation != "put_function_concurrency" for request in aws.requests)


def test_a_function_without_code_is_an_error(create: Create) -> None:
    with pytest.raises(TwinError, match="no code"):
        create(FUNCTION, {**SAMPLES[FUNCTION], "code": None})


def test_the_invoke_arn_is_what_api_gateway_calls(create: Create, aws: FakeAws) -> None:
    aws.answers["create_function"] = {"FunctionName": "trigger", "FunctionArn": "arn:f"}

    outputs = create(FUNCTION, {**SAMPLES[FUNCTION], "reservedConcurrentExecutions": None}).outputs

    assert outputs["invokeArn"].endswith("functions/arn:f/invocations")


def test_an_event_that_never_succeeds_has_its_destination(create: Create, aws: FakeAws) -> None:
    token = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"  # noqa: S105 - a type token

    create(token, SAMPLES[token])

    asked = aws.asked("put_function_event_invoke_config")["DestinationConfig"]
    assert asked["OnFailure"]["Destination"].endswith(":failed")
