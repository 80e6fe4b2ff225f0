"""The smoke test: the endpoint has to answer the evaluation's rows as the evaluation did."""

from __future__ import annotations

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
    lines = answer.split()
    if len(lines) != len(examples):
        return f"{len(examples)} rows got {len(lines)} answers: {answer[:_SHOWN]!r}"
    for line, example in zip(lines, examples, strict=True):
        if not _equal(line, example.prediction):
            return f"row {example.row!r} got {line!r}, the evaluation says {example.prediction}"
    return ""


def _equal(text: str, expected: float) -> bool:
    try:
        found = float(text)
    except ValueError:
        return False
    return math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
