"""The smoke test: the endpoint has to answer the evaluation's rows as the evaluation did."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError

from dags.aws import message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sagemaker_runtime.client import SageMakerRuntimeClient

    from dags.gate import Example

TOLERANCE: Final = 1e-3
"""Relative and absolute; answers are 32-bit numbers, a wrong encoding is off by far more."""

_SHOWN: Final = 200


def ask(client: SageMakerRuntimeClient, endpoint: str, examples: Sequence[Example]) -> str:
    """Send the rows to the endpoint; return what is wrong with the answers, or nothing."""
    body = "".join(f"{example.row}\n" for example in examples)
    try:
        answer = client.invoke_endpoint(
            EndpointName=endpoint, ContentType="text/csv", Accept="text/csv", Body=body.encode()
        )["Body"].read()
    except client.exceptions.ClientError as error:
        return f"the endpoint refused the rows: {message(error)}"
    except BotoCoreError as error:
        return f"the endpoint gave no answer: {message(error)}"
    return compare(answer.decode(errors="replace"), examples)


def compare(answer: str, examples: Sequence[Example]) -> str:
    """Return the first thing that is wrong with an answer, or nothing."""
    lines = list(csv.reader(io.StringIO(answer)))
    if len(lines) != len(examples):
        return f"{len(examples)} rows got {len(lines)} answers: {answer[:_SHOWN]!r}"
    for fields, example in zip(lines, examples, strict=True):
        if not _equal(fields, example):
            said = ",".join(map(str, _expected(example)))
            return f"row {example.row!r} got {','.join(fields)!r}, the evaluation says {said}"
    return ""


def _expected(example: Example) -> tuple[str | float, ...]:
    """Return the fields of the answer: a number, or the label and the probability of each class."""
    return (example.label, *example.numbers) if example.label else example.numbers


def _equal(fields: Sequence[str], example: Example) -> bool:
    expected = _expected(example)
    if len(fields) != len(expected):
        return False
    if example.label and fields[0] != example.label and not _close_call(example):
        return False
    return all(
        _near(text, number)
        for text, number in zip(fields[-len(example.numbers) :], example.numbers, strict=True)
    )


def _close_call(example: Example) -> bool:
    """Tell whether the two likeliest classes are so close that rounding decides between them."""
    *_, second, first = sorted(example.numbers)
    return first - second <= TOLERANCE


def _near(text: str, expected: float) -> bool:
    try:
        found = float(text)
    except ValueError:
        return False
    return math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
