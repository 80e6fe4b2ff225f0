"""A small program with the settings of the real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from twin.engine.setting_changes import CHANGES

if TYPE_CHECKING:
    from pathlib import Path

# Without pulumi_aws, whose import is most of the time that an evaluation takes.
PROGRAM = """
import pulumi

config = pulumi.Config()
options = pulumi.ResourceOptions(protect=config.get_bool("protect"))
pulumi.ComponentResource("mlops:parts:Part", "part")
inputs = {"name": "q", "tags": {"Branch": config.require("branch")}}
pulumi.CustomResource("aws:sqs/queue:Queue", "q", inputs, options)
if config.require("source") == "connection":
    pulumi.CustomResource("aws:sqs/queue:Queue", "more", {"name": "more"})
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the program: a queue, another one from a certain source."""
    root = tmp_path / "project"
    root.mkdir()
    settings = {name: {"type": "string", "default": "as before"} for name in CHANGES}
    settings["protect"] = {"type": "boolean", "default": "false"}
    project = {"name": "mlops", "runtime": "python", "config": settings}
    (root / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
    (root / "Pulumi.dev.yaml").write_text("config:\n  mlops:branch: main\n", encoding="utf-8")
    (root / "Pulumi.prod.yaml").write_text("config:\n  mlops:branch: trunk\n", encoding="utf-8")
    (root / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    return root
