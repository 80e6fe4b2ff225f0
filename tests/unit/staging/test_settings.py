"""The environment of a build."""

from __future__ import annotations

import pytest

from staging.errors import StagingError
from staging.settings import IMAGE, STAGING, read_settings

COMMIT = "a" * 40


def test_settings_come_from_the_environment() -> None:
    environment = {"ARTIFACT_BUCKET": "artifacts", "AIRFLOW_BUCKET": "airflow"}

    settings = read_settings(STAGING, {**environment, "CODEBUILD_RESOLVED_SOURCE_VERSION": COMMIT})

    assert settings.artifact_bucket == "artifacts"
    assert settings.airflow_bucket == "airflow"
    assert settings.source_version == COMMIT


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(StagingError) as caught:
        read_settings(IMAGE, {"CODEBUILD_RESOLVED_SOURCE_VERSION": "refs/heads/main"})

    for name in (*IMAGE, "CODEBUILD_RESOLVED_SOURCE_VERSION"):
        assert name in str(caught.value)
