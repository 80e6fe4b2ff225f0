"""Stands for `gh api`: keeps the comments of one pull request in the file that GH_COMMENTS names.

It takes what the workflow says and nothing else, so that a misspelt option fails the test.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

store = Path(os.environ["GH_COMMENTS"])  # noqa: TID251 - a program of a test, not of the project
parser = argparse.ArgumentParser()
parser.add_argument("verb", choices=["api"])
parser.add_argument("--method", choices=["GET", "POST", "PATCH"], default="GET")
parser.add_argument("--paginate", action="store_true")
parser.add_argument("--silent", action="store_true")
parser.add_argument("--jq", default=".")
parser.add_argument("--field")
parser.add_argument("path")
asked = parser.parse_args()
comments: list[dict[str, Any]] = json.loads(store.read_text()) if store.exists() else []


def body() -> str:
    name, _, value = asked.field.partition("=")
    if name != "body" or not value.startswith("@"):
        sys.exit(f"gh: unknown field {asked.field}")
    return Path(value[1:]).read_text()


match asked.method, asked.path.split("/"):
    case "GET", ["repos", _, _, "issues", "7", "comments"]:
        listed = json.dumps(comments)
        done = subprocess.run(["jq", "-r", asked.jq], input=listed, text=True, check=True)
    case "POST", ["repos", _, _, "issues", "7", "comments"]:
        author = {"login": "github-actions[bot]"}
        comments.append({"id": len(comments) + 1, "user": author, "body": body()})
    case "PATCH", ["repos", _, _, "issues", "comments", identity]:
        (comment,) = [one for one in comments if str(one["id"]) == identity]
        comment["body"] = body()
    case unknown:
        sys.exit(f"gh: HTTP 404: {unknown}")
store.write_text(json.dumps(comments))
