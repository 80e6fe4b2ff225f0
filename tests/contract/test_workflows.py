"""The workflows name what exists, pin what they did not write, and mix no code with credentials."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(path.name for path in FOLDER.glob("*.yml"))
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
LINTS = {
    "zizmor": ["zizmor", "--offline", "--no-progress", "--persona", "pedantic", ".github"],
    "schema": [
        "check-jsonschema",
        *("--builtin-schema", "vendor.github-workflows"),
        *(f".github/workflows/{name}" for name in WORKFLOWS),
    ],
}


def load(name: str) -> dict[str, Any]:
    document: dict[Any, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    # YAML reads the key `on` as true.
    return {"on" if key is True else key: value for key, value in document.items()}


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each job with its workflow's name before its own."""
    for workflow in WORKFLOWS:
        for name, job in load(workflow)["jobs"].items():
            yield f"{workflow}:{name}", job


def commands() -> Iterator[str]:
    """Return what the workflows' own steps run."""
    for _, job in jobs():
        yield from (step["run"] for step in job.get("steps", []) if "run" in step)


@pytest.mark.parametrize("lint", LINTS)
def test_a_linter_finds_nothing(lint: str) -> None:
    program, *arguments = LINTS[lint]

    done = subprocess.run(
        [ROOT / ".venv" / "bin" / program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_verb_that_is_called_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))

    called = {
        verb for run in commands() for verb in re.findall(r"\bmake (?:--\S+ )*([a-z-]+)", run)
    }

    assert called >= {"environments", "preview", "check", "test"}
    assert called <= verbs


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_what_others_wrote_is_pinned_to_a_commit(workflow: str) -> None:
    lines = (FOLDER / workflow).read_text(encoding="utf-8").splitlines()
    foreign = [line.strip().removeprefix("- ") for line in lines if re.search(r"uses: \w", line)]

    assert [line for line in foreign if not PINNED.fullmatch(line)] == []


def test_one_action_has_one_version() -> None:
    text = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in WORKFLOWS)
    versions: dict[str, set[str]] = {}

    for action, version in re.findall(r"uses: (\w[\w./-]+)@(\S+)", text):
        versions.setdefault(action, set()).add(version)

    assert {action for action, found in versions.items() if len(found) > 1} == set()


def test_nothing_is_allowed_but_by_a_job() -> None:
    assert all(load(name)["permissions"] == {} for name in WORKFLOWS)


def test_who_may_write_runs_nothing_of_the_pull_request() -> None:
    writers = {
        name: [step.get("uses", "") for step in job.get("steps", [])]
        for name, job in jobs()
        if "write" in {job["permissions"].get(key) for key in ("contents", "pull-requests")}
    }

    assert set(writers) == {"preview.yml:comment"}
    assert not any("checkout" in action for action in writers["preview.yml:comment"])


def test_no_clone_keeps_a_token() -> None:
    clones = [
        step
        for _, job in jobs()
        for step in job.get("steps", [])
        if "actions/checkout" in step.get("uses", "")
    ]

    assert clones
    assert all(clone["with"]["persist-credentials"] is False for clone in clones)


def test_no_event_gives_a_fork_our_rights() -> None:
    events = {event for name in WORKFLOWS for event in load(name)["on"]}

    assert events == {"pull_request", "push", "workflow_call", "workflow_dispatch"}


def test_a_role_is_taken_on_by_this_repositorys_branches_alone() -> None:
    job = load("preview.yml")["jobs"]["pulumi"]

    assert "head.repo.full_name == github.repository" in job["if"]
    assert "vars.AWS_PREVIEW_ROLE != ''" in job["if"]


def test_prod_waits_for_dev_and_for_an_approval() -> None:
    deploying = load("deploy.yml")["jobs"]

    assert "dev" in deploying["prod"]["needs"]
    assert deploying["prod"]["with"]["environment"] == "prod"
    assert "needs.dev.result == 'success'" in deploying["prod"]["if"]


def test_what_is_not_set_up_is_said() -> None:
    for name in ("preview.yml:pulumi-skipped", "deploy.yml:skipped"):
        (step,) = dict(jobs())[name]["steps"]
        assert "::notice" in step["run"]
        assert "docs/deploy-roles.md" in step["run"]


def test_the_cli_is_of_the_programs_version() -> None:
    pinned = re.search(r'"pulumi==([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    (step,) = [
        step
        for step in load("pulumi.yml")["jobs"]["pulumi"]["steps"]
        if "pulumi/actions" in step.get("uses", "")
    ]

    assert pinned is not None
    assert step["with"]["pulumi-version"] == pinned[1]


def test_every_variable_is_explained() -> None:
    text = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in WORKFLOWS)
    page = (ROOT / "docs" / "deploy-roles.md").read_text(encoding="utf-8")

    variables = set(re.findall(r"vars\.(\w+)", text))

    assert variables
    assert {name for name in variables if f"`{name}`" not in page} == set()


def test_what_a_page_says_to_require_is_a_job_of_that_name() -> None:
    page = (ROOT / "docs" / "pull-requests.md").read_text(encoding="utf-8")
    (sentence,) = [line for line in page.splitlines() if "in a rule for `main`" in line]

    required = re.findall(r"`([^`]+)`", sentence.partition("require ")[2])[:-1]

    names = {job["name"] for job in load("preview.yml")["jobs"].values()}
    assert len(required) == 3
    assert set(required) <= names


def test_a_page_sets_every_variable_that_has_no_default() -> None:
    text = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in WORKFLOWS)
    page = (ROOT / "docs" / "deploy-roles.md").read_text(encoding="utf-8")

    wanted = set(re.findall(r"vars\.(\w+)", text)) - {"AWS_REGION"}

    assert set(re.findall(r"gh variable set (\w+)", page)) == wanted
