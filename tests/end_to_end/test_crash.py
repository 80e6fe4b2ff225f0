"""Flow 8, and the twin's own hold on its folder."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.end_to_end.project import leftovers
from twin.timeline import Step, read_entries

if TYPE_CHECKING:
    from tests.end_to_end.project import Project


def test_a_twin_killed_in_training_leaves_nothing_and_the_next_run_converges(
    fresh_project: Project,
) -> None:
    fresh_project.start()
    timeline = fresh_project.workspace.last / "timeline.jsonl"

    def is_training() -> bool:
        entries = read_entries(timeline) if timeline.exists() else ()
        return any(entry.step is Step.TRAINING for entry in entries)

    fresh_project.wait_until(is_training)
    fresh_project.kill()
    fresh_project.wait_until(lambda: leftovers(fresh_project.root) == [])
    again = fresh_project.verb("run")

    assert again.returncode == 0, again.stdout + again.stderr
    assert "deployed" in again.stdout
    assert leftovers(fresh_project.root) == []


def test_a_second_twin_in_the_same_folder_says_who_holds_it(project: Project) -> None:
    second = project.verb("run")

    assert second.returncode == 1
    assert "another twin runs in this folder" in second.stderr
    assert str(project.running.pid) in second.stderr


def test_verbs_without_a_twin_say_how_to_start_one(fresh_project: Project) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "twin", "push"],
        cwd=fresh_project.root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "make up" in ended.stderr
    assert "Traceback" not in ended.stderr
