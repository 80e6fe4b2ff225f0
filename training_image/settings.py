"""Where SageMaker's files lie, and where requests arrive: the only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from training_image.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_PORT: Final = 65_535


@dataclass(frozen=True)
class Folders:
    """SageMaker's layout below one base folder, `/opt/ml` in a container."""

    base: Path

    @property
    def hyperparameters(self) -> Path:
        """The file with the job's hyperparameters."""
        return self.base / "input" / "config" / "hyperparameters.json"

    def channel(self, name: str) -> Path:
        """The folder that holds a channel's files."""
        return self.base / "input" / "data" / name

    @property
    def model(self) -> Path:
        """The folder of the model: training fills it, serving reads it."""
        return self.base / "model"

    @property
    def failure(self) -> Path:
        """The file whose text SageMaker shows as the reason of a failure."""
        return self.base / "output" / "failure"


@dataclass(frozen=True)
class Settings:
    """What the environment says. SageMaker sets the port; the rest keeps its defaults there."""

    folders: Folders
    host: str
    port: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment.

        Raises:
            SettingsError: a variable holds something else than it should.
        """
        return cls(
            folders=Folders(Path(environment.get("SAGEMAKER_BASE_DIR", "/opt/ml"))),
            # Inside a container every interface is the container's own.
            host=environment.get("SERVE_HOST", "0.0.0.0"),  # noqa: S104 - as said above
            port=_port(environment.get("SAGEMAKER_BIND_TO_PORT", "8080")),
        )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST_PORT:
        return int(text)
    raise SettingsError(
        "SAGEMAKER_BIND_TO_PORT is no port",
        found=repr(text),
        expected=f"a whole number from 1 to {LARGEST_PORT}",
    )
