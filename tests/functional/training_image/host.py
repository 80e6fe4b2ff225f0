"""A process that is one of the hosts that train together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.functional.training_image.conftest import Result

if TYPE_CHECKING:
    import subprocess

PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Host:
    """A host that trains."""

    base: Path
    process: subprocess.Popen[str]

    def wait_for(self, start: str) -> None:
        """Wait for a line of its log."""
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith(start):
                return
        pytest.fail(f"{self.base} ended before it said {start!r}")

    def children(self) -> list[int]:
        """Return the processes that it started."""
        process = self.process.pid
        return [
            int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ]

    def result(self) -> Result:
        """Wait for its end."""
        output, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        return Result(self.base, self.process.returncode, output)
