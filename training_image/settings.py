"""Where SageMaker's files lie, and where requests arrive: the only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from training_image.errors import SettingsError
from training_image.machine import processors

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_PORT: Final = 65_535
MEGABYTE: Final = 1024 * 1024
LARGEST_BODY_MB: Final = 6
"""Of a real-time request, as SageMaker lets it through; a batch transform says what it sends."""

LARGEST_BATCH_MB: Final = 100
MOST_WORKERS: Final = 256
READ_SECONDS: Final = 30
MEETING_PORT: Final = 7600
WAIT_SECONDS: Final = 900
SILENCE_SECONDS: Final = 60


@dataclass(frozen=True)
class Folders:
    """SageMaker's layout below one base folder, `/opt/ml` in a container."""

    base: Path

    @property
    def resources(self) -> Path:
        """The file that says which hosts the job has."""
        return self.base / "input" / "config" / "resourceconfig.json"

    @property
    def hyperparameters(self) -> Path:
        """The file with the job's hyperparameters."""
        return self.base / "input" / "config" / "hyperparameters.json"

    @property
    def inputs(self) -> Path:
        """The file that says how each channel's objects came to the hosts."""
        return self.base / "input" / "config" / "inputdataconfig.json"

    def channel(self, name: str) -> Path:
        """The folder that holds a channel's files."""
        return self.base / "input" / "data" / name

    @property
    def model(self) -> Path:
        """The folder of the model: training fills it, serving reads it."""
        return self.base / "model"

    @property
    def checkpoints(self) -> Path:
        """The folder that outlives an interruption; it is there if the job asked for it."""
        return self.base / "checkpoints"

    @property
    def output(self) -> Path:
        """The folder that SageMaker keeps as `output.tar.gz`, beside the model."""
        return self.base / "output" / "data"

    @property
    def failure(self) -> Path:
        """The file whose text SageMaker shows as the reason of a failure."""
        return self.base / "output" / "failure"


@dataclass(frozen=True)
class Meeting:
    """Where and how long the hosts of a job wait for each other."""

    address: str
    """Of the first host; empty for its name, which SageMaker lets the others resolve."""

    port: int
    wait_seconds: int
    """Within which all hosts have to come."""

    silence_seconds: int
    """After which a host that said nothing is lost."""


@dataclass(frozen=True)
class Settings:
    """What the environment says. SageMaker sets the port; the rest keeps its defaults there."""

    folders: Folders
    host: str
    port: int
    workers: int
    """Processes that answer requests."""

    largest_body: int
    """Bytes of a request."""

    read_seconds: int
    """How long a request may take to arrive whole; then its connection is cut."""

    meeting: Meeting
    metrics_namespace: str
    """Where CloudWatch files the metrics of the log; empty for none: they cost money there."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment.

        Raises:
            SettingsError: a variable holds something else than it should.
        """
        read = partial(_number, environment)
        return cls(
            folders=Folders(Path(environment.get("SAGEMAKER_BASE_DIR", "/opt/ml"))),
            # Inside a container every interface is the container's own.
            host=environment.get("SERVE_HOST", "0.0.0.0"),  # noqa: S104 - as said above
            port=read("SAGEMAKER_BIND_TO_PORT", 8080, 1, LARGEST_PORT),
            workers=read("MODEL_SERVER_WORKERS", processors(), 1, MOST_WORKERS),
            largest_body=MEGABYTE * (_payload(environment)),
            read_seconds=read("SERVE_READ_SECONDS", READ_SECONDS, 1, 3600),
            meeting=Meeting(
                address=environment.get("TRAINING_FIRST_HOST_ADDRESS", ""),
                port=read("TRAINING_FIRST_HOST_PORT", MEETING_PORT, 1, LARGEST_PORT),
                wait_seconds=read("TRAINING_WAIT_SECONDS", WAIT_SECONDS, 1, 86_400),
                silence_seconds=read("TRAINING_SILENCE_SECONDS", SILENCE_SECONDS, 1, 3600),
            ),
            metrics_namespace=environment.get("SERVE_METRICS_NAMESPACE", ""),
        )


def _payload(environment: Mapping[str, str]) -> int:
    """Return megabytes: what a batch transform sends at most; its 0 means no limit."""
    name = "SAGEMAKER_MAX_PAYLOAD_IN_MB"
    return _number(environment, name, LARGEST_BODY_MB, 0, LARGEST_BATCH_MB) or LARGEST_BATCH_MB


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise SettingsError(
        f"{name} cannot be used",
        found=repr(text),
        expected=f"a whole number from {least} to {most}",
    )
