"""git's hook in the twin's bare repository: tells the twin which references a push changes.

    python -I -S reference_hook.py pre-receive|post-receive    # references come on standard input

`pre-receive` refuses a push that no twin would hear of. It runs in whatever process pushes, so it
uses the standard library alone and takes address and token from a file of the repository.
"""

from __future__ import annotations

import http.client
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROUTE = "/_twin/references"
TOKEN_HEADER = "X-Twin-Token"  # noqa: S105 - the header's name
SECONDS = 30.0


def main() -> int:
    """Report the references of this push, return git's exit code."""
    settings = json.loads(Path("twin.json").read_text(encoding="utf-8"))
    body: dict[str, object] = {
        "hook": sys.argv[1],
        "repository": settings["repository"],
        "references": [line.split() for line in sys.stdin],
    }
    try:
        status, answer = _post(settings["url"], settings["token"], body)
    except OSError as error:
        return _refuse(f"the twin does not answer at {settings['url']} ({error})")
    return 0 if status == http.client.NO_CONTENT else _refuse(f"the twin said {status}: {answer}")


def _post(url: str, token: str, body: dict[str, object]) -> tuple[int, str]:
    address = urlsplit(url)
    headers = {"Content-Type": "application/json", TOKEN_HEADER: token}
    connection = http.client.HTTPConnection(address.netloc, timeout=SECONDS)
    try:
        connection.request("POST", ROUTE, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def _refuse(cause: str) -> int:
    print(f"{cause}; start it with `make up`, then push again", file=sys.stderr)  # noqa: T201 - git shows it
    return 1


if __name__ == "__main__":
    sys.exit(main())
