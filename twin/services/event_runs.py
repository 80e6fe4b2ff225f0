"""Which story an event belongs to: the commit of a build, or the DAG run that it starts.

The timeline groups what happened by that. An event that says neither keeps its own id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from trigger.event import RECONCILIATION as SAID
from trigger.runs import data_run_id, push_run_id

RECONCILIATION = "reconciliation"
"""What an invocation is filed under that looks for what no event told of."""

_COMMIT = re.compile(r"[0-9a-f]{40}")


def run_of(event: object, otherwise: str) -> str:
    """Return the commit or run id that an event of CodeCommit, ECR or S3 leads to."""
    if event == SAID:
        return RECONCILIATION
    detail = _mapping(_mapping(event).get("detail"))
    written = _mapping(detail.get("object"))
    if "key" in written and "version-id" in written:
        return data_run_id(str(written["key"]), str(written["version-id"]))
    if _COMMIT.fullmatch(str(detail.get("image-tag"))):
        return push_run_id(str(detail["image-tag"]))
    commit = detail.get("commitId")
    return commit if isinstance(commit, str) and commit else otherwise


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
