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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share a twin or an Airflow on one worker: the loop's, and those of a file."""
    for item in items:
        is_loop = "end_to_end" in item.path.parts
        item.add_marker(pytest.mark.xdist_group("loop" if is_loop else str(item.path)))


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
