"""The page about the network shows the lists that the code keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.vpc_endpoints import SERVICES, needed
from ops.preflight.checks import CHECKS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "network.md").read_text(encoding="utf-8")
WORDS = {"mwaa": "MWAA", "tasks": "tasks", "trigger": "trigger"}


def rows(section: str) -> list[str]:
    """Return the rows of a section's table that begin with a name in code."""
    text = PAGE.split(f"## {section}\n")[1].split("\n## ")[0]
    return [line for line in text.splitlines() if line.startswith("| `")]


def test_every_endpoint_is_shown_with_who_needs_it_and_why() -> None:
    expected = [
        f"| `{service.name}` | {', '.join(WORDS[user] for user in service.users)} "
        f"| {service.why} | {service.passing} |"
        for service in SERVICES
    ]

    assert rows("Endpoints") == expected


def test_every_check_is_shown_with_what_holds() -> None:
    expected = [f"| `{check.name}` | {check.says} |" for check in CHECKS]

    assert rows("Preflight") == expected


@pytest.mark.parametrize(
    ("egress", "access", "shown"),
    [("nat", "private", "+ $14.60"), ("endpoints", "private", "$189.80")],
)
def test_what_endpoints_cost_is_what_so_many_cost(egress: str, access: str, shown: str) -> None:
    month = len(needed(egress, access, "us-east-1")) * 2 * 730 * 0.01

    assert f"${month:.2f}" == shown.removeprefix("+ ")
    assert f"| {shown} |" in PAGE
