"""What the trigger believes of an event, and what it ignores."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger.errors import UnusableEventError
from trigger.event import (
    RECONCILIATION,
    Ignored,
    ImagePushed,
    RawObjectWritten,
    Reason,
    Reconciliation,
    parse_event,
)
from trigger.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    Build = Callable[..., dict[str, Any]]

COMMIT = "a1b2c3d4e5f6" + "0" * 28


def test_an_image_push_names_commit_and_digest(image_event: Build, settings: Settings) -> None:
    parsed = parse_event(image_event(), settings)

    assert parsed == ImagePushed(commit=COMMIT, image_digest="sha256:" + "d" * 64)


def test_a_written_object_names_model_key_and_version(
    object_event: Build, settings: Settings
) -> None:
    parsed = parse_event(object_event(), settings)

    assert parsed == RawObjectWritten(
        model="abalone", key="raw/abalone/january.csv", version="IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"
    )


def test_a_raw_file_may_lie_in_a_folder_of_its_model(
    object_event: Build, settings: Settings
) -> None:
    event = object_event({"detail.object.key": 'raw/abalone/2026/it\'s a "file" +%20.csv'})

    parsed = parse_event(event, settings)

    assert isinstance(parsed, RawObjectWritten)
    assert parsed.key == 'raw/abalone/2026/it\'s a "file" +%20.csv'


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"account": "210987654321"}, Reason.FOREIGN),
        ({"account": 123456789012}, Reason.FOREIGN),
        ({"account": ...}, Reason.FOREIGN),
        ({"region": "us-east-1"}, Reason.FOREIGN),
        ({"detail.repository-name": "other"}, Reason.FOREIGN),
        ({"detail.repository-name": ["mlops-dev-training"]}, Reason.FOREIGN),
        ({"detail.action-type": "DELETE"}, Reason.FAILED_PUSH),
        ({"detail.result": "FAILURE"}, Reason.FAILED_PUSH),
        ({"detail.image-tag": ...}, Reason.NO_COMMIT),
        ({"detail.image-tag": None}, Reason.NO_COMMIT),
        ({"detail.image-tag": "latest"}, Reason.NO_COMMIT),
        ({"detail.image-tag": "content-" + COMMIT}, Reason.NO_COMMIT),
        ({"detail.image-tag": COMMIT.upper()}, Reason.NO_COMMIT),
        ({"detail.image-tag": COMMIT + "\n"}, Reason.NO_COMMIT),
        ({"detail.image-tag": "../" + COMMIT[3:]}, Reason.NO_COMMIT),
        ({"detail.image-tag": 7}, Reason.NO_COMMIT),
        ({"detail": ...}, Reason.MALFORMED),
        ({"detail": None}, Reason.MALFORMED),
        ({"detail": "push"}, Reason.MALFORMED),
        ({"detail": []}, Reason.MALFORMED),
        ({"source": "my.app"}, Reason.UNKNOWN_KIND),
        ({"source": ["aws.ecr"]}, Reason.UNKNOWN_KIND),
        ({"detail-type": "ECR Image Scan"}, Reason.UNKNOWN_KIND),
    ],
)
def test_an_image_event_that_is_not_ours_is_ignored(
    image_event: Build, settings: Settings, changes: dict[str, object], reason: Reason
) -> None:
    parsed = parse_event(image_event(changes), settings)

    assert isinstance(parsed, Ignored)
    assert parsed.reason == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"detail.bucket.name": "mlops-dev-artifacts"}, Reason.FOREIGN),
        ({"detail.bucket": "mlops-dev-data"}, Reason.FOREIGN),
        ({"detail.bucket": ...}, Reason.FOREIGN),
        ({"detail.object": ...}, Reason.MALFORMED),
        ({"detail.object": "raw/abalone/a.csv"}, Reason.MALFORMED),
        ({"detail.object.key": 5}, Reason.MALFORMED),
        ({"detail.object.key": "raw/abalone/"}, Reason.FOLDER),
        ({"detail.object.key": "raw/"}, Reason.FOLDER),
        ({"detail.object.key": "raw/abalone.csv"}, Reason.FOREIGN),
        ({"detail.object.key": "code/abalone/a.csv"}, Reason.FOREIGN),
        ({"detail.object.key": ""}, Reason.FOREIGN),
        ({"detail.object.key": "raw/abalone/../../code/current.json"}, Reason.FOREIGN),
        ({"detail.object.key": "raw/abalone/.."}, Reason.FOREIGN),
        ({"detail.object.key": "raw/../a.csv"}, Reason.UNKNOWN_MODEL),
        ({"detail.object.key": "raw//a.csv"}, Reason.UNKNOWN_MODEL),
        ({"detail.object.key": "raw/'; drop/a.csv"}, Reason.UNKNOWN_MODEL),
        ({"detail.object.key": "raw/{{ conf }}/a.csv"}, Reason.UNKNOWN_MODEL),
        ({"detail.object.key": "raw/" + "a" * 31 + "/a.csv"}, Reason.UNKNOWN_MODEL),
        ({"detail-type": "Object Deleted"}, Reason.UNKNOWN_KIND),
    ],
)
def test_an_object_event_that_is_not_ours_is_ignored(
    object_event: Build, settings: Settings, changes: dict[str, object], reason: Reason
) -> None:
    parsed = parse_event(object_event(changes), settings)

    assert isinstance(parsed, Ignored)
    assert parsed.reason == reason


@pytest.mark.parametrize("version", [None, "", 3])
def test_an_object_without_a_version_is_worth_an_alarm(
    object_event: Build, settings: Settings, version: object
) -> None:
    event = object_event({"detail.object.version-id": version})

    with pytest.raises(UnusableEventError, match="version-id"):
        parse_event(event, settings)


def test_an_image_without_a_digest_is_worth_an_alarm(
    image_event: Build, settings: Settings
) -> None:
    event = image_event({"detail.image-digest": "latest"})

    with pytest.raises(UnusableEventError, match="image-digest"):
        parse_event(event, settings)


def test_the_schedules_word_is_a_reconciliation(settings: Settings) -> None:
    assert parse_event(dict(RECONCILIATION), settings) == Reconciliation()


@pytest.mark.parametrize("event", [{"reconcile": "all"}, {**RECONCILIATION, "detail": {}}])
def test_what_is_not_exactly_the_schedules_word_is_ignored(
    event: dict[str, object], settings: Settings
) -> None:
    assert isinstance(parse_event(event, settings), Ignored)


@pytest.mark.parametrize("event", [None, {}, [], "", 7, True, [{"detail": {}}], {"detail": {}}])
def test_what_is_no_event_is_ignored(event: object, settings: Settings) -> None:
    parsed = parse_event(event, settings)

    assert isinstance(parsed, Ignored)
    assert parsed.reason == Reason.MALFORMED


def test_a_huge_event_is_answered_at_once(object_event: Build, settings: Settings) -> None:
    event = object_event({"detail.object.key": "raw/abalone/" + "../x" * 64_000})
    began = time.perf_counter()

    parsed = parse_event(event, settings)

    assert time.perf_counter() - began < 0.5
    assert isinstance(parsed, Ignored)
    assert len(parsed.fact) <= 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(detail=json_values, place=st.sampled_from(["aws.ecr", "aws.s3"]))
def test_nothing_that_json_can_say_breaks_the_parser(detail: object, place: str) -> None:
    ours = Settings("123456789012", "eu-west-1", "training", "data", "artifacts", "airflow")
    kind = "ECR Image Action" if place == "aws.ecr" else "Object Created"
    event = {
        "account": "123456789012",
        "region": "eu-west-1",
        "source": place,
        "detail-type": kind,
        "detail": detail,
    }

    assert isinstance(parse_event(event, ours), Ignored)
