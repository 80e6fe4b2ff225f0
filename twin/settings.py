"""Where the twin keeps its things, and what it takes from the environment."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from twin.errors import TwinError

ACCOUNT = "123456789012"
"""moto's account id: the only account there is in the twin."""

STACK = "twin"
"""The stack whose values the twin evaluates the program with (`Pulumi.twin.yaml`)."""

BRANCH = "main"
"""The branch that the twin pushes to when the stack names no other."""

SPOT_INTERRUPTION = "SPOT_INTERRUPTION"
"""Variable that has the twin take the machines of training jobs on spot capacity away."""

PASSED_ON = ("HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "SSL_CERT_FILE", "UV_CACHE_DIR")
"""Variables of the person's shell that programs started by the twin may see; nothing else is."""


@dataclass(frozen=True)
class Workspace:
    """The project's folder and the places of the twin in it.

    Everything that the twin writes lies under `.twin/`:

    - `last`: logs, timeline, outcomes and report of the latest run, for people to read;
    - `cache`: what the next run can use again (environments, the migrated database);
    - `run`: scratch of the run under way, emptied at each start;
    - `bin`: programs that builds find first on PATH (`docker`, `aws`).
    """

    root: Path

    @property
    def state(self) -> Path:
        """The folder of the twin in the project."""
        return self.root / ".twin"

    @property
    def last(self) -> Path:
        """What people read of the latest run."""
        return self.state / "last"

    @property
    def cache(self) -> Path:
        """What the next run can use again."""
        return self.state / "cache"

    @property
    def run(self) -> Path:
        """Scratch of the run under way."""
        return self.state / "run"

    @property
    def bin(self) -> Path:
        """Programs that builds find first on PATH."""
        return self.state / "bin"

    @property
    def environment_bin(self) -> Path:
        """The folder of the project's own Python environment that holds its programs."""
        return Path(sys.executable).parent


def project_workspace() -> Workspace:
    """Return the workspace of the project that this package lies in."""
    return Workspace(Path(__file__).resolve().parent.parent)


def inherited_environment() -> dict[str, str]:
    """Return the few variables of the person's shell that child processes may see.

    AWS credentials and profiles of the person never get through, so that nothing started here can
    reach a real account.
    """
    found = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**found, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


def system_path() -> str:
    """Return the person's PATH."""
    return os.environ.get("PATH", os.defpath)


def spot_interruption() -> str:
    """Return when training jobs on spot capacity lose their machines; empty for never.

    Raises:
        TwinError: the variable holds neither seconds nor `checkpoint`.
    """
    found = os.environ.get(SPOT_INTERRUPTION, "").strip()
    if found in ("", "checkpoint") or re.fullmatch(r"[0-9]+(\.[0-9]+)?", found):
        return found
    raise TwinError(
        "spot capacity cannot be interrupted then",
        found=f"{SPOT_INTERRUPTION}={found!r}",
        expected="seconds after which a job loses its machine, or the word checkpoint",
        do=f"for example: make up {SPOT_INTERRUPTION}=2",
    )


def endpoint_url() -> str:
    """Return the address of the AWS services that this process was told of; empty without one."""
    return os.environ.get("AWS_ENDPOINT_URL", "")


def forget_person_credentials() -> None:
    """Take every AWS variable of the person's shell out of this process.

    The twin's own clients get address and credentials explicitly; a profile or a token that was
    left in the environment could only lead somewhere real.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"  # half a second for images that nobody uses
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
