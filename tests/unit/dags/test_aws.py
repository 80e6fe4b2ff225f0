"""What the services' errors mean."""

from __future__ import annotations

import pytest

from dags.aws import is_denied, is_missing, is_taken, message
from tests.unit.dags.answers import refusal


@pytest.mark.parametrize(
    "text",
    [
        'Could not find endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/x".',
        "Requested resource not found.",
        "ModelPackageGroup arn:aws:sagemaker:x does not exist.",
    ],
)
def test_sagemaker_says_in_words_that_something_is_missing(text: str) -> None:
    assert is_missing(refusal(text))
    assert not is_taken(refusal(text))


@pytest.mark.parametrize(
    "text",
    [
        'Cannot create already existing model "arn:aws:sagemaker:x".',
        "Model Package Group already exists: arn:aws:sagemaker:x",
    ],
)
def test_sagemaker_says_in_words_that_a_name_is_taken(text: str) -> None:
    assert is_taken(refusal(text))
    assert not is_missing(refusal(text))


def test_a_training_jobs_name_is_taken_by_code() -> None:
    assert is_taken(refusal("Job name must be unique", "ResourceInUse"))


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_a_missing_permission_has_a_code(code: str) -> None:
    assert is_denied(refusal("no", code))


def test_an_error_without_words_still_has_a_message() -> None:
    assert message(refusal("the words")) == "the words"
