"""Pushes of a working tree with git itself, and what they leave alone."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from twin.errors import TwinError
from twin.repository import Repository
from twin.services import codecommit
from twin.settings import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Project

    from twin.cloud import Cloud

NAME = "mlops-twin"


@pytest.fixture
def repository(cloud: Cloud, workspace: Workspace) -> Repository:
    """Return the storage of a cloud that has one CodeCommit repository."""
    made = Repository(workspace)
    codecommit.install(cloud, made)
    cloud.client("codecommit").create_repository(repositoryName=NAME)
    return made


def files(repository: Repository, commit: str) -> list[str]:
    """Return the names of a pushed commit's files."""
    return repository.git(NAME).run("ls-tree", "-r", "--name-only", commit).splitlines()


def parents(repository: Repository, commit: str) -> list[str]:
    return repository.git(NAME).run("log", "-1", "--format=%P", commit).split()


def state(root: Path) -> dict[str, bytes]:
    """Return every file below `.git` with its content."""
    found = (path for path in (root / ".git").rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def test_a_clean_tree_is_pushed_as_the_commit_that_is_checked_out(
    project: Project, repository: Repository
) -> None:
    commit = repository.snapshot()

    assert commit == project.git("rev-parse", "HEAD")
    assert repository.push(commit)
    assert repository.tip() == commit


def test_edits_new_files_and_deletions_are_pushed_as_they_lie_there(
    project: Project, repository: Repository
) -> None:
    project.write("train.py", "print(2)\n")
    project.write("new/file.py", "")
    project.write("key.secret", "not for others")
    (project.root / "gone.txt").unlink(missing_ok=True)

    commit = repository.snapshot()
    repository.push(commit)

    assert files(repository, commit) == [".gitignore", "new/file.py", "train.py"]
    assert repository.git(NAME).run("show", f"{commit}:train.py") == "print(2)"
    assert parents(repository, commit) == [project.git("rev-parse", "HEAD")]


def test_a_snapshot_leaves_the_persons_repository_as_it_was(
    project: Project, repository: Repository
) -> None:
    project.write("staged.py", "staged")
    project.git("add", "staged.py")
    project.write("staged.py", "edited after that")
    project.write("train.py", "stashed")
    project.git("stash", "push", "--quiet", "train.py")
    project.write("untracked.py", "")
    before = state(project.root)

    repository.push(repository.snapshot())

    assert state(project.root) == before


def test_an_unchanged_tree_is_nothing_to_push(project: Project, repository: Repository) -> None:
    project.write("train.py", "print(2)\n")
    first = repository.snapshot()
    repository.push(first)

    second = repository.snapshot()

    assert second == first
    assert not repository.push(second)


def test_what_was_committed_after_its_snapshot_is_nothing_new(
    project: Project, repository: Repository
) -> None:
    project.write("train.py", "print(2)\n")
    pushed = repository.snapshot()
    repository.push(pushed)

    project.commit("the same tree")

    assert repository.snapshot() == pushed


def test_a_new_commit_after_a_snapshot_is_merged_with_what_was_pushed(
    project: Project, repository: Repository
) -> None:
    project.write("train.py", "print(2)\n")
    pushed = repository.snapshot()
    repository.push(pushed)
    head = project.commit("more", **{"train.py": "print(3)\n"})

    commit = repository.snapshot()

    assert repository.push(commit)
    assert parents(repository, commit) == [pushed, head]


def test_going_back_to_an_older_commit_is_a_push_like_any_other(
    project: Project, repository: Repository
) -> None:
    newer = project.commit("newer", **{"train.py": "print(2)\n"})
    repository.push(repository.snapshot())
    project.git("reset", "--quiet", "--hard", "HEAD~1")

    commit = repository.snapshot()

    assert repository.push(commit)
    assert parents(repository, commit) == [newer]
    assert repository.git(NAME).run("show", f"{commit}:train.py") == "print(1)"


def test_an_empty_commit_is_a_push(project: Project, repository: Repository) -> None:
    repository.push(repository.snapshot())
    project.git("commit", "--quiet", "--allow-empty", "--message", "again")

    assert repository.push(repository.snapshot())


def test_an_edit_in_the_second_of_the_last_add_is_seen(
    project: Project, repository: Repository
) -> None:
    for number in range(5):
        project.write("train.py", f"print({number})\n")
        project.git("add", "train.py")
        project.write("train.py", f"print({number + 5})\n")

        commit = repository.snapshot()
        repository.push(commit)

        assert repository.git(NAME).run("show", f"{commit}:train.py") == f"print({number + 5})"


def test_a_repository_without_commits_can_be_pushed(
    workspace: Workspace, repository: Repository
) -> None:
    subprocess.run(["git", "init", "--quiet", workspace.root], check=True)
    (workspace.root / "train.py").write_text("", encoding="utf-8")

    commit = repository.snapshot()

    assert repository.push(commit)
    assert files(repository, commit) == ["train.py"]
    assert parents(repository, commit) == []


def test_the_twins_own_state_is_never_pushed(
    project: Project, repository: Repository, workspace: Workspace
) -> None:
    project.write(".gitignore", "")
    (workspace.last / "log").write_text("", encoding="utf-8")

    commit = repository.snapshot()
    repository.push(commit)

    assert not [name for name in files(repository, commit) if name.startswith(".twin")]


def test_a_shallow_clone_can_be_pushed(
    project: Project, repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project.commit("second", **{"train.py": "print(2)\n"})
    clone = tmp_path_factory.mktemp("elsewhere") / "clone"
    source = f"file://{project.root}"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", source, clone], check=True)
    shutil.rmtree(project.root / ".git")
    shutil.move(clone / ".git", project.root / ".git")

    commit = repository.snapshot()

    assert repository.push(commit)
    assert repository.git(NAME).run("rev-list", "--count", commit) == "1"


def test_settings_and_hooks_of_the_person_change_nothing(
    project: Project,
    repository: Repository,
    write_executable: Callable[[str, str], Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    failing = write_executable("hooks/any", "exit 1")
    for hook in ("pre-commit", "pre-push", "post-index-change", "pre-receive", "post-receive"):
        shutil.copy(failing, failing.with_name(hook))
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f"[core]\n hooksPath = {failing.parent}\n safecrlf = true\n autocrlf = input\n"
        "[commit]\n gpgsign = true\n[push]\n gpgSign = true\n"
        f"[init]\n templateDir = {failing.parent}\n"
        '[url "https://example.invalid/"]\n insteadOf = /\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("HOME", str(home))
    project.write("train.py", "print(2)\r\n")

    commit = repository.snapshot()

    assert repository.push(commit)


def test_variables_of_a_surrounding_git_command_change_nothing(
    project: Project, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    project.write("train.py", "print(2)\n")

    assert repository.push(repository.snapshot())


def test_a_push_is_on_the_timeline_with_its_subject(
    project: Project, repository: Repository, cloud: Cloud
) -> None:
    project.write("train.py", "print(2)\n")
    commit = repository.snapshot()

    repository.push(commit)

    (entry,) = cloud.timeline.entries()
    assert (entry.step, entry.state, entry.run) == ("push", "succeeded", commit)
    assert entry.fact.endswith("Working tree: train.py")


def test_a_persons_own_push_is_codecommits_event(
    project: Project,
    repository: Repository,
    cloud: Cloud,
    events_of: Callable[[str], Callable[[], dict[str, Any]]],
) -> None:
    take_event = events_of("aws.codecommit")
    head = project.git("rev-parse", "HEAD")

    project.git("push", "--quiet", str(repository.only_path()), "work:main")

    event = take_event()
    assert event["detail-type"] == "CodeCommit Repository State Change"
    assert event["resources"] == [f"arn:aws:codecommit:{cloud.region}:{cloud.account}:{NAME}"]
    assert event["detail"]["event"] == "referenceCreated"
    assert event["detail"]["commitId"] == head


def test_branches_and_commits_are_answered_from_git(
    project: Project, repository: Repository, cloud: Cloud
) -> None:
    repository.push(repository.snapshot())
    client = cloud.client("codecommit")

    branch = client.get_branch(repositoryName=NAME, branchName="main")["branch"]
    commit = client.get_commit(repositoryName=NAME, commitId=branch["commitId"])["commit"]

    assert client.list_branches(repositoryName=NAME)["branches"] == ["main"]
    assert commit["message"].strip() == "first"
    assert commit["treeId"] == project.git("rev-parse", "HEAD^{tree}")


@pytest.mark.usefixtures("project")
def test_a_push_to_a_twin_that_is_gone_is_refused(repository: Repository, cloud: Cloud) -> None:
    cloud.stop()

    with pytest.raises(TwinError, match="does not answer"):
        repository.push(repository.snapshot())

    assert repository.tip() is None


@pytest.mark.usefixtures("repository")
def test_a_folder_without_git_says_what_to_do(workspace: Workspace) -> None:
    with pytest.raises(TwinError, match="git init"):
        Repository(workspace).snapshot()


@pytest.mark.usefixtures("repository")
def test_a_folder_inside_another_repository_is_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    inner = Workspace(workspace.root / "inner")
    inner.run.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)

    with pytest.raises(TwinError, match="inside the repository at"):
        Repository(inner).snapshot()


@pytest.mark.usefixtures("project")
def test_a_machine_without_git_says_so(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))

    with pytest.raises(TwinError, match="git was not found"):
        repository.snapshot()


@pytest.mark.usefixtures("project")
def test_without_a_repository_of_the_program_there_is_nothing_to_push_to(
    workspace: Workspace,
) -> None:
    with pytest.raises(TwinError, match="not exactly one repository"):
        Repository(workspace).snapshot()


def test_snapshots_leave_no_lock_behind(repository: Repository, project: Project) -> None:
    for number in range(3):
        project.write("train.py", f"print({number + 10})\n")
        repository.push(repository.snapshot())

    assert not list((project.root / ".git").glob("**/*.lock"))
