"""Which stack a command works on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.stack import load_stack

ROOT = Path(__file__).resolve().parents[3]


def test_a_stack_is_known_by_the_names_that_its_program_gives() -> None:
    stack = load_stack(ROOT, "dev")

    assert stack.prefix == "mlops-dev"
    assert stack.region == "us-east-1"
    assert stack.output("trigger_function") == "mlops-dev-trigger"
    assert "mlops-dev-trigger-events" in stack.queues()


@pytest.mark.parametrize("name", ["", "stage", "../dev"])
def test_a_name_that_is_none_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(OpsError, match=r"dev, prod, twin"):
        load_stack(ROOT, name)


def test_a_program_that_cannot_be_evaluated_is_said_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: mlops\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text("raise ValueError('nothing works')\n")

    with pytest.raises(OpsError, match="nothing works"):
        load_stack(tmp_path, "dev")


def test_all_that_is_wrong_with_a_stack_s_file_is_said_at_once(tmp_path: Path) -> None:
    for part in ("components", "models", "Pulumi.yaml", "__main__.py"):
        (tmp_path / part).symlink_to(ROOT / part)
    (tmp_path / "Pulumi.dev.yaml").write_text(
        "config: {'mlops:brunch': x, 'mlops:protect': 2, 'mlops:vpcCidr': [1]}\n"
    )

    with pytest.raises(OpsError) as refused:
        load_stack(tmp_path, "dev")

    for key in ("aws:region", "mlops:brunch", "mlops:protect", "mlops:vpcCidr"):
        assert f"- {key} is " in str(refused.value)
    assert "Pulumi.dev.yaml" in str(refused.value)
