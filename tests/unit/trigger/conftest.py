"""Events as EventBridge sends them, and collaborators that keep what they were asked."""

from __future__ import annotations

import copy
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from trigger.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    Event = dict[str, Any]
    Build = Callable[..., Event]

COMMIT = "a1b2c3d4e5f6" + "0" * 28
DIGEST = "sha256:" + "d" * 64

_IMAGE: Event = {
    "version": "0",
    "id": "13cde686-328b-6117-af20-0e5566167482",
    "detail-type": "ECR Image Action",
    "source": "aws.ecr",
    "account": "123456789012",
    "time": "2026-01-01T00:00:00Z",
    "region": "eu-west-1",
    "resources": [],
    "detail": {
        "result": "SUCCESS",
        "repository-name": "mlops-dev-training",
        "image-digest": DIGEST,
        "action-type": "PUSH",
        "image-tag": COMMIT,
    },
}

_OBJECT: Event = {
    "version": "0",
    "id": "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    "source": "aws.s3",
    "account": "123456789012",
    "time": "2026-01-01T00:00:00Z",
    "region": "eu-west-1",
    "resources": ["arn:aws:s3:::mlops-dev-data"],
    "detail": {
        "version": "0",
        "bucket": {"name": "mlops-dev-data"},
        "object": {
            "key": "raw/abalone/january.csv",
            "size": 5,
            "etag": "b1946ac92492d2347c6235b4d2611184",
            "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
            "sequencer": "617f08299329d189",
        },
        "request-id": "N4N7GDK58NMKJ12R",
        "requester": "123456789012",
        "reason": "PutObject",
    },
}


def _changed(event: Event, changes: dict[str, object] | None = None) -> Event:
    """Set fields by path; `...` takes one away."""
    changed = copy.deepcopy(event)
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        place = changed
        for part in parents:
            place = place[part]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return changed


@pytest.fixture
def settings() -> Settings:
    return Settings(
        account_id="123456789012",
        region="eu-west-1",
        image_repository="mlops-dev-training",
        data_bucket="mlops-dev-data",
        artifact_bucket="mlops-dev-artifacts",
        airflow_environment="mlops-dev",
    )


@pytest.fixture
def image_event() -> Build:
    """Builds an image push's event; changes are given by path."""
    return partial(_changed, _IMAGE)


@pytest.fixture
def object_event() -> Build:
    """Builds a written object's event; changes are given by path."""
    return partial(_changed, _OBJECT)
