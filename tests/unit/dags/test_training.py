"""One training job for each content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dags import training
from dags.errors import PassingError, StepError
from dags.requests import Trained
from dags.training import Job

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients, FakeClock

FIRST = "mlops-test-abalone-0123456789ab"
REQUEST = {"TrainingJobName": FIRST}


def states(clients: FakeClients, name: str, *script: str) -> None:
    clients.sagemaker.jobs[name] = [{"TrainingJobStatus": status} for status in script]


def started(clients: FakeClients, clock: FakeClock) -> Job:
    return training.adopt_or_create(
        clients.typed.sagemaker, REQUEST, poll_seconds=1, sleep=clock.sleep
    )


def test_a_new_content_gets_a_job(clients: FakeClients, clock: FakeClock) -> None:
    job = started(clients, clock)

    assert (job.name, job.status) == (FIRST, "InProgress")
    assert clients.sagemaker.calls == ["create_training_job"]


@pytest.mark.parametrize("status", ["InProgress", "Completed"])
def test_a_job_in_progress_or_completed_is_adopted(
    clients: FakeClients, clock: FakeClock, status: str
) -> None:
    states(clients, FIRST, status)

    assert started(clients, clock).name == FIRST
    assert clients.sagemaker.calls == []


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_after_a_bad_end_comes_the_next_attempt(
    clients: FakeClients, clock: FakeClock, status: str
) -> None:
    states(clients, FIRST, status)
    states(clients, f"{FIRST}-a2", status)

    assert started(clients, clock).name == f"{FIRST}-a3"


def test_a_later_attempt_is_adopted_too(clients: FakeClients, clock: FakeClock) -> None:
    states(clients, FIRST, "Failed")
    states(clients, f"{FIRST}-a2", "Completed")

    assert started(clients, clock).name == f"{FIRST}-a2"
    assert clients.sagemaker.calls == []


def test_a_job_that_is_being_stopped_is_waited_for(clients: FakeClients, clock: FakeClock) -> None:
    states(clients, FIRST, "Stopping", "Stopping", "Stopped")

    assert started(clients, clock).name == f"{FIRST}-a2"
    assert clock.naps == [1, 1]


def test_a_hundred_requests_make_one_job(clients: FakeClients, clock: FakeClock) -> None:
    names = {started(clients, clock).name for _ in range(100)}

    assert names == {FIRST}
    assert clients.sagemaker.calls == ["create_training_job"]


def test_a_job_that_somebody_else_created_meanwhile_is_adopted(
    clients: FakeClients, clock: FakeClock
) -> None:
    """The answer to the first question is outdated by the time of the request."""
    created = clients.sagemaker.create_training_job

    def lost_answer(**request: object) -> None:
        created(**request)
        created(**request)

    clients.sagemaker.create_training_job = lost_answer  # pyright: ignore[reportAttributeAccessIssue]  # a fake of the fake

    assert started(clients, clock).name == FIRST


def test_names_that_are_used_up_are_an_error() -> None:
    longest = "x" * 60

    assert len(training.attempt_name(longest, 9)) == 63
    with pytest.raises(StepError, match="9 attempts that failed"):
        training.attempt_name(longest, 10)


def test_waiting_ends_with_the_job(clients: FakeClients, clock: FakeClock) -> None:
    states(clients, FIRST, "InProgress", "InProgress", "Completed")

    job = training.wait(clients.typed.sagemaker, FIRST, poll_seconds=5, sleep=clock.sleep)

    assert job.status == "Completed"
    assert clock.naps == [5, 5]


def test_a_job_that_is_gone_is_left_to_a_retry(clients: FakeClients) -> None:
    with pytest.raises(PassingError):
        training.existing(clients.typed.sagemaker, FIRST)


def test_a_completed_job_has_an_archive() -> None:
    found = training.result(Job(FIRST, "Completed", "s3://b/k", ""))

    assert found == Trained(FIRST, "s3://b/k")


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_a_failure_of_the_program_is_for_good(status: str) -> None:
    job = Job(FIRST, status, "", "AlgorithmError: KeyError: 'rings'")

    with pytest.raises(StepError, match="KeyError: 'rings'") as caught:
        training.result(job)

    assert not isinstance(caught.value, PassingError)


@pytest.mark.parametrize("fault", ["InternalServerError", "CapacityError"])
def test_a_failure_of_the_service_may_pass(fault: str) -> None:
    with pytest.raises(PassingError, match=fault):
        training.result(Job(FIRST, "Failed", "", f"{fault}: please retry"))
