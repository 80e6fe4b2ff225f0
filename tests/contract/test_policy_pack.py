"""The policy pack's own file says to the engine what the Makefile says to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ops.bootstrap import ENVIRONMENTS

FOLDER = Path(__file__).resolve().parents[2] / "policy"


def pack_file() -> dict[str, Any]:
    """Return what the engine reads first of a pack."""
    return yaml.safe_load((FOLDER / "PulumiPolicy.yaml").read_text(encoding="utf-8"))


def test_the_pack_runs_in_the_environment_that_is_made_for_it() -> None:
    runtime = pack_file()["runtime"]

    assert runtime["name"] == "python"
    virtualenv = (FOLDER / runtime["options"]["virtualenv"]).resolve()
    assert virtualenv == FOLDER.parent / ENVIRONMENTS["policy"].folder
