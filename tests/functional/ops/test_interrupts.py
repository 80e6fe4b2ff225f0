"""Ctrl-C ends a verb at once and in one message, wherever it comes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

VERB = """
from pathlib import Path
from ops import terminal
from ops.program import StandInCloud, evaluate

def main():
    return terminal.run("verb", lambda: evaluate(Path("{root}"), "dev", StandInCloud()))
"""

PROGRAM = """
import signal
import pulumi

never = pulumi.Output.from_input(pulumi.CustomResource("aws:sqs/queue:Queue", "first").id)
pulumi.CustomResource("aws:sqs/queue:Queue", "second", {{"name": never}})
{interrupt}
"""

INTERRUPTS = {
    "in the program": "signal.raise_signal(signal.SIGINT)",
    "in what swallows it": """
try:
    signal.raise_signal(signal.SIGINT)
except BaseException:
    pass
""",
    "between two resources": "never.apply(lambda _: signal.raise_signal(signal.SIGINT))",
}


def started(folder: Path, verb: str) -> subprocess.CompletedProcess[str]:
    """Start a module of the folder as a verb."""
    (folder / "verb.py").write_text(verb)
    return subprocess.run(
        [sys.executable, "-c", "from ops.start import start; start('verb', 'verb')"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{folder}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("interrupt", INTERRUPTS.values(), ids=INTERRUPTS)
def test_a_program_that_is_interrupted_while_it_is_evaluated_ends(
    tmp_path: Path, interrupt: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: toy\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text(PROGRAM.format(interrupt=interrupt))

    ended = started(tmp_path, VERB.format(root=tmp_path))

    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.strip().startswith("verb: interrupted: it only reads")
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_verb_that_is_interrupted_before_it_begins_says_so(tmp_path: Path) -> None:
    ended = started(tmp_path, "raise KeyboardInterrupt\n")

    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.strip() == "verb: interrupted before it began"


@pytest.mark.parametrize("code", [0, 1, 2])
def test_a_verb_ends_with_its_own_code(tmp_path: Path, code: int) -> None:
    ended = started(tmp_path, f"def main():\n    print('done')\n    return {code}\n")

    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "done\n", "")


def test_a_reader_that_leaves_is_no_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "verb.py").write_text(
        "from ops import terminal\n\n"
        "def main():\n    return terminal.run('verb', lambda: print('line\\n' * 100_000))\n"
    )
    command = "from ops.start import start; start('verb', 'verb')"

    ended = subprocess.run(
        ["bash", "-c", f'set -o pipefail; {sys.executable} -c "{command}" | head -n 1'],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (141, "line\n", "")
