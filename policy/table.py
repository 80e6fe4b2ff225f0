"""Prints the table of rules, and that of published controls, as `docs/security.md` shows them.

python -m policy.table
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from policy.controls import CONTROLS
from policy.rules import RULES

if TYPE_CHECKING:
    from policy.controls import Control

BEGIN, END = "<!-- controls: made by `python -m policy.table` -->", "<!-- end of controls -->"


def tables() -> str:
    """Return both tables as Markdown, with the marks around them."""
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
        END,
    )
    return "\n".join(lines)


def _answer(control: Control) -> str:
    held = [f"`{name}`" for name in control.rules]
    held += [f"[{test.rsplit('/', 1)[-1]}](../{test.split('::')[0]})" for test in control.tests]
    return ": ".join(part for part in (", ".join(held), control.reason) if part)


if __name__ == "__main__":
    sys.stdout.write(tables() + "\n")
