"""Pulumi's own command line finds the pack, starts it, and fails a preview that breaks a rule."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from twin.engine.account import fresh_account
from twin.engine.command import Pulumi
from twin.engine.project import lay_out
from twin.settings import system_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.engine.command import Ran

ROOT = Path(__file__).resolve().parents[3]
STACK = "dev"
FORGOTTEN = '\n\naws.s3.Bucket("forgotten")\n'
"""What somebody adds to the program without a thought of the rules."""


@pytest.fixture
def pulumi(tmp_path: Path) -> Iterator[Pulumi]:
    """Lay out the program beside an empty account and an empty stack."""
    executable = shutil.which("pulumi", path=system_path())
    if executable is None:
        pytest.skip("needs a `pulumi` on PATH: `npx pulumi`, or the vendor's installer")
    if not (ROOT / ".venv-policy").exists():
        pytest.skip("needs the pack's own environment: `make policy-env`")
    with fresh_account(tmp_path / "account") as (cloud, _):
        found = Pulumi(executable, lay_out(ROOT, tmp_path), tmp_path, cloud.url)
        found.start(STACK)
        yield found


def change_program(program: Path, more: str) -> None:
    """Add lines to the program, and not to the file of the project that it is linked to."""
    content = (program / "__main__.py").read_text(encoding="utf-8")
    (program / "__main__.py").unlink()
    (program / "__main__.py").write_text(content + more, encoding="utf-8")


def broken(ran: Ran) -> dict[str, set[str]]:
    """Return the rules that were broken, with the names of the resources that break them."""
    found: dict[str, set[str]] = {}
    for line in ran.output.splitlines():
        event = json.loads(line).get("policyEvent") if line.startswith('{"') else None
        if event:
            name = event["resourceUrn"].rsplit("::", 1)[-1]
            found.setdefault(event["policyName"], set()).add(name)
    return found


def test_the_program_keeps_every_rule(pulumi: Pulumi) -> None:
    ran = pulumi.run("preview", STACK, "--policy-pack", "policy")

    assert ran.ok, ran.output[-2000:]
    assert '"policyAnalyzeStackSummaryEvent"' in ran.output
    assert broken(ran) == {}


def test_what_breaks_a_rule_fails_the_preview_and_is_named(pulumi: Pulumi) -> None:
    change_program(pulumi.project.program, FORGOTTEN)

    ran = pulumi.run("preview", STACK, "--policy-pack", "policy")

    assert not ran.ok
    assert broken(ran)["bucket-versioned"] == {"forgotten"}
