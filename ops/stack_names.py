"""Names of stacks as a person types them: `STACK=dev`, `STACK=dev,prod`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def known_stacks(root: Path) -> tuple[str, ...]:
    """Return the stacks that have a file below `root`."""
    return tuple(sorted(file.stem.partition(".")[2] for file in root.glob("Pulumi.*.yaml")))


def split_stacks(text: str) -> tuple[str, ...]:
    """Return the names in a text with commas between them, each once.

    Raises:
        OpsError: There is none.
    """
    names = tuple(dict.fromkeys(filter(None, (name.strip() for name in text.split(",")))))
    if not names:
        raise OpsError(
            "which stacks?",
            found=f"STACK={text}",
            expected="names with commas between them",
            do="name them, for example: STACK=dev,prod",
        )
    return names


def some_stacks(root: Path, text: str) -> tuple[str, ...]:
    """Return the names in a text; each has to have its file below `root`.

    Raises:
        OpsError: There is none, or one has no file.
    """
    names, known = split_stacks(text), known_stacks(root)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise OpsError(
            f"there is no stack {_listed(unknown)}",
            found=f"STACK={text}",
            expected=f"names out of {', '.join(known)}, which have their Pulumi.<stack>.yaml",
            do="name them, for example: STACK=dev,prod",
        )
    return names


def one_stack(root: Path, text: str) -> str:
    """Return the one stack that is named; it has to have its file below `root`.

    Raises:
        OpsError: It is none, several, or has no file.
    """
    known = known_stacks(root)
    if text in known:
        return text
    several = "," in text
    raise OpsError(
        "one stack at a time"
        if several
        else f"there is no stack {text!r}"
        if text
        else "which stack?",
        found=f"STACK={text}",
        expected=f"one of {', '.join(known)}",
        do="name one, for example: STACK=dev",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
