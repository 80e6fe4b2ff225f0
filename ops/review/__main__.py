"""`python -m ops.review FILE [--failed]`: says what FILE holds in the pull request's comment.

`--failed`  FILE holds what a failed `make preview` printed instead of Markdown.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ops.errors import OpsError
from ops.review.comment import render, render_failure
from ops.review.pull_request import PullRequest
from ops.review.settings import read_settings


def comment(file: Path, *, failed: bool) -> str:
    """Comment; return what happened, in a sentence."""
    # Here, as it takes half a second that a wrong environment need not.
    import boto3

    settings = read_settings()
    text = file.read_text(encoding="utf-8", errors="replace")
    content = render_failure(settings, text) if failed else render(settings, text)
    client = boto3.client("codecommit")  # pyright: ignore[reportUnknownMemberType]  # overloads of services that nobody installed stubs for
    result = PullRequest(client, settings).say(content)
    return f"comment {result} on pull request {settings.pull_request}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Comment; return the exit code: a preview that failed is no success."""
    parser = argparse.ArgumentParser(
        prog="python -m ops.review",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--failed", action="store_true")
    given = parser.parse_args(arguments)
    try:
        said = comment(given.file, failed=given.failed)
    except OpsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{said}\n")
    return 1 if given.failed else 0


if __name__ == "__main__":
    sys.exit(main())
