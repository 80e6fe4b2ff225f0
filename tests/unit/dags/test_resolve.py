"""What a run works on, and whether there is anything to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dags.conf import Conf
from dags.errors import StepError
from dags.plan import Pinned
from dags.resolve import newer_deployed, resolve
from tests.unit.dags import builders
from tests.unit.dags.builders import COMMIT, DIGEST, NEWER_COMMIT, RUN_ID, plan, stack_settings
from tests.unit.dags.conftest import push

if TYPE_CHECKING:
    from dags.resolve import Resolution
    from tests.unit.dags.fakes import FakeClients

ENDPOINT = "mlops-test-abalone"
CONFIG = plan().names.endpoint_config
BY_IMAGE = Conf(COMMIT, DIGEST, "image")
BY_DATA = Conf(COMMIT, DIGEST, "data", "raw/abalone/a.csv", "v1")


def resolved(clients: FakeClients, conf: Conf | None = BY_IMAGE) -> Resolution:
    return resolve(clients.typed, stack_settings(), "abalone", RUN_ID, conf)


def in_service(clients: FakeClients, config: str = CONFIG, status: str = "InService") -> None:
    state = {"EndpointStatus": status, "EndpointConfigName": config}
    clients.sagemaker.endpoints[ENDPOINT] = [state]


def test_a_first_push_is_planned_and_its_dataset_asked_for(pushed: FakeClients) -> None:
    found = resolved(pushed)

    assert found.plan == plan()
    assert found.ending is None
    assert not found.dataset_exists
    request = pushed.s3.read(f"datasets/abalone/{plan().names.dataset_id}/request.json")
    assert request["sources"][0]["version_id"] == "v1"


def test_a_dataset_that_exists_is_not_asked_for_again(pushed: FakeClients) -> None:
    folder = f"datasets/abalone/{plan().names.dataset_id}"
    pushed.s3.put(f"{folder}/manifest.json", {})

    found = resolved(pushed)

    assert found.dataset_exists
    assert (stack_settings().artifact_bucket, f"{folder}/request.json") not in pushed.s3.objects


def test_an_empty_conf_takes_what_is_current(pushed: FakeClients) -> None:
    found = resolved(pushed, None)

    assert (found.pinned.commit, found.pinned.started_by) == (COMMIT, "manual")


def test_an_empty_conf_before_the_first_image_is_refused(clients: FakeClients) -> None:
    with pytest.raises(StepError, match="no image was ever built"):
        resolved(clients, None)


def test_a_run_for_a_commit_whose_image_is_just_becoming_current_goes_on(
    pushed: FakeClients,
) -> None:
    pushed.s3.put("code/current.json", builders.current(NEWER_COMMIT, 11))

    assert resolved(pushed).plan


def test_no_raw_object_is_waited_for(pushed: FakeClients) -> None:
    pushed.s3.versions.clear()

    found = resolved(pushed)

    assert found.ending is not None
    assert found.ending.outcome == "waiting"
    assert f"s3://{stack_settings().data_bucket}/raw/abalone/" in found.ending.reason


def test_a_newer_current_commit_supersedes(pushed: FakeClients) -> None:
    push(pushed, NEWER_COMMIT, 13)

    found = resolved(pushed)

    assert found.ending is not None
    assert found.ending.outcome == "superseded"
    assert found.pinned.number == 12


def test_data_that_came_with_an_older_commit_is_trained_on_the_current_one(
    pushed: FakeClients,
) -> None:
    push(pushed, NEWER_COMMIT, 13)

    found = resolved(pushed, BY_DATA)

    assert found.ending is None
    assert found.pinned == Pinned("abalone", "data", NEWER_COMMIT, 13, DIGEST)
    assert found.plan is not None
    assert found.plan.run_id == RUN_ID


def test_data_for_a_commit_that_is_just_becoming_current_is_trained_on_it(
    pushed: FakeClients,
) -> None:
    pushed.s3.put("code/current.json", builders.current(NEWER_COMMIT, 11))

    assert resolved(pushed, BY_DATA).pinned.commit == COMMIT


def test_data_is_not_trained_on_a_current_image_that_our_repository_lacks(
    pushed: FakeClients,
) -> None:
    push(pushed, NEWER_COMMIT, 13)
    del pushed.ecr.digests[NEWER_COMMIT]

    with pytest.raises(StepError, match=f"no image with tag {NEWER_COMMIT}"):
        resolved(pushed, BY_DATA)


def test_data_below_a_newer_deployment_says_how_the_deployed_commit_becomes_current(
    pushed: FakeClients,
) -> None:
    pushed.s3.put("endpoints/abalone.json", builders.deployed(commit=NEWER_COMMIT, number=13))

    found = resolved(pushed, BY_DATA)

    assert found.ending is not None
    assert found.ending.outcome == "superseded"
    assert f"retry the image build of commit {NEWER_COMMIT[:12]}" in found.ending.reason


def test_a_push_below_a_newer_deployment_asks_for_nothing(pushed: FakeClients) -> None:
    pushed.s3.put("endpoints/abalone.json", builders.deployed(commit=NEWER_COMMIT, number=13))

    found = resolved(pushed, BY_IMAGE)

    assert found.ending is not None
    assert "retry" not in found.ending.reason


def test_a_newer_deployment_supersedes(pushed: FakeClients) -> None:
    pushed.s3.put("endpoints/abalone.json", builders.deployed(number=13))

    found = resolved(pushed)

    assert found.ending is not None
    assert found.ending.outcome == "superseded"


@pytest.mark.parametrize(("number", "ends"), [(11, []), (12, []), (13, ["superseded"])])
def test_the_number_alone_says_what_is_newer(
    clients: FakeClients, number: int, ends: list[str]
) -> None:
    clients.s3.put("endpoints/abalone.json", builders.deployed(number=number))

    ending = newer_deployed(clients.typed, stack_settings(), plan().pinned)

    assert [ending.outcome for ending in [ending] if ending] == ends


def test_an_endpoint_that_serves_the_result_is_unchanged(pushed: FakeClients) -> None:
    pushed.s3.put("endpoints/abalone.json", builders.deployed())
    in_service(pushed)

    found = resolved(pushed)

    assert found.ending is not None
    assert found.ending.outcome == "unchanged"
    assert found.plan == plan()
    assert found.deployed is not None


@pytest.mark.parametrize("status", ["Failed", "Updating", "RollingBack", "OutOfService"])
def test_an_endpoint_that_is_not_in_service_is_not_unchanged(
    pushed: FakeClients, status: str
) -> None:
    pushed.s3.put("endpoints/abalone.json", builders.deployed())
    in_service(pushed, status=status)

    assert resolved(pushed).ending is None


def test_a_config_that_was_never_smoke_tested_is_not_unchanged(pushed: FakeClients) -> None:
    in_service(pushed)

    assert resolved(pushed).ending is None


def test_an_endpoint_that_went_back_to_another_config_is_not_unchanged(
    pushed: FakeClients,
) -> None:
    pushed.s3.put("endpoints/abalone.json", builders.deployed())
    in_service(pushed, config="mlops-test-abalone-000000000000")

    assert resolved(pushed).ending is None


def test_an_endpoint_that_somebody_deleted_is_not_unchanged(pushed: FakeClients) -> None:
    pushed.s3.put("endpoints/abalone.json", builders.deployed())

    assert resolved(pushed).ending is None


def test_an_image_that_our_repository_lacks_is_refused(pushed: FakeClients) -> None:
    pushed.ecr.digests.clear()

    with pytest.raises(StepError, match=f"mlops-test-training:{COMMIT}: found no image"):
        resolved(pushed)


def test_an_image_other_than_the_commits_is_refused(pushed: FakeClients) -> None:
    other = f"sha256:{'2' * 64}"

    with pytest.raises(StepError, match=other):
        resolved(pushed, Conf(COMMIT, other, "image"))


def test_only_our_own_registry_is_asked(pushed: FakeClients) -> None:
    resolved(pushed)

    assert pushed.ecr.asked[0]["registryId"] == builders.ACCOUNT
    assert pushed.ecr.asked[0]["repositoryName"] == "mlops-test-training"


def test_another_raw_version_leads_to_another_dataset(pushed: FakeClients) -> None:
    before = resolved(pushed)
    pushed.s3.versions.clear()
    pushed.s3.put_raw("raw/abalone/a.csv", "v2")

    after = resolved(pushed)

    assert before.plan is not None
    assert after.plan is not None
    assert before.plan.names.dataset_id != after.plan.names.dataset_id
