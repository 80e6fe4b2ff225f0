"""The factory finds handlers, completes their outputs, and explains what goes wrong."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.unit.twin.resources.samples import LOOKUP_SAMPLES, SAMPLES
from twin.errors import TwinError
from twin.resources.inputs import Inputs
from twin.resources.registry import LOOKUPS, TYPES
from twin.resources.resource import Existing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.factory import Factory
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

BUCKET = "aws:s3/bucket:Bucket"


def made(factory: Factory, token: str) -> Existing:
    """Return a resource of a type that exists."""
    created = factory.create(token, "it", SAMPLES[token])
    return Existing(created.id, Inputs(SAMPLES[token]), created.outputs)


def test_every_type_and_data_source_has_a_sample() -> None:
    assert set(SAMPLES) == set(TYPES)
    assert set(LOOKUP_SAMPLES) == set(LOOKUPS)


@pytest.mark.parametrize("token", SAMPLES)
def test_each_type_asks_for_what_its_service_takes(
    token: str, create: Create, aws: FakeAws
) -> None:
    created = create(token, SAMPLES[token])

    assert created.id
    assert aws.requests


@pytest.mark.parametrize("token", SAMPLES)
def test_each_type_can_be_asked_for_and_deleted(token: str, factory: Factory, aws: FakeAws) -> None:
    existing = made(factory, token)
    aws.requests.clear()

    factory.exists(token, "it", existing)
    factory.delete(token, "it", existing)

    assert aws.requests


@pytest.mark.parametrize("token", [token for token in SAMPLES if TYPES[token].update])
def test_each_type_that_can_be_changed_asks_for_what_its_service_takes(
    token: str, factory: Factory
) -> None:
    existing = made(factory, token)

    outputs = factory.update(token, "it", existing, SAMPLES[token]).outputs

    assert set(outputs) == set(existing.outputs)


def test_what_an_update_does_not_carry_out_is_refused(factory: Factory) -> None:
    existing = made(factory, BUCKET)

    with pytest.raises(TwinError, match="does not carry out") as caught:
        factory.update(BUCKET, "it", existing, {**SAMPLES[BUCKET], "objectLockEnabled": True})

    assert caught.value.found == "objectLockEnabled"


def test_changed_tags_are_set_and_those_left_out_are_taken_away(
    factory: Factory, aws: FakeAws
) -> None:
    role = "aws:iam/role:Role"
    old = {**SAMPLES[role], "tags": {"Stack": "a", "Kept": "k", "Old": "o"}}
    created = factory.create(role, "it", old)

    factory.update(
        role,
        "it",
        Existing(created.id, Inputs(old), created.outputs),
        {**old, "tags": {"Stack": "b", "Kept": "k"}},
    )

    assert aws.asked("tag_role")["Tags"] == [{"Key": "Stack", "Value": "b"}]
    assert aws.asked("untag_role")["TagKeys"] == ["Old"]


def test_what_the_service_does_not_know_is_gone_and_needs_no_deletion(
    factory: Factory, aws: FakeAws
) -> None:
    queue = "aws:sqs/queue:Queue"
    existing = made(factory, queue)
    for operation in ("get_queue_attributes", "delete_queue"):
        aws.refuse(operation, "AWS.SimpleQueueService.NonExistentQueue", "no such queue")

    factory.delete(queue, "it", existing)

    assert not factory.exists(queue, "it", existing)


def test_another_refusal_of_a_deletion_is_an_error(factory: Factory, aws: FakeAws) -> None:
    existing = made(factory, BUCKET)
    aws.refuse("delete_bucket", "BucketNotEmpty", "The bucket you tried to delete is not empty")

    with pytest.raises(TwinError, match="BucketNotEmpty"):
        factory.delete(BUCKET, "it", existing)


@pytest.mark.parametrize("token", LOOKUP_SAMPLES)
def test_each_data_source_has_an_id(token: str, factory: Factory) -> None:
    assert factory.look_up(token, LOOKUP_SAMPLES[token])["id"]


def test_inputs_come_back_as_outputs(create: Create) -> None:
    outputs = create(BUCKET, {"bucket": "b-data", "tags": {"Stack": "s"}}).outputs

    assert outputs["bucket"] == "b-data"
    assert outputs["tagsAll"] == {"Stack": "s"}
    assert outputs["region"] == "us-east-1"


def test_bytes_do_not_come_back(create: Create) -> None:
    outputs = create(
        "aws:lambda/function:Function", SAMPLES["aws:lambda/function:Function"]
    ).outputs

    assert "code" not in outputs


def test_a_global_resource_has_no_region(create: Create) -> None:
    assert "region" not in create("aws:iam/role:Role", SAMPLES["aws:iam/role:Role"]).outputs


def test_a_name_left_open_is_the_same_in_each_run(create: Create) -> None:
    first, second = create(BUCKET, {}), create(BUCKET, {})

    assert first.id == second.id
    assert first.id.startswith("it-")


def test_an_unknown_type_is_named_with_the_place_to_add_it(create: Create) -> None:
    with pytest.raises(TwinError) as caught:
        create("aws:s3/bucketV2:BucketV2", {})

    assert caught.value.resource == "aws:s3/bucketV2:BucketV2 it"
    assert "did you mean aws:s3/bucket" in str(caught.value)
    assert "twin/resources/" in caught.value.do


def test_an_unknown_data_source_is_named(factory: Factory) -> None:
    with pytest.raises(TwinError, match="aws:ec2/getVpc:getVpc"):
        factory.look_up("aws:ec2/getVpc:getVpc", {})


def test_a_property_that_does_nothing_here_is_refused(create: Create) -> None:
    with pytest.raises(TwinError, match="does not carry out") as caught:
        create(BUCKET, {"bucket": "b-data", "acl": "private"})

    assert caught.value.found == "acl"
    assert "twin/resources/s3.py" in caught.value.do


def test_a_refusal_names_resource_cause_and_property(create: Create, aws: FakeAws) -> None:
    aws.refuse("create_bucket", "InvalidBucketName", "The specified bucket is not valid: b_data")

    with pytest.raises(TwinError) as caught:
        create(BUCKET, {"bucket": "b_data"})

    assert caught.value.resource == f"{BUCKET} it"
    assert "InvalidBucketName" in caught.value.cause
    assert caught.value.found == "bucket = 'b_data'"
    assert "correct bucket" in caught.value.do


def test_many_threads_may_create_at_once(create: Create, aws: FakeAws) -> None:
    threads = [
        threading.Thread(target=create, args=(BUCKET, {"bucket": f"b-{number}"}))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    names = {request.parameters["Bucket"] for request in aws.requests}

    assert names == {f"b-{number}" for number in range(8)}
