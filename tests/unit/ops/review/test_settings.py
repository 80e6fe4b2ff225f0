"""A review knows its pull request, or says all that is missing."""

from __future__ import annotations

import pytest

from ops.errors import OpsError
from ops.review.settings import read_settings

ENVIRONMENT = {
    "REPOSITORY_NAME": "mlops-dev",
    "PULL_REQUEST_ID": "12",
    "SOURCE_COMMIT": "a" * 40,
    "DESTINATION_COMMIT": "b" * 40,
    "CODEBUILD_BUILD_ID": "mlops-dev-review:1",
}


def test_the_pull_request_is_read() -> None:
    settings = read_settings(ENVIRONMENT)

    assert (settings.repository, settings.pull_request) == ("mlops-dev", "12")
    assert (settings.source, settings.destination) == ("a" * 40, "b" * 40)


def test_everything_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(OpsError) as caught:
        read_settings({"SOURCE_COMMIT": "a" * 40})

    for name in ("REPOSITORY_NAME", "PULL_REQUEST_ID", "DESTINATION_COMMIT"):
        assert f"{name} is missing" in str(caught.value)


def test_a_branch_is_no_commit() -> None:
    with pytest.raises(OpsError, match="SOURCE_COMMIT is 'main', no commit"):
        read_settings({**ENVIRONMENT, "SOURCE_COMMIT": "main"})
