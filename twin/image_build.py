"""Builds an image from a Dockerfile: files into a folder, and a manifest from their content.

    build_image(workspace, recipe, context, ...) -> folder of the image, named by its digest

The same content gives the same digest: of files count path, content and whether they can be
executed; of commands their text and what they found.
"""

from __future__ import annotations

import compileall
import contextlib
import hashlib
import io
import json
import platform as machine
import shutil
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from py_compile import PycInvalidationMode
from typing import TYPE_CHECKING, Any, Final

from twin import python_environments
from twin.dockerfile import Compile, Copy, From, Install, Recipe, Step
from twin.errors import TwinError
from twin.images import ROOT, Image, write_image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.settings import Workspace

DOCKER: Final = "application/vnd.docker"
MANIFEST_TYPE: Final = f"{DOCKER}.distribution.manifest.v2+json"
CONFIG_TYPE: Final = f"{DOCKER}.container.image.v1+json"
LAYER_TYPE: Final = f"{DOCKER}.image.rootfs.diff.tar.gzip"
INDEX_TYPE: Final = "application/vnd.oci.image.index.v1+json"
IGNORE_FILE: Final = ".dockerignore"
MANIFEST: Final = "manifest.json"
INDEX: Final = "index.json"
STAGES: Final = "stages"
ARCHITECTURES: Final = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}


@dataclass
class _Files:
    """The image's files so far, and the layers that they came in."""

    root: Path
    context: Path
    names: tuple[str, ...]
    python: Path | None = None
    packages: str = ""
    """Where in the image the installed packages lie, if not where Python looks by itself."""

    layers: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def inside(self, path: str) -> Path:
        """Return where a path of the image lies here; it never leads out of the root."""
        found = self.root / PurePosixPath(path).relative_to("/")
        if not found.resolve().is_relative_to(self.root.resolve()):
            raise _error(f"{path} leads out of the image", path, "a path inside the image")
        return found


def build_image(
    workspace: Workspace,
    recipe: Recipe,
    context: Path,
    *,
    platform: str = "",
    provenance: bool = False,
) -> Path:
    """Build an image and return its folder, whose name is the digest of what a push would push.

    With `provenance` that is an OCI index, as of BuildKit without `--provenance=false`.

    Raises:
        TwinError: a file is missing or broken, or requirements cannot be installed.
    """
    scratch = workspace.run / "docker" / f"building-{uuid.uuid4().hex}"
    (scratch / ROOT).mkdir(parents=True)
    try:
        files = _play_stages(workspace, recipe, scratch, context)
        shutil.rmtree(scratch / STAGES, ignore_errors=True)
        files.inside(recipe.workdir).mkdir(parents=True, exist_ok=True)
        digest = _write_manifest(scratch, recipe, files, platform, provenance=provenance)
        python = files.python or python_environments.prepare(workspace, b"")
        write_image(scratch, _image(recipe, digest, files.root, python))
        return _keep(scratch, scratch.with_name(digest.replace(":", "-")))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _image(recipe: Recipe, digest: str, root: Path, python: Path) -> Image:
    return Image(
        digest=digest,
        root=root,
        entrypoint=recipe.entrypoint,
        default_arguments=recipe.default_arguments,
        variables=recipe.variables,
        workdir=recipe.workdir,
        python=python,
    )


def _keep(scratch: Path, target: Path) -> Path:
    """Give the finished image its name, unless an equal one has it already."""
    if not target.exists():
        try:
            scratch.rename(target)
        except OSError:
            if not target.exists():  # another build of the same content was quicker
                raise
    return target


# ---- steps --------------------------------------------------------------------------------------


def _play_stages(workspace: Workspace, recipe: Recipe, scratch: Path, context: Path) -> _Files:
    """Play each stage in a folder of its own, the last one in the image's; return its files."""
    names = context_files(context)
    last = sum(isinstance(step, From) for _, step in recipe.steps)
    stages: dict[str, _Files] = {}
    files = _Files(scratch / ROOT, context, names)
    begun = 0
    for text, step in recipe.steps:
        if isinstance(step, From):
            begun += 1
            root = scratch / (ROOT if begun == last else f"{STAGES}/{begun}")
            root.mkdir(parents=True, exist_ok=True)
            files = stages[step.name] = _Files(root, context, names)
        if isinstance(step, Copy) and step.stage:
            _copy_stage(files, stages[step.stage], step)
        else:
            _run(workspace, files, text, step)
    return files


def _copy_stage(files: _Files, stage: _Files, step: Copy) -> None:
    """Copy from an earlier stage; packages that it installed come as their environment."""
    for source in step.sources:
        if stage.packages and source == stage.packages:
            files.python = stage.python
        else:
            target = _inside_or_as(step, source)
            _copy_folder(stage.inside(source), files.inside(target), source)
    facts = json.dumps([[digest for digest, _ in stage.layers], step.sources, step.target])
    files.layers.append((_digest(facts.encode()), 0))


def _inside_or_as(step: Copy, source: str) -> str:
    """Return where a path of a stage goes: into a folder, or under the name that is given."""
    target = str(PurePosixPath(step.workdir) / step.target)
    into = step.target.endswith("/") and "." in PurePosixPath(source).name
    return f"{target}/{PurePosixPath(source).name}" if into else target


def _copy_folder(source: Path, target: Path, name: str) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    else:
        raise _error(
            f"COPY finds no {name} in the stage", name, "a path that an earlier stage made"
        )


def _run(workspace: Workspace, files: _Files, text: str, step: Step) -> None:
    match step:
        case From(base, _):
            files.layers.append((_digest(f"FROM {base}".encode()), 0))
        case Copy():
            _copy(files, step)
        case Install(requirements, require_hashes, target):
            files.packages = target
            content = _read(files, requirements)
            files.python = python_environments.prepare(
                workspace, content, require_hashes=require_hashes
            )
            _add_command_layer(files, text)
        case Compile(folder):
            _compile(files, folder)
            _add_command_layer(files, text)


def _copy(files: _Files, step: Copy) -> None:
    """Copy files of the context; their content makes the layer."""
    copied: list[tuple[str, Path]] = []
    for source in step.sources:
        copied += _copied(files, source, step)
    hashed = hashlib.sha256()
    size = 0
    for target, path in sorted(copied):
        content = path.read_bytes()
        mode = _place(files.inside(target), path, content)
        hashed.update(f"{target}\0{mode}\0{len(content)}\0".encode() + content)
        size += len(content)
    files.layers.append((f"sha256:{hashed.hexdigest()}", size))


def _copied(files: _Files, source: str, step: Copy) -> Iterable[tuple[str, Path]]:
    """Yield for one source the path in the image and the file here, as docker places them."""
    base = PurePosixPath(step.workdir) / step.target
    prefix = PurePosixPath(source.strip("/") or ".")
    if any(character in source for character in "*?["):
        found = [name for name in files.names if PurePosixPath(name).match(str(prefix))]
        placed = [(base / PurePosixPath(name).name, name) for name in found]
    elif (files.context / prefix).is_dir():
        found = [name for name in files.names if PurePosixPath(name).is_relative_to(prefix)]
        placed = [(base / PurePosixPath(name).relative_to(prefix), name) for name in found]
    else:
        into = step.target.endswith("/") or step.target == "." or len(step.sources) > 1
        found = [name for name in files.names if name == str(prefix)]
        placed = [(base / prefix.name if into else base, name) for name in found]
    if not found:
        raise _error(f"COPY finds no {source}", source, "a file of the build context")
    return [(str(target), files.context / name) for target, name in placed]


def _place(target: Path, source: Path, content: bytes) -> str:
    """Write one file and return its mode, of which only `can be executed` matters."""
    mode = 0o755 if source.stat().st_mode & 0o100 else 0o644
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(mode)
    return f"{mode:o}"


def _read(files: _Files, path: str) -> bytes:
    try:
        return files.inside(path).read_bytes()
    except OSError as error:
        raise _error(f"{path} cannot be read in the image", str(error), "COPY it before") from error


def _compile(files: _Files, folder: str) -> None:
    """Compile as `python -m compileall` does; a file that is no Python fails the build."""
    inside = files.inside(folder)
    if not inside.is_dir():
        raise _error(f"{folder} is not in the image", folder, "a folder that was copied before")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        compiled = compileall.compile_dir(
            inside,
            quiet=1,
            force=True,
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )
    if not compiled:
        found = said.getvalue().replace(str(files.root), "")
        raise _error(f"files below {folder} cannot be compiled", found, "files that are Python")


def _add_command_layer(files: _Files, text: str) -> None:
    """Add the layer of a command: its text, and all that it found."""
    before = [digest for digest, _ in files.layers]
    facts = json.dumps([before, text, sys.version])
    files.layers.append((_digest(facts.encode()), 0))


def context_files(context: Path) -> tuple[str, ...]:
    """Return the files of a build context that `.dockerignore` lets through, sorted."""
    ignore = context / IGNORE_FILE
    if not ignore.exists():
        found = (path.relative_to(context).as_posix() for path in context.rglob("*"))
        return tuple(sorted(name for name in found if (context / name).is_file()))
    from docker.utils.build import PatternMatcher

    lines = ignore.read_text(encoding="utf-8").splitlines()
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    matcher: Any = PatternMatcher(patterns)
    # The matcher lets this file through, because the daemon wants it; an image may not.
    ignored = {IGNORE_FILE} & set(patterns)
    found = {str(name) for name in matcher.walk(str(context))} - ignored
    return tuple(sorted(name for name in found if (context / name).is_file()))


# ---- manifests ----------------------------------------------------------------------------------


def _write_manifest(
    folder: Path, recipe: Recipe, files: _Files, platform: str, *, provenance: bool
) -> str:
    """Write the manifest, and with provenance its index; return the digest of what is pushed."""
    config = json.dumps(_config(recipe, files, platform), sort_keys=True).encode()
    manifest = json.dumps(_manifest(config, files), indent=3).encode()
    (folder / MANIFEST).write_bytes(manifest)
    if not provenance:
        return _digest(manifest)
    index = json.dumps(_index(manifest, platform), indent=3).encode()
    (folder / INDEX).write_bytes(index)
    return _digest(index)


def _config(recipe: Recipe, files: _Files, platform: str) -> dict[str, Any]:
    system, _, architecture = (platform or _own_platform()).partition("/")
    return {
        "architecture": architecture,
        "os": system,
        "config": {
            "Env": [f"{key}={value}" for key, value in recipe.variables.items()],
            "Entrypoint": list(recipe.entrypoint),
            "Cmd": list(recipe.default_arguments),
            "WorkingDir": recipe.workdir,
            "Labels": dict(recipe.labels),
            "ExposedPorts": {port: {} for port in recipe.ports},
            "User": recipe.user,
        },
        "rootfs": {"type": "layers", "diff_ids": [digest for digest, _ in files.layers]},
    }


def _manifest(config: bytes, files: _Files) -> dict[str, Any]:
    layers = [
        {"mediaType": LAYER_TYPE, "size": size, "digest": digest} for digest, size in files.layers
    ]
    described = {"mediaType": CONFIG_TYPE, "size": len(config), "digest": _digest(config)}
    return {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": described,
        "layers": layers,
    }


def _index(manifest: bytes, platform: str) -> dict[str, Any]:
    """Return the index that BuildKit wraps an image in; its attestation is left out."""
    system, _, architecture = (platform or _own_platform()).partition("/")
    listed = {
        "mediaType": MANIFEST_TYPE,
        "digest": _digest(manifest),
        "size": len(manifest),
        "platform": {"architecture": architecture, "os": system},
    }
    return {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [listed]}


def _own_platform() -> str:
    return f"linux/{ARCHITECTURES.get(machine.machine(), machine.machine())}"


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _error(cause: str, found: str, expected: str) -> TwinError:
    return TwinError(
        cause,
        step="image",
        found=found,
        expected=expected,
        do="mend the Dockerfile or the files beside it (.dockerignore too) and build again",
    )
