"""Both versions of the project as plain data, each evaluated in a process of its own, at once."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ops.errors import OpsError
from ops.graph import Graph
from ops.graph_json import graph_from_json
from ops.preview.base import find_base, unpack_base
from ops.preview.settings import inherited_environment
from ops.stack_names import known_stacks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ops.preview.base import Base

OURS = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 120.0
MEND = "mend the program there; `pulumi up` would stop at the same place"


@dataclass(frozen=True)
class StackVersion:
    """One stack in one version of the project.

    Attributes:
        graph: What the program asks for.
        settings: Its settings under their short names (`airflowClass`), as text; no secrets.
        models: The models that the version declares, each as its normalised JSON.
        exists: Whether the version has the stack at all.
    """

    graph: Graph
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    exists: bool = True


@dataclass(frozen=True)
class StackVersions:
    """One stack before and after."""

    stack: str
    before: StackVersion
    after: StackVersion


def read_versions(
    root: Path, ref: str, stacks: Sequence[str]
) -> tuple[Base, tuple[StackVersions, ...]]:
    """Return the base, and each stack as it is there and in the working tree of `root`.

    Raises:
        OpsError: There is no such base or stack, or a version cannot be evaluated.
    """
    base = find_base(root, ref)
    key = secrets.token_bytes(32)
    with TemporaryDirectory(prefix="preview-") as folder, ThreadPoolExecutor(2) as pool:
        after = pool.submit(evaluate_version, root, stacks, key, "the working tree")
        old_root = Path(folder).resolve()
        unpack_base(root, base, old_root)
        before = _evaluate_base(old_root, stacks, key, base)
        now = after.result()
    missing = [stack for stack in stacks if not before[stack].exists and not now[stack].exists]
    if missing:
        known = ", ".join(known_stacks(root))
        raise OpsError(
            f"there is no stack {missing[0]!r}, neither in the working tree nor in {base}",
            do=f"name stacks that there are: {known or 'none'} (make preview STACK=dev,prod)",
        )
    return base, tuple(StackVersions(stack, before[stack], now[stack]) for stack in stacks)


def _evaluate_base(
    root: Path, stacks: Sequence[str], key: bytes, base: Base
) -> Mapping[str, StackVersion]:
    """Return the base's stacks; of a commit that is older than the program there are none."""
    if not (root / "Pulumi.yaml").is_file():
        return {stack: StackVersion(Graph("", stack, ()), exists=False) for stack in stacks}
    do = "name a base whose program works: what is broken there cannot be compared with"
    return evaluate_version(root, stacks, key, f"the base {base}", do)


def evaluate_version(
    root: Path, stacks: Sequence[str], key: bytes, what: str, do: str = MEND
) -> Mapping[str, StackVersion]:
    """Return the stacks of the version below `root`.

    Args:
        root: The folder of its `Pulumi.yaml`.
        stacks: Their names.
        key: Seals secrets; the same for versions that are compared.
        what: What an error calls the version.
        do: What an error says to do.

    Raises:
        OpsError: It cannot be evaluated; with the cause.
    """
    command = [sys.executable, "-m", "ops.preview.evaluate", str(root), *stacks]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command,
            cwd=OURS,
            env=inherited_environment(),
            input=key,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _failure(what, f"it did not end within {TIMEOUT_SECONDS:.0f} s", do) from error
    if ended.returncode:
        raise _failure(what, ended.stderr.decode(errors="replace").strip()[-1000:], do)
    answer = json.loads(ended.stdout)
    if "error" in answer:
        raise _failure(what, answer["error"], do)
    return {stack: _version(stack, found) for stack, found in answer["stacks"].items()}


def _version(stack: str, found: Mapping[str, Any] | None) -> StackVersion:
    if found is None:
        return StackVersion(Graph("", stack, ()), exists=False)
    return StackVersion(graph_from_json(found["graph"]), found["settings"], found["models"])


def _failure(what: str, why: str, do: str) -> OpsError:
    return OpsError(f"{what} cannot be evaluated", found=why, do=do)
