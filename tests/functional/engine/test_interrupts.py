"""Ctrl-C lets the engine end what it has begun, and leaves none of its processes behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

ENGINE = """#!/bin/sh
trap 'echo ended > "$PULUMI_HOME.ended"; exit 130' INT
echo started > "$PULUMI_HOME.started"
while :; do sleep 0.1; done
"""

CALLER = """
from pathlib import Path
from twin.engine.command import Pulumi
from twin.engine.project import Project
folder = Path({folder!r})
Pulumi(str(folder / "pulumi"), Project(folder, folder), folder, "").run("up", "dev")
"""


def test_an_interrupted_engine_ends_by_itself(tmp_path: Path) -> None:
    engine = tmp_path / "pulumi"
    engine.write_text(ENGINE)
    engine.chmod(0o755)

    with subprocess.Popen(
        [sys.executable, "-c", CALLER.format(folder=str(tmp_path))],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    ) as caller:
        wait_for(tmp_path / "home.started")
        caller.send_signal(signal.SIGINT)
        _, said = caller.communicate(timeout=30)

    assert (tmp_path / "home.ended").exists()
    assert said.strip().endswith("KeyboardInterrupt")


def wait_for(file: Path) -> None:
    ends = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < ends, "the engine was never started"
        time.sleep(0.05)
