"""Pulumi's command line, with state, plugins and credentials of its own: nothing of the person's.

Pulumi(executable, project, folder, url).run("up", "dev") -> Ran(...)
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ops.urns import type_of
from twin.errors import TwinError
from twin.settings import inherited_environment, system_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from twin.engine.project import Project

PASSPHRASE = "nothing here is secret"  # noqa: S105 - of a state that lives as long as its folder

ENDING_SECONDS = 20.0
"""How long an interrupted command line may take to end what it has begun."""

REPLACING = frozenset({"replace", "create-replacement", "delete-replaced"})
FLAGS: Mapping[str, tuple[str, ...]] = {
    "preview": ("--json",),
    "up": ("--yes", "--skip-preview", "--json"),
    "refresh": ("--yes", "--skip-preview", "--json"),
    "destroy": ("--yes", "--json"),
}
"""What makes each verb say what it does, event by event, and ask nothing."""


def find_pulumi(path: str | None = None) -> str:
    """Return the command line that lies on PATH.

    Raises:
        TwinError: There is none.
    """
    found = shutil.which("pulumi", path=path if path is not None else system_path())
    if found is None:
        raise TwinError(
            "pulumi was not found on PATH",
            step="engine",
            do="install it (https://www.pulumi.com/docs/iac/download-install/), or have npm bring "
            "it: `npx pulumi version`, then put what it installed on PATH",
        )
    return found


@dataclass(frozen=True)
class Ran:
    """What one run of the command line did.

    Attributes:
        code: Its exit code.
        seconds: How long it took.
        steps: By URN, what was done or would be: `create`, `update`, `replace`, `delete`, `same`.
        failed: URNs of the resources at which it failed.
        errors: What it said of that.
        output: All that it wrote.
    """

    code: int
    seconds: float
    output: str
    steps: Mapping[str, str] = field(default_factory=dict[str, str])
    failed: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.code == 0

    def of(self, *kinds: str) -> dict[str, str]:
        """Return the steps of some kinds; without any, all that change something."""
        return {
            urn: step
            for urn, step in self.steps.items()
            if (step in kinds if kinds else step != "same")
        }

    def on_aws(self) -> dict[str, str]:
        """Return the steps that change something there: without components and providers."""
        return {urn: step for urn, step in self.of().items() if type_of(urn).startswith("aws:")}


@dataclass(frozen=True)
class Pulumi:
    """The command line on one project, whose state lies in a folder."""

    executable: str
    project: Project
    folder: Path
    url: str

    def run(self, verb: str, stack: str, *more: str, without: tuple[str, ...] = ()) -> Ran:
        """Run a verb on a stack, and read what it says event by event.

        Args:
            verb: One of `FLAGS`, or any other, which is run as it is.
            stack: Names the stack.
            more: Further arguments.
            without: Variables to leave out of its environment.
        """
        arguments = (*verb.split(), "--stack", stack, *FLAGS.get(verb, ()), *more)
        environment = {k: v for k, v in self.environment().items() if k not in without}
        began = time.monotonic()
        with subprocess.Popen(
            [self.executable, *arguments, "--non-interactive", "--color", "never"],
            cwd=self.project.program,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours: it is handed on once, and waited for
        ) as process:
            output = _output(process)
        return read_events(process.returncode, time.monotonic() - began, output)

    def start(self, stack: str) -> None:
        """Make a stack that has nothing in it."""
        (self.folder / "state").mkdir(parents=True, exist_ok=True)
        made = self.run("stack init", stack)
        if not made.ok:
            raise TwinError("the stack could not be made", resource=stack, found=made.output)

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """Return the resources of a stack's state, as the engine keeps them."""
        exported = self.run("stack export", stack)
        found: list[dict[str, Any]] = json.loads(exported.output)["deployment"].get("resources", [])
        return [one for one in found if one["type"].startswith("aws:")]

    def version(self) -> str:
        """Return the command line's version."""
        done = subprocess.run(
            [self.executable, "version"],
            env=self.environment(),
            check=False,
            text=True,
            capture_output=True,
        )
        return done.stdout.strip() or "of no known version"

    def environment(self) -> dict[str, str]:
        """Return the environment that it runs in."""
        parts = (str(self.project.plugins), os.path.dirname(self.executable), system_path())  # noqa: PTH120 - may be a link, which must stay one
        return {
            **inherited_environment(),
            "PATH": os.pathsep.join(parts),
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",
            "AWS_ENDPOINT_URL": self.url,
        }


def _output(process: subprocess.Popen[str]) -> str:
    """Return what a command line writes until its end.

    One that is interrupted gets time to end its plugins: killed at once it would leave them behind.
    """
    try:
        return process.communicate()[0]
    except BaseException:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        raise


def read_events(code: int, seconds: float, output: str) -> Ran:
    """Return what a run did, from the events that it wrote line by line among other text."""
    steps: dict[str, str] = {}
    failed: list[str] = []
    errors: list[str] = []
    for event in _events(output):
        if "resourcePreEvent" in event:
            step = event["resourcePreEvent"]["metadata"]
            steps[step["urn"]] = _stronger(steps.get(step["urn"], "same"), step["op"])
        elif "resOpFailedEvent" in event:
            failed.append(event["resOpFailedEvent"]["metadata"]["urn"])
        elif event.get("diagnosticEvent", {}).get("severity") == "error":
            errors.append(event["diagnosticEvent"]["message"].strip())
    return Ran(code, seconds, output, steps, tuple(failed), tuple(dict.fromkeys(errors)))


def _stronger(known: str, operation: str) -> str:
    """Return what becomes of a resource of which two steps are told."""
    if operation in REPLACING:
        return "replace"
    return known if operation in ("same", "refresh") else operation


def _events(output: str) -> Iterator[Mapping[str, Any]]:
    for line in output.splitlines():
        if line.startswith('{"'):
            try:
                yield json.loads(line)
            except ValueError:
                continue
