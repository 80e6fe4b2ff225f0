"""An account in which SageMaker's parts of the twin are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sagemaker_account import Account, script_images
from twin.services import autoscaling, sagemaker_hosting, sagemaker_registry, sagemaker_training

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloud import Cloud


@pytest.fixture
def account(cloud: Cloud, tmp_path: Path) -> Account:
    images = script_images(tmp_path)
    sagemaker_training.install(cloud, images)
    sagemaker_registry.install(cloud)
    sagemaker_hosting.install(cloud, images)
    autoscaling.install(cloud)
    return Account(cloud)
