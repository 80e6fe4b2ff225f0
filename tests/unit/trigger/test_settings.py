"""The function's environment."""

from __future__ import annotations

import pytest

from trigger.settings import SettingsError, read_settings

ENVIRONMENT = {
    "ACCOUNT_ID": "123456789012",
    "AIRFLOW_ENVIRONMENT": "mlops-dev",
    "ARTIFACT_BUCKET": "mlops-dev-artifacts-123456789012-eu-west-1",
    "AWS_REGION": "eu-west-1",
    "DATA_BUCKET": "mlops-dev-data-123456789012-eu-west-1",
    "IMAGE_REPOSITORY": "mlops-dev-training",
}


def test_settings_come_from_the_environment() -> None:
    settings = read_settings(ENVIRONMENT)

    assert settings.account_id == "123456789012"
    assert settings.region == "eu-west-1"
    assert settings.airflow_environment == "mlops-dev"


def test_every_missing_variable_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({})

    for name in ENVIRONMENT:
        assert name in str(caught.value)


def test_a_malformed_variable_is_shown() -> None:
    with pytest.raises(SettingsError, match="ACCOUNT_ID: found 'twelve'"):
        read_settings(ENVIRONMENT | {"ACCOUNT_ID": "twelve"})
