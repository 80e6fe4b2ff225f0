"""Prints the tables of `docs/security.md`: rules, published controls, stars with their reasons.

python -m policy.table
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from policy import wildcards
from policy.controls import CONTROLS
from policy.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.controls import Control

BEGIN, END = "<!-- controls: made by `python -m policy.table` -->", "<!-- end of controls -->"


def tables() -> str:
    """Return the tables as Markdown, with the marks around them."""
    rules = [f"| `{rule.name}` | {rule.says} |" for rule in RULES]
    controls = [f"| {control.id} | {control.asks} | {_answer(control)} |" for control in CONTROLS]
    lines = (
        BEGIN,
        "",
        "| rule | what it says |",
        "|---|---|",
        *rules,
        "",
        "| control | asks for | held by |",
        "|---|---|---|",
        *controls,
        "",
        "| statement with a star | why nothing is named there |",
        "|---|---|",
        *(f"| {sid} | {reason} |" for sid, reason in _stars()),
        "",
        END,
    )
    return "\n".join(lines)


def _stars() -> Iterator[tuple[str, str]]:
    """Go through the reasons for stars in resources, then those for stars in actions."""
    for sid, reason in sorted(wildcards.RESOURCES.items()):
        yield f"`{sid}`", reason
    for sid, reason in sorted(wildcards.ACTIONS.items()):
        yield f"`{sid}`: its actions", reason


def _answer(control: Control) -> str:
    held = [f"`{name}`" for name in control.rules]
    held += [f"[{test.rsplit('/', 1)[-1]}](../{test.split('::')[0]})" for test in control.tests]
    return ": ".join(part for part in (", ".join(held), control.reason) if part)


if __name__ == "__main__":
    sys.stdout.write(tables() + "\n")
