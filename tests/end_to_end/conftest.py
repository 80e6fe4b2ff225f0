"""One twin that is up for all tests that only push, upload and ask; fresh copies for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.project import Project, copy_project, leftovers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One twin that is up, for all tests of this tier that only push, upload and ask."""
    made = copy_project(tmp_path_factory.mktemp("loop") / "project").up()
    yield made
    made.down()
    assert not leftovers(made.root)


@pytest.fixture
def fresh_project(tmp_path: Path) -> Iterator[Project]:
    """A copy whose twin is not up yet; whatever is left of it is ended."""
    made = copy_project(tmp_path / "project")
    yield made
    made.verb("down", "--quiet")
