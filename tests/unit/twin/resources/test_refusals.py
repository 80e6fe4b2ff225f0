"""A service's message leads to the property that it is about."""

from __future__ import annotations

from botocore.exceptions import ClientError, ParamValidationError

from twin.resources.refusals import blamed_properties, refused


def refusal(message: str, status: int = 400) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": "ValidationException", "Message": message},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "RequestId": "",
                "HostId": "",
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        },
        "CreateJob",
    )


def test_a_property_is_found_by_its_value() -> None:
    values = {"role": "arn:aws:iam::1:role/gone", "name": "etl"}

    found = blamed_properties(values, "Role arn:aws:iam::1:role/gone does not exist")

    assert found == [("role", "arn:aws:iam::1:role/gone")]


def test_a_property_is_found_by_its_name_when_no_value_stands_there() -> None:
    values = {"command": {"scriptLocation": "x"}, "name": "etl"}

    found = blamed_properties(values, "Parameter ScriptLocation is invalid")

    assert found == [("command.scriptLocation", "x")]


def test_a_short_value_is_no_clue() -> None:
    assert blamed_properties({"prefix": "a"}, "Something is wrong") == []


def test_a_secretless_refusal_says_what_to_correct() -> None:
    error = refused(
        refusal("maxRetries must be positive"), "aws:glue/job:Job etl", {"maxRetries": -1}
    )

    assert str(error).splitlines() == [
        "aws:glue/job:Job etl: CreateJob was refused: ValidationException: "
        "maxRetries must be positive",
        "  found: maxRetries = -1",
        "  do: correct maxRetries where the program creates it",
    ]


def test_a_failure_of_the_twin_itself_is_not_blamed_on_the_program() -> None:
    error = refused(refusal("not implemented", status=500), "aws:glue/job:Job etl", {})

    assert "failed in the twin" in error.cause
    assert "twin/services" in error.do


def test_a_request_that_botocore_refuses_reads_as_one_line() -> None:
    report = 'Unknown parameter in input: "Foo",\n must be one of: Name'

    error = refused(ParamValidationError(report=report), "aws:glue/job:Job etl", {})

    assert "\n" not in error.cause
    assert "Foo" in error.cause
