"""How tasks fail."""

from __future__ import annotations

import pytest
from airflow.sdk.exceptions import AirflowFailException
from botocore.exceptions import ClientError

from dags.errors import PassingError, StepError
from dags.failures import CAUSE, failing_for_good, keep_cause
from tests.unit.dags.answers import refusal
from tests.unit.dags.fakes import FakeTaskInstance

FACTS = {"found": "nothing", "expected": "something", "do": "mend it"}


def fail(error: Exception) -> None:
    with failing_for_good("gate"):
        raise error


def test_our_own_refusals_are_not_retried() -> None:
    with pytest.raises(AirflowFailException, match="gate: s3://b/k: found nothing"):
        fail(StepError("s3://b/k", **FACTS))


def test_what_may_pass_is_retried() -> None:
    with pytest.raises(PassingError):
        fail(PassingError("job", **FACTS))


def test_a_missing_permission_is_not_retried_and_named() -> None:
    text = "User x is not authorized to perform: sagemaker:CreateModel on resource: arn:y"
    denied = refusal(text, "AccessDeniedException", operation="CreateModel")

    with pytest.raises(AirflowFailException) as caught:
        fail(denied)

    assert str(caught.value).startswith(f"gate: CreateModel was denied: {text}")


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalFailure", "500"])
def test_other_refusals_are_retried(code: str) -> None:
    with pytest.raises(ClientError):
        fail(refusal("later", code))


def test_a_success_is_left_alone() -> None:
    with failing_for_good("gate"):
        pass


class FailedInstance(FakeTaskInstance):
    """A task instance that failed at its second attempt."""

    try_number = 2


def test_the_cause_is_kept_with_its_attempt() -> None:
    instance = FailedInstance(task_id="gate")

    keep_cause({"ti": instance, "exception": AirflowFailException("gate: it broke")})

    assert instance.kept["gate", CAUSE] == {"text": "gate: it broke", "attempt": 2}


def test_an_error_without_words_is_kept_by_its_kind() -> None:
    instance = FailedInstance(task_id="gate")

    keep_cause({"ti": instance, "exception": KeyError()})

    assert instance.kept["gate", CAUSE]["text"] == "KeyError"


def test_a_task_that_left_no_error_says_nothing() -> None:
    instance = FailedInstance(task_id="gate")

    keep_cause({"ti": instance})

    assert instance.kept["gate", CAUSE]["text"] == ""
