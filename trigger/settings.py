"""What the function's environment says, read once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_PATTERNS: Final = {
    "ACCOUNT_ID": r"[0-9]{12}",
    "AIRFLOW_ENVIRONMENT": r"[a-zA-Z][0-9a-zA-Z_-]{0,79}",
    "ARTIFACT_BUCKET": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "AWS_REGION": r"[a-z]{2}(-[a-z]+)+-[0-9]",
    "DATA_BUCKET": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "IMAGE_REPOSITORY": r"[a-z0-9][a-z0-9._/-]{1,255}",
}


class SettingsError(Exception):
    """The environment is not complete; the message names each variable."""


@dataclass(frozen=True)
class Settings:
    """Which events are ours, and whom to ask."""

    account_id: str
    region: str
    image_repository: str
    """Name of the ECR repository of the training image."""

    data_bucket: str
    artifact_bucket: str
    airflow_environment: str


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment (the runtime itself provides `AWS_REGION`).

    Raises:
        SettingsError: variables are missing or malformed; all of them together.
    """
    problems = [
        f"{name}: found {environment.get(name)!r}, expected {pattern}"
        for name, pattern in _PATTERNS.items()
        if not re.fullmatch(pattern, environment.get(name, ""))
    ]
    if problems:
        raise SettingsError(
            f"environment of the trigger function: {'; '.join(problems)}; "
            "do: set them in components/retrain_trigger.py"
        )
    return Settings(
        account_id=environment["ACCOUNT_ID"],
        region=environment["AWS_REGION"],
        image_repository=environment["IMAGE_REPOSITORY"],
        data_bucket=environment["DATA_BUCKET"],
        artifact_bucket=environment["ARTIFACT_BUCKET"],
        airflow_environment=environment["AIRFLOW_ENVIRONMENT"],
    )
