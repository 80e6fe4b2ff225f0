"""What a training container finds when it starts: configuration files and its channels' objects.

Reference: "How Amazon SageMaker AI Provides Training Information" in its developer guide.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from twin.executors.containers import Location, download, list_keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


SPILLED = "spilled"
"""The folder for temporary files: those of a process that was killed go with its container, too."""


@dataclass(frozen=True)
class Channel:
    """One input of a job."""

    name: str
    kind: str
    """`S3Prefix` or `ManifestFile`."""

    uri: str
    sharded: bool = False
    """Whether each host gets other objects, not all of them (`ShardedByS3Key`)."""


@dataclass(frozen=True)
class TrainingSpec:
    """Everything that a job needs to know; frozen when it was created."""

    name: str
    arn: str
    role_arn: str
    image_digest: str
    hyperparameters: Mapping[str, str]
    channels: tuple[Channel, ...]
    output_uri: str
    output_key: str | None
    """KMS key of what the job writes."""

    environment: Mapping[str, str]
    max_runtime_s: float
    instance_type: str
    metrics: tuple[tuple[str, str], ...]
    """Names and regular expressions of the metric definitions."""

    entrypoint: tuple[str, ...] = ()
    """What is started instead of the image's own entry point."""

    arguments: tuple[str, ...] = ("train",)
    instances: int = 1
    checkpoints_uri: str = ""
    """Where checkpoints outlive a machine; empty if the job keeps none."""

    interruption: str = ""
    """When its machines are taken away, once: seconds, or at a checkpoint; empty for never."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of its hosts."""
        return tuple(f"algo-{number}" for number in range(1, self.instances + 1))

    def log_stream(self, host: str) -> str:
        """Return the log stream of one of its hosts."""
        return f"{self.name}/{host}"


class JobError(Exception):
    """The job cannot go on; the text is its FailureReason."""


def lay_out(base: Path, spec: TrainingSpec, host: str) -> None:
    """Make the folders and configuration files that a host's container finds."""
    shutil.rmtree(base, ignore_errors=True)
    config = base / "input" / "config"
    for folder in (
        config,
        base / "input" / "data",
        base / "model",
        base / "output" / "data",
        base / SPILLED,
    ):
        folder.mkdir(parents=True)
    channels = {
        channel.name: {
            "TrainingInputMode": "File",
            "S3DistributionType": "ShardedByS3Key" if channel.sharded else "FullyReplicated",
        }
        for channel in spec.channels
    }
    resources = {
        "current_host": host,
        "current_instance_type": spec.instance_type,
        "hosts": list(spec.hosts),
        "network_interface_name": "lo",
    }
    for name, document in (
        ("hyperparameters", spec.hyperparameters),
        ("inputdataconfig", channels),
        ("resourceconfig", resources),
    ):
        (config / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


def fetch_channel(s3: Any, spec: TrainingSpec, channel: Channel, folder: Path, host: str) -> None:
    """Download a host's objects of a channel, as SageMaker's File mode lays them out.

    SageMaker does not say which host gets which objects of a sharded channel; here they are dealt
    out in turn. A host may get none.

    Raises:
        JobError: there is nothing, or an object cannot be read.
    """
    folder.mkdir(parents=True)
    try:
        found = _objects(s3, channel)
        share = (
            slice(spec.hosts.index(host), None, spec.instances) if channel.sharded else slice(None)
        )
        for source, name in found[share]:
            download(s3, source, folder / name)
    except ClientError as error:
        raise JobError(f"ClientError: Data download failed: {error}") from error
    if not found:
        raise JobError(
            f'ClientError: Data download failed: No S3 objects found under S3 URL "{channel.uri}" '
            f'given in input data source of channel "{channel.name}". Please ensure that objects '
            f'exist under that S3 prefix, and that the role "{spec.role_arn}" may list them.'
        )


def _objects(s3: Any, channel: Channel) -> list[tuple[Location, str]]:
    """Return a channel's objects and the names that their files get."""
    place = Location.parse(channel.uri)
    if channel.kind == "ManifestFile":
        return _listed(s3, place)
    folder = place.key.rpartition("/")[0]
    return [
        (Location(place.bucket, key), key.removeprefix(folder).lstrip("/"))
        for key in list_keys(s3, place)
    ]


def _listed(s3: Any, place: Location) -> list[tuple[Location, str]]:
    """Read a manifest: a JSON array of one prefix and the keys below it."""
    content = s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
    try:
        first, *names = json.loads(content)
        prefix = str(first["prefix"])
        relative = [str(name) for name in names]
    except (ValueError, TypeError, KeyError) as error:
        raise JobError(
            f"ClientError: Data download failed: the manifest {place.uri} is not a JSON array of "
            f'{{"prefix": ...}} and keys: {error}'
        ) from error
    return [(Location.parse(prefix + name), name) for name in relative]
