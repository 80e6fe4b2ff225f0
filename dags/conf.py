"""What a DAG run was asked for. Nothing here is ever rendered or given to a shell.

`conf` names a commit, an image and perhaps a raw object; it can name neither bucket nor role nor
repository, so a run can't be led to what isn't ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from dags.document import COMMIT, DIGEST, Document
from dags.errors import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping

StartedBy = Literal["image", "data", "manual"]


@dataclass(frozen=True)
class Conf:
    """The `conf` of a run that an event started."""

    commit: str
    image_digest: str
    started_by: StartedBy
    raw_key: str | None = None
    """The raw object whose arrival started the run."""

    raw_version: str | None = None


def parse_conf(conf: Mapping[str, object], model: str) -> Conf | None:
    """Read `conf`; `None` when it is empty, as Airflow's own Trigger button leaves it.

    Raises:
        StepError: a key is unknown, missing or wrong; all problems together.
    """
    if not conf:
        return None
    document = Document(conf)
    parsed = Conf(
        commit=document.text("commit", COMMIT),
        image_digest=document.text("image_digest", DIGEST),
        started_by=cast("StartedBy", document.choice("started_by", ("image", "data"))),
        raw_key=document.optional_text("raw_key", _raw_key(model)),
        raw_version=document.optional_text("raw_version"),
    )
    document.text("model", re.escape(model))
    document.close()
    if document.problems:
        raise StepError(
            f"conf of this run of the DAG of {model}",
            found="; ".join(document.problems),
            expected="what the trigger sends, or nothing at all",
            do="start the run with an empty conf to retrain on what is current",
        )
    return parsed


def claims(conf: Mapping[str, object]) -> dict[str, str]:
    """Return what a `conf` says of commit and image, where it can be true.

    It is all that is known of a run that failed before its inputs were pinned.
    """
    patterns = {"commit": COMMIT, "image_digest": DIGEST, "started_by": "image|data"}
    return {
        key: value
        for key, pattern in patterns.items()
        if isinstance(value := conf.get(key), str) and re.fullmatch(pattern, value)
    }


def _raw_key(model: str) -> str:
    return rf"raw/{re.escape(model)}/(?!\.\.?(/|$))(?!.*/\.\.?(/|$)).+"
