"""The pull request that the tests are about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ops.review.settings import Settings

SETTINGS = Settings(
    repository="mlops-dev",
    pull_request="12",
    source="a" * 40,
    destination="b" * 40,
    build="mlops-dev-review:1",
)


def settings(**changes: Any) -> Settings:
    """Return settings, with some of them changed."""
    return replace(SETTINGS, **changes)
