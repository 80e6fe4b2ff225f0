"""The engine's verb refuses what it cannot run, before anything is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin.commands.engine import tell_engine
from twin.errors import TwinError
from twin.settings import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("named", ["", ",", "foo", "dev,foo", "../dev"])
def test_stacks_that_there_are_not_are_refused(tmp_path: Path, named: str) -> None:
    (tmp_path / "Pulumi.dev.yaml").touch()
    workspace = Workspace(root=tmp_path)

    with pytest.raises(TwinError, match=r"engine: (which stacks\?|there is no stack)"):
        tell_engine(workspace, named)

    assert not workspace.state.exists()
