"""What keeps a preview from being made is one clear message."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.functional.preview.conftest import Answer, Repository

    Preview = Callable[..., Answer]


def refused(answer: Answer) -> str:
    """Return the message of a preview that was refused, and nothing else was printed."""
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("preview: ")
    assert "\n  do: " in answer.err
    assert "Traceback" not in answer.err
    return answer.err


def test_an_unknown_base_is_refused_with_what_is_near(preview: Preview) -> None:
    message = refused(preview("mian"))

    assert "there is no commit 'mian' in this repository - did you mean main?" in message


def test_a_base_that_is_near_nothing_is_refused_with_what_there_is(preview: Preview) -> None:
    assert "there are: change, main" in refused(preview("0123456789"))


def test_a_base_that_looks_like_an_option_is_only_unknown(preview: Preview) -> None:
    assert "there is no commit '--help'" in refused(preview("--help"))


def test_no_base_is_refused_with_how_to_name_one(preview: Preview) -> None:
    assert "make preview BASE=origin/main" in refused(preview(""))


def test_a_folder_without_a_repository_is_refused(preview: Preview, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    assert "is not in a git repository" in refused(preview(folder=folder))


@pytest.mark.parametrize(
    ("base", "fetch"),
    [
        ("origin/main", "git fetch --depth=1 origin main (then BASE=FETCH_HEAD)"),
        ("v1.0", "git fetch --depth=1 origin v1.0 (then BASE=FETCH_HEAD)"),
        ("origin/team/x", "git fetch --depth=1 origin team/x (then BASE=FETCH_HEAD)"),
        ("HEAD~1", "fetch it: git fetch --unshallow"),
        ("0123456", "fetch it: git fetch --unshallow"),
    ],
)
def test_a_shallow_clone_without_the_base_says_what_to_fetch(
    repository: Repository, preview: Preview, tmp_path: Path, base: str, fetch: str
) -> None:
    repository.set_delay(2)
    repository.commit()
    clone = tmp_path / "clone"
    address = f"file://{repository.folder}"
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", "--branch=change", address, str(clone)], check=True
    )

    message = refused(preview(base, folder=clone))

    assert f"this clone is shallow and does not have {base!r}" in message
    assert fetch in message


def test_a_base_that_cannot_be_evaluated_is_named_with_the_cause(
    repository: Repository, preview: Preview
) -> None:
    repository.git("checkout", "-q", "main")
    repository.write("parts.py", "def queue(name, delay):\n    raise KeyError('nothing here')\n")
    repository.commit()
    repository.git("checkout", "-q", "-B", "change")

    message = refused(preview())

    assert "the base main (" in message
    assert "KeyError: 'nothing here' (parts.py, line 2)" in message
    assert "do: name a base whose program works" in message


def test_names_without_a_stack_among_them_are_refused(preview: Preview) -> None:
    assert "which stacks?" in refused(preview("main", "--stack", " , "))


@pytest.mark.parametrize("limit", ["-5", "10", "many"])
def test_a_report_that_could_hold_nothing_is_refused(
    preview: Preview, limit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        preview("main", f"--limit={limit}")

    assert ended.value.code == 2
    assert f"'{limit}' is no whole number from 1000 on" in capsys.readouterr().err


def test_a_working_tree_that_cannot_be_evaluated_is_named_with_the_cause(
    repository: Repository, preview: Preview
) -> None:
    repository.write("__main__.py", "from nowhere import nothing\n")

    message = refused(preview())

    assert "the working tree cannot be evaluated" in message
    assert "No module named 'nowhere' (__main__.py, line 1)" in message


def test_a_broken_model_file_is_refused_in_its_own_words(
    repository: Repository, preview: Preview
) -> None:
    repository.write("models/broken.yaml", "name: broken\n")

    assert "models/broken.yaml" in refused(preview())


def test_a_stack_that_neither_has_is_refused_with_those_there_are(preview: Preview) -> None:
    message = refused(preview("main", "--stack", "staging"))

    assert "there is no stack 'staging'" in message
    assert "name stacks that there are: dev" in message


@pytest.mark.parametrize("missing", ["Pulumi.yaml", "__main__.py"])
def test_a_folder_without_a_program_is_refused(
    repository: Repository, preview: Preview, missing: str
) -> None:
    (repository.folder / missing).unlink()

    assert missing in refused(preview())
