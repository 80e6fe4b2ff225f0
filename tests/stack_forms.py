"""The stacks in each of their forms, each evaluated once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ops.program import Graph, StandInCloud, evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[1]
STACKS: Final = ("dev", "prod")
FORMS: Final[Mapping[str, Mapping[str, str]]] = {
    "as it is": {},
    "endpoints": {
        "mlops:egress": "endpoints",
        "mlops:natPerZone": "false",
        "mlops:webserverAccess": "private",
    },
    "private": {"mlops:webserverAccess": "private"},
    "connection": {"mlops:source": "connection", "mlops:sourceRepository": "owner/name"},
    "reviewed": {"mlops:reviewPullRequests": "true"},
}
ALL: Final = tuple((name, form) for name in STACKS for form in FORMS)


@cache
def stack(name: str, form: str = "as it is", *, preview: bool = False) -> Graph:
    """Return a stack in one of its forms."""
    return evaluate(ROOT, name, StandInCloud(preview=preview), preview=preview, values=FORMS[form])
