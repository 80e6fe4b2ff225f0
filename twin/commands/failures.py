"""Showing what went wrong: step, resource, cause, log, what to do."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

from twin.advice import advice, causes, is_rejected
from twin.progress import readable

if TYPE_CHECKING:
    from rich.console import Console

    from twin.following import Followed
    from twin.timeline import Entry

LABEL_WIDTH = 9


def show_failures(console: Console, followed: Followed) -> None:
    """Print each failure once, the part rather than the whole that contains it."""
    if followed.ignored is not None:
        _print(console, f"nothing was started: {readable(followed.ignored.fact)}", "yellow")
    for entry in causes(followed.failures):
        _show(console, entry)


def _show(console: Console, entry: Entry) -> None:
    verb = "was refused by the gate" if is_rejected(entry) else "failed"
    _print(console, f"{entry.step} {verb}: {entry.resource}", "bold red")
    _print(console, _labelled("cause", entry.fact))
    if entry.log:
        _print(console, _labelled("log", f"make logs STEP={entry.step}   ({entry.log})"))
    _print(console, _labelled("do", advice(entry)))


def _labelled(label: str, text: str) -> str:
    """Return a text behind its label; its further lines begin where the first one does."""
    return f"  {label:<{LABEL_WIDTH - 2}}" + indent(text, " " * LABEL_WIDTH).lstrip()


def _print(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
