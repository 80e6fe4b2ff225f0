"""What the twin's `docker` remembers between two calls: images under their names, and log-ins."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin.settings import Workspace

DEFAULT_TAG = "latest"
LOCAL = "localhost"


@dataclass(frozen=True)
class Reference:
    """An image's name: `registry/repository:tag`."""

    registry: str
    repository: str
    tag: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Split a name; a first part without a dot or colon belongs to the repository."""
        head, slash, rest = text.partition("/")
        registry, path = (head, rest) if slash and set(head) & set(".:") else (LOCAL, text)
        repository, _, tag = path.partition(":")
        return cls(registry, repository, tag or DEFAULT_TAG)

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}:{self.tag}"


class LocalImages:
    """The images of one machine's docker, by name. Safe for builds that run side by side."""

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.run / "docker"
        self._names = self._folder / "names.json"

    def name(self, reference: Reference, image: Path) -> None:
        """Let a name stand for an image."""
        with self._locked():
            self._names.write_text(
                json.dumps({**self._read(), str(reference): image.name}), encoding="utf-8"
            )

    def find(self, reference: Reference) -> Path:
        """Return an image's folder.

        Raises:
            TwinError: there is none of that name.
        """
        names = self._read()
        if str(reference) in names:
            return self._folder / names[str(reference)]
        raise TwinError(
            "there is no image of that name here",
            step="image",
            resource=str(reference),
            found=", ".join(sorted(names)) or "no image",
            do="build it first: docker build -t NAME CONTEXT",
        )

    def all(self) -> dict[str, Path]:
        """Return every image by name."""
        return {name: self._folder / folder for name, folder in sorted(self._read().items())}

    def _read(self) -> dict[str, str]:
        if not self._names.exists():
            return {}
        found: dict[str, str] = json.loads(self._names.read_text(encoding="utf-8"))
        return found

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "names.lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


class LogIns:
    """Log-ins to registries, in the file that docker keeps them in."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "config.json"

    def write(self, registry: str, username: str, password: str) -> None:
        """Remember a log-in."""
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        auths = {**self._read(), registry: {"auth": token}}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps({"auths": auths}), encoding="utf-8")

    def token(self, registry: str) -> str:
        """Return the token of a log-in.

        Raises:
            TwinError: nobody logged in.
        """
        auths = self._read()
        if registry in auths:
            return auths[registry]["auth"]
        raise TwinError(
            "no basic auth credentials",
            step="image",
            resource=registry,
            found=f"log-ins for {', '.join(auths) or 'no registry'}",
            do="aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY",
        )

    def _read(self) -> dict[str, dict[str, str]]:
        if not self._file.exists():
            return {}
        found: dict[str, dict[str, dict[str, str]]] = json.loads(
            self._file.read_text(encoding="utf-8")
        )
        return found.get("auths", {})
