"""The hosts of a job: SageMaker tells each of them all their names, and its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from training_image.errors import TrainingError, shown

if TYPE_CHECKING:
    from training_image.settings import Folders

ALONE = "algo-1"


@dataclass(frozen=True)
class Hosts:
    """Who trains together. The first by name leads: it alone writes the model."""

    names: tuple[str, ...]
    """In order, the same on all hosts."""

    current: str

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.names)

    @property
    def rank(self) -> int:
        """The place of this one."""
        return self.names.index(self.current)

    @property
    def first(self) -> str:
        """The one that leads."""
        return self.names[0]


def read_hosts(folders: Folders) -> Hosts:
    """Read who trains together; a job without the file has one host.

    Raises:
        TrainingError: the file does not say who this host is.
    """
    file = folders.resources
    if not file.is_file():
        return Hosts((ALONE,), ALONE)
    try:
        document: dict[str, Any] = json.loads(file.read_bytes())
        hosts = Hosts(tuple(sorted({str(name) for name in document["hosts"]})), "")
        return Hosts(hosts.names, hosts.names[hosts.names.index(str(document["current_host"]))])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(
            f"{file.name} does not say which host this is",
            found=shown(error),
            expected="a JSON object with hosts and current_host, which is one of them",
            do="start this container as a training job",
        ) from error
