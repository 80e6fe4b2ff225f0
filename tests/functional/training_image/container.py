"""The image's entry, run in the image's environment as SageMaker's containers run it."""

from __future__ import annotations

import socket
import subprocess
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[3]


def run(
    python: Path, mode: str, base: Path, patience: float | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a mode of the image to its end, with SageMaker's folders below `base`."""
    return subprocess.run(
        [python, "-m", "training_image", mode],
        cwd=ROOT,
        env={"SAGEMAKER_BASE_DIR": str(base), **environment},
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
