"""What every tier may use: a workspace in a temporary folder, and a twin's account in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin.cloud import Cloud
from twin.settings import Workspace
from twin.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return an empty workspace whose folders exist."""
    found = Workspace(tmp_path)
    for folder in (found.last, found.cache, found.run, found.bin):
        folder.mkdir(parents=True)
    return found


@pytest.fixture
def cloud(workspace: Workspace) -> Iterator[Cloud]:
    """Serve a fresh account on loopback, without any of the twin's services installed."""
    from moto.moto_api._internal.models import moto_api_backend

    served = Cloud(workspace, Timeline(workspace.last / "timeline.jsonl"))
    moto_api_backend.reset()
    served.serve()
    yield served
    served.stop()
