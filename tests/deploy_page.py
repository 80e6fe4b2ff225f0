"""What docs/deploy.md has a person type, as Pulumi's engine understands it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ops.graph import Graph, Resource

PAGE = Path(__file__).resolve().parents[1] / "docs" / "deploy.md"
FIRST_UP = re.compile(r"^pulumi up --stack dev (--exclude .*)$", re.MULTILINE)


def left_out(graph: Graph) -> frozenset[str]:
    """Return the URNs that the page's first `pulumi up` does not make, with all that need them."""
    (arguments,) = FIRST_UP.findall(PAGE.read_text(encoding="utf-8"))
    patterns = [_as_engine(glob) for glob in re.findall(r"--exclude '([^']+)'", arguments)]
    excluded = {one.urn for one in graph if any(each.fullmatch(one.urn) for each in patterns)}
    if "--exclude-dependents" in arguments.split():
        while more := {one.urn for one in graph if excluded & _needed_by(one)} - excluded:
            excluded |= more
    return frozenset(excluded)


def _as_engine(glob: str) -> re.Pattern[str]:
    """Return what the engine makes of a pattern: two stars pass over colons, one does not."""
    parts = ([re.escape(part) for part in piece.split("*")] for piece in glob.split("**"))
    return re.compile(".*".join("[^:]*".join(part) for part in parts))


def _needed_by(one: Resource) -> frozenset[str]:
    return one.dependencies | {one.parent}
