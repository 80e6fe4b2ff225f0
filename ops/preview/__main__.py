"""Prints what the working tree changes, compared with a base: `make preview BASE=main`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ops.preview.errors import PreviewError
from ops.preview.report import LIMIT, report
from ops.preview.review import review, to_json
from ops.preview.versions import read_versions

ROOT = Path(__file__).resolve().parents[2]
STACKS = "dev,prod"


def main(arguments: list[str] | None = None) -> int:
    """Print the preview; return the exit code, 1 if there can be none."""
    parser = argparse.ArgumentParser(prog="make preview", description=__doc__)
    parser.add_argument("--base", default="", help="branch, tag or commit to compare with")
    parser.add_argument("--stack", default=STACKS, help="stacks, with commas between them")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    parser.add_argument("--limit", type=int, default=LIMIT, help="bytes of Markdown at most")
    parser.add_argument("--json", action="store_true", help="JSON for programs, not Markdown")
    given = parser.parse_args(arguments)
    stacks = [name.strip() for name in given.stack.split(",") if name.strip()]
    try:
        base, versions = read_versions(given.root.resolve(), given.base, stacks)
    except PreviewError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    reviews = [review(one) for one in versions]
    if given.json:
        text = json.dumps(to_json(reviews, base.ref, base.commit), indent=2) + "\n"
    else:
        text = report(reviews, str(base), given.limit)
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
