"""What the first task found out and pinned; every later task works from it.

It travels between tasks as plain JSON. A retry of any task, under whatever code, means the same.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from dags.identity import Names
from models.schema import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dags.conf import StartedBy

EndingName = Literal["deployed", "unchanged", "rejected", "superseded", "waiting", "failed"]


@dataclass(frozen=True)
class Pinned:
    """What a run works on: known before anything is decided."""

    model: str
    started_by: StartedBy
    commit: str
    number: int
    image_digest: str

    def to_json(self) -> dict[str, Any]:
        """As it travels between tasks."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Pinned:
        """As another task wrote it."""
        return cls(**document)


@dataclass(frozen=True)
class Plan:
    """What the run will make, adopt or find already there."""

    pinned: Pinned
    names: Names
    model: Model
    run_id: str

    def to_json(self) -> dict[str, Any]:
        """As it travels between tasks."""
        return {
            "pinned": self.pinned.to_json(),
            "names": asdict(self.names),
            "model": self.model.to_json(),
            "run_id": self.run_id,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Plan:
        """As another task wrote it."""
        return cls(
            pinned=Pinned.from_json(document["pinned"]),
            names=Names(**document["names"]),
            model=Model.from_json(document["model"]),
            run_id=document["run_id"],
        )


@dataclass(frozen=True)
class Ending:
    """Why a run ends before its last step, although nothing failed."""

    outcome: EndingName
    reason: str

    def to_json(self) -> dict[str, Any]:
        """As it travels between tasks."""
        return asdict(self)
