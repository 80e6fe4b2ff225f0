"""Asks the SageMaker SDK, in its own environment, what it thinks of requests."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv-sagemaker/bin/python"
SCRIPT = ROOT / "tests/sagemaker_shapes.py"


def judge(requests: Sequence[tuple[str, dict[str, Any]]]) -> list[list[str]]:
    """Return what is wrong with each request; skips where the environment is missing."""
    if not PYTHON.exists():
        pytest.skip(f"{PYTHON} is missing: `make sagemaker-env` makes it (370 MB)")
    sent = json.dumps([{"operation": name, "body": body} for name, body in requests])
    done = subprocess.run([PYTHON, SCRIPT], input=sent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found
