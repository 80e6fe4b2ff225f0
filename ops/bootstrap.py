#!/usr/bin/env python3
"""Make the project's Python environments: pinned, hashed, in the project's folder, once.

Run by the Makefile with whatever `python3` there is, before anything is installed: so it uses the
standard library alone, and its syntax is one that an old Python can still read well enough to say
that it is too old. A second call compares one hash an environment and does nothing else.

    python3 ops/bootstrap.py project aws image     # make what is missing or out of date
"""

from __future__ import print_function

import hashlib
import os
import subprocess
import sys
import time

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
UV = os.path.join(ROOT, ".tools", "uv")

# name: (folder, requirements, what it is for, compile bytecode of these packages only)
ENVIRONMENTS = {
    "project": (".venv", "requirements/project.txt", "the project"),
    "aws": (".tools/aws", "requirements/aws.txt", "the aws command of builds"),
    "spark": (".venv-spark", "requirements/spark.txt", "Spark, for one test"),
}

# Compiled when first imported instead: 120 MB of generated classes of which a program uses few,
# and type stubs that nothing runs.
COMPILED_LATER = ("pulumi_aws", "mypy_boto3_", "types_", "pip", "setuptools", "debugpy", "libcst")

EXTRA_VARIABLES = {"UV_NO_PROGRESS": "1", "PYTHONDONTWRITEBYTECODE": ""}


def fail(message):
    """Say what is wrong and what to do, and end."""
    print("make: " + message, file=sys.stderr)
    sys.exit(1)


def require_tools():
    """Check the three things that a machine must have."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        fail(
            "python3 is {}.{}, found at {}; this project needs 3.11, 3.12 or 3.13.\n"
            "  do: install one of these, and name it: make run PYTHON=python3.12".format(
                sys.version_info[0], sys.version_info[1], sys.executable
            )
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            "python3 at {} has no venv module.\n"
            "  do: install it (Debian and Ubuntu: apt install python3-venv)".format(sys.executable)
        )
    try:
        subprocess.check_output(["git", "--version"])
    except (OSError, subprocess.CalledProcessError):
        fail("git was not found on PATH.\n  do: install git; a push is where everything begins")


def wanted(requirements):
    """Return what an environment must have been made from, as one line."""
    with open(os.path.join(ROOT, requirements), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return "{} {}.{} {}".format(digest, sys.version_info[0], sys.version_info[1], ROOT)


def is_made(folder, line):
    """Tell whether the environment is there and made from just that."""
    try:
        with open(os.path.join(ROOT, folder, ".made-from")) as file:
            return file.read() == line
    except (IOError, OSError):
        return False


def run(step, command):
    """Run a command; on failure show what it said, and say what usually helps."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(os.environ, **EXTRA_VARIABLES),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = process.communicate()[0].decode("utf-8", "replace").strip()
    if process.returncode:
        fail(
            "{} failed (exit code {}): {}\n{}\n"
            "  do: check the network (the first run downloads packages) and the free disk space, "
            "then run the same command again; it continues where it stopped".format(
                step, process.returncode, " ".join(command), "\n".join(output.splitlines()[-15:])
            )
        )


def make_uv():
    """Install uv, which installs everything else, into a folder of its own."""
    line = wanted("requirements/uv.txt")
    if is_made(".tools/uv", line):
        return
    run("making the installer's environment", [sys.executable, "-m", "venv", "--clear", UV])
    pip = [os.path.join(UV, "bin", "python"), "-m", "pip", "--disable-pip-version-check"]
    pip += ["install", "-q", "--require-hashes", "--only-binary", ":all:"]
    run("installing the installer", [*pip, "-r", "requirements/uv.txt"])
    note_made(".tools/uv", line)


def note_made(folder, line):
    """Write down what the environment was made from: last, so that a broken one is made again."""
    with open(os.path.join(ROOT, folder, ".made-from"), "w") as file:
        file.write(line)


def make_environment(name):
    """Make one environment, unless it is there already."""
    folder, requirements, purpose = ENVIRONMENTS[name]
    line = wanted(requirements)
    if is_made(folder, line):
        return
    began = time.time()
    print("Installing what {} needs into {} ...".format(purpose, folder), end=" ", flush=True)
    make_uv()
    uv = os.path.join(UV, "bin", "uv")
    python = os.path.join(folder, "bin", "python")
    run("making " + folder, [uv, "venv", "-q", "--clear", "--python", sys.executable, folder])
    install = [uv, "pip", "install", "-q", "--python", python, "--require-hashes"]
    run("installing " + requirements, [*install, "-r", requirements])
    run("compiling " + folder, [python, os.path.abspath(__file__), "--compile", folder])
    note_made(folder, line)
    print("{:.0f} s".format(time.time() - began))


def compile_bytecode(folder):
    """Compile the environment's packages, so that no later start has to: it halves each."""
    import compileall

    version = "python{}.{}".format(sys.version_info[0], sys.version_info[1])
    packages = os.path.join(ROOT, folder, "lib", version, "site-packages")
    for entry in sorted(os.listdir(packages)):
        if entry.startswith(COMPILED_LATER):
            continue
        path = os.path.join(packages, entry)
        if os.path.isdir(path):
            compileall.compile_dir(path, quiet=2, workers=0, force=False)
        elif entry.endswith(".py"):
            compileall.compile_file(path, quiet=2)


def main(arguments):
    """Make the named environments."""
    if arguments[:1] == ["--compile"]:
        compile_bytecode(arguments[1])
        return
    require_tools()
    try:
        for name in arguments:
            make_environment(name)
    except (IOError, OSError) as error:
        fail("{}.\n  do: make the folder writable, and free some disk space".format(error))


if __name__ == "__main__":
    main(sys.argv[1:])
