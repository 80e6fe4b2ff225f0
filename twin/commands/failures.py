"""Showing what went wrong: step, resource, cause, log, what to do."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

from twin.progress import readable
from twin.timeline import Entry, Step

if TYPE_CHECKING:
    from rich.console import Console

    from twin.following import Followed

DO = {
    Step.STAGING: "mend the file that is named, then push again",
    Step.IMAGE: "mend the command or the file that is named, then push again",
    Step.TRIGGER: "`make push` or `make upload` again once the cause is gone",
    Step.ETL: "mend the file and upload it under the same name, which replaces it, "
    "or mend the model file and push",
    Step.TRAINING: "mend the training code or its settings, then push again",
    Step.DEPLOYMENT: "the previous model still serves; mend the image, then push again",
}
"""What usually helps, by the step that failed; nothing ever has to be cleaned up."""

CONTAINERS = (Step.PIPELINE, Step.RUN)
"""Steps that fail because one of their parts did: the part says more."""

LABEL_WIDTH = 9


def show_failures(console: Console, followed: Followed) -> None:
    """Print each failure once, the part rather than the whole that contains it."""
    if followed.ignored is not None:
        _print(console, f"nothing was started: {readable(followed.ignored.fact)}", "yellow")
    parts = [entry for entry in followed.failures if entry.step not in CONTAINERS]
    for entry in parts or followed.failures:
        _show(console, entry)


def _show(console: Console, entry: Entry) -> None:
    _print(console, f"{entry.step} failed: {entry.resource}", "bold red")
    _print(console, _labelled("cause", entry.fact))
    if entry.log:
        _print(console, _labelled("log", f"make logs STEP={entry.step}   ({entry.log})"))
    _print(console, _labelled("do", DO.get(entry.step, "mend it, then push again")))


def _labelled(label: str, text: str) -> str:
    """Return a text behind its label; its further lines begin where the first one does."""
    return f"  {label:<{LABEL_WIDTH - 2}}" + indent(text, " " * LABEL_WIDTH).lstrip()


def _print(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
