"""Prints what the working tree changes, compared with a base: `make preview BASE=main`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ops import terminal
from ops.preview.report import LIMIT, report
from ops.preview.review import review, to_json
from ops.preview.versions import read_versions
from ops.stack_names import split_stacks

ROOT = Path(__file__).resolve().parents[2]
STACKS = "dev,prod"
LEAST = 1000


def main(arguments: list[str] | None = None) -> int:
    """Print the preview; return the exit code, 1 if there can be none."""
    parser = argparse.ArgumentParser(prog="make preview", description=__doc__)
    parser.add_argument("--base", default="", help="branch, tag or commit to compare with")
    parser.add_argument("--stack", default=STACKS, help="stacks, with commas between them")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    parser.add_argument("--limit", type=_limit, default=LIMIT, help="bytes of Markdown at most")
    parser.add_argument("--json", action="store_true", help="JSON for programs, not Markdown")
    given = parser.parse_args(arguments)
    return terminal.run("preview", lambda: _print(given))


def _print(given: argparse.Namespace) -> None:
    stacks = split_stacks(given.stack)
    base, versions = read_versions(given.root.resolve(), given.base, stacks)
    reviews = [review(one) for one in versions]
    if given.json:
        text = json.dumps(to_json(reviews, base.ref, base.commit), indent=2) + "\n"
    else:
        text = report(reviews, str(base), given.limit)
    sys.stdout.write(text)


def _limit(text: str) -> int:
    """Return how many bytes a report may have; fewer could not even say what was left out."""
    if not text.isdecimal() or int(text) < LEAST:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {LEAST} on")
    return int(text)
