"""Images that the twin's `docker` built and pushed, by digest; and how a container starts.

    python -m twin.images prepare training_image/requirements.txt    # what `make` does beforehand

A container is a process of this machine: the image's files lie in a folder that plays its root, its
packages in an environment of their own. It is no sandbox.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin import python_environments
from twin.errors import TwinError
from twin.settings import project_workspace, system_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin.settings import Workspace

DESCRIPTION = "image.json"
ROOT = "rootfs"
PYTHONS = ("python", "python3")


@dataclass(frozen=True)
class Image:
    """An image: what it starts, where, and with which variables. `digest` is the manifest's."""

    digest: str
    root: Path
    entrypoint: tuple[str, ...]
    default_arguments: tuple[str, ...]
    variables: Mapping[str, str]
    workdir: str
    python: Path

    @property
    def cwd(self) -> Path:
        """The folder that its entry point starts in."""
        return self.root / self.workdir.lstrip("/")

    @property
    def environment(self) -> dict[str, str]:
        """Variables that the image sets, and the PATH of its programs."""
        path = os.pathsep.join((str(self.python / "bin"), system_path()))
        return {**self.variables, "PATH": path}

    def command(self, *arguments: str, entrypoint: Sequence[str] = ()) -> tuple[str, ...]:
        """Return what a container starts: the entry point, then arguments or the default ones."""
        started = (*(entrypoint or self.entrypoint), *(arguments or self.default_arguments))
        if not started:
            raise TwinError(
                "the image has neither an entry point nor a command",
                step="image",
                resource=self.digest,
                do="give its Dockerfile an ENTRYPOINT in exec form",
            )
        return (self._program(started[0]), *started[1:])

    def _program(self, name: str) -> str:
        """Return where a program lies here: in the environment, or below the image's root."""
        installed = self.python / "bin" / Path(name).name
        if ("/" not in name or Path(name).name in PYTHONS) and installed.exists():
            return str(installed)
        inside = self.root / name.lstrip("/")
        return str(inside) if name.startswith("/") and inside.exists() else name


class ImageStore:
    """The images that were pushed, in the run folder."""

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.run / "registry"

    def find(self, digest: str) -> Image:
        """Return the image with that digest.

        Raises:
            TwinError: nobody pushed it.
        """
        folder = self.path(digest)
        if not (folder / DESCRIPTION).exists():
            raise TwinError(
                "the image's files are not here",
                step="image",
                resource=digest,
                expected="an image that the twin's `docker push` brought",
                do="push the commit again; a manifest alone cannot be started",
            )
        return read_image(folder, digest)

    def path(self, digest: str) -> Path:
        """Return the folder of an image, whether it is there or not."""
        return self._folder / digest.replace(":", "-")


def read_image(folder: Path, digest: str) -> Image:
    """Read an image from its folder."""
    found: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    return Image(
        digest=digest,
        root=folder / ROOT,
        entrypoint=tuple(found["entrypoint"]),
        default_arguments=tuple(found["default_arguments"]),
        variables=found["variables"],
        workdir=found["workdir"],
        python=Path(found["python"]),
    )


def write_image(folder: Path, image: Image) -> None:
    """Write down how an image starts; its files lie in the folder already."""
    described = {
        key: value for key, value in asdict(image).items() if key not in ("digest", "root")
    }
    text = json.dumps({**described, "python": str(image.python)})
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")


def prepare_environment(requirements: Path, workspace: Workspace | None = None) -> Path:
    """Make the environment of an image with these requirements beforehand, return its folder."""
    return python_environments.prepare(
        workspace or project_workspace(), requirements.read_bytes(), require_hashes=True
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare what the images of some requirements need."""
    parser = argparse.ArgumentParser(prog="python -m twin.images")
    parser.add_argument("verb", choices=["prepare"])
    parser.add_argument("requirements", type=Path, nargs="+")
    try:
        for file in parser.parse_args(arguments).requirements:
            prepare_environment(file)
    except (TwinError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the terminal is the place
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
